// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation as code over lanes: its value in double, and the same bits whatever the width of the block,
// the lane, and what the other lanes hold.

#include <dad/program/kernels.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "program/bits.hpp"

namespace {

using dad::detail::block;
using dad::detail::instruction;
using dad::detail::lane_count;
using dad::detail::node_operations;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::pack;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> pool = {0.0,   -0.0, 0.25, -0.5, 1.0,   -1.0, 1.5,  3.0,
                                  -7.25, 40.5, 1e-3, 1e10, -1e10, inf,  -inf, nan};

/// fn(Op{}, parameter) for every operation of a program.
template <class... Op, class Fn>
void for_each_operation(dad::op::type_list<Op...>, Fn&& fn) {
  (fn(Op{}, std::is_same_v<Op, dad::op::polygamma> ? 2 : std::is_same_v<Op, dad::op::ldexp> ? -3 : 0), ...);
}

/// fn(x) for every tuple of numbers of the pool.
template <class Fn>
void for_each_point(std::size_t arity, Fn&& fn) {
  std::size_t count = 1;
  for (std::size_t i = 0; i < arity; ++i) count *= pool.size();
  for (std::size_t k = 0; k < count; ++k) {
    double x[3] = {};
    for (std::size_t i = 0, rest = k; i < arity; ++i, rest /= pool.size()) x[i] = pool[rest % pool.size()];
    fn(x);
  }
}

template <class Op>
double value_in_double(int parameter, const double* x) {
  const Op op = dad::detail::make_operation<Op>(parameter);
  if constexpr (Op::arity == 1)
    return op.value(x[0]);
  else if constexpr (Op::arity == 2)
    return op.value(x[0], x[1]);
  else
    return op.value(x[0], x[1], x[2]);
}

TEST_CASE("every operation has a number and a name of its own") {
  std::set<opcode> codes;
  std::set<std::string> seen;
  for_each_operation(node_operations{}, [&]<class Op>(Op, int) {
    CHECK(codes.insert(opcode_of<Op>).second);
    CHECK(seen.insert(dad::detail::name_of(opcode_of<Op>)).second);
    CHECK(dad::detail::name_of(opcode_of<Op>) == std::string(Op::name));
    CHECK(opcode_of<Op> >= opcode::first);
  });
  for (const opcode code :
       {opcode::none, opcode::input, opcode::uniform, opcode::constant, opcode::chain, opcode::linear})
    CHECK(seen.insert(dad::detail::name_of(code)).second);
  CHECK(codes.size() == node_operations::size);
  CHECK(node_operations::size == dad::op::all::size + 11);
}

TEST_CASE("a value is that of the operation in double") {
  for_each_operation(node_operations{}, [&]<class Op>(Op, int parameter) {
    for_each_point(Op::arity, [&](const double* x) {
      const double expected = value_in_double<Op>(parameter, x);
      const double got = dad::detail::value_of(opcode_of<Op>, x, Op::arity, parameter);
      // A vector function is within an ULP of the exact value, as <cmath>'s is; a formula takes several.
      const double tolerance = 6 * std::numeric_limits<double>::epsilon() * std::abs(expected);
      const bool agrees = got == expected || (std::isnan(got) && std::isnan(expected)) ||
                          std::abs(got - expected) <= tolerance;
      INFO(Op::name << " at " << x[0] << ", " << x[1] << ", " << x[2] << ": " << got << ", expected "
                    << expected);
      if (!agrees) CHECK(agrees);
    });
    SUCCEED();
  });
}

TEST_CASE("a lane has the bits of the value alone, at every width of block") {
  std::mt19937 engine(43);
  constexpr std::size_t most_packs = 17;
  std::vector<pack> memory(4 * most_packs);
  for_each_operation(node_operations{}, [&]<class Op>(Op, int parameter) {
    constexpr auto arity = static_cast<std::size_t>(Op::arity);
    bool agrees = true;
    for (const std::size_t packs : {1, 2, 3, 4, 7, 8, 16, 17}) {
      for (int trial = 0; trial < 6; ++trial) {
        std::uniform_real_distribution<double> number(-4.0, 4.0);
        for (pack& p : memory)
          for (std::size_t l = 0; l < lane_count; ++l)
            p.set(l, engine() % 3 == 0 ? pool[engine() % pool.size()] : number(engine));
        instruction i{dad::detail::operation_at(opcode_of<Op>).run,
                      3 * most_packs,
                      {0, most_packs, 2 * most_packs},
                      {1, 1, 1},
                      parameter};
        if (trial % 3 == 1) i.step[engine() % arity] = 0;     // all lanes share an operand
        if (trial % 3 == 2) i.to = i.from[engine() % arity];  // over an operand
        std::vector<double> expected;
        for (std::size_t lane = 0; lane < packs * lane_count; ++lane) {
          double x[3] = {};
          for (std::size_t k = 0; k < arity; ++k) {
            // A shared operand is a pack of one number.
            if (i.step[k] == 0) memory[i.from[k]] = pack(memory[i.from[k]][0]);
            x[k] = memory[i.from[k] + i.step[k] * (lane / lane_count)][lane % lane_count];
          }
          expected.push_back(dad::detail::value_of(opcode_of<Op>, x, arity, parameter));
        }
        block b;
        b.memory = memory.data();
        b.pack_count = packs;
        i.run(i, b);
        for (std::size_t lane = 0; lane < expected.size(); ++lane)
          agrees =
              agrees && test::same_bits(memory[i.to + lane / lane_count][lane % lane_count], expected[lane]);
      }
    }
    INFO(Op::name);
    CHECK(agrees);
  });
}

}  // namespace
