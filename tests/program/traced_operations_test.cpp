// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation, called as a user calls it: one node with the kernel's value; next to plain numbers of
// every type as next to doubles; and of constants alone nothing is noted.

#include <dad/program/recording.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "op/domain.hpp"
#include "program/recorded.hpp"

namespace {

using dad::traced;
using dad::detail::listening;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::recorder;
using dad::detail::recording;

constexpr int parameter_of(const auto& operation) {
  if constexpr (requires { operation.exponent; })
    return operation.exponent;
  else if constexpr (requires { operation.order; })
    return operation.order;
  else
    return 0;
}

/// What a call left behind: names of its operations, whether the last has the right operands and parameter,
/// and its value beside the kernel's.
struct outcome {
  std::vector<std::string> operations;
  bool is_as_called = false;
  double value = 0;
  double of_kernel = 0;
};

/// An operation on inputs where `is_input`, on constants elsewhere.
template <class Op, std::size_t N>
outcome call(const Op& operation, const std::array<double, N>& x, const std::array<bool, N>& is_input) {
  recording r;
  recorder noting(r);
  const listening on(noting);
  std::array<traced, N> operands;
  for (std::size_t i = 0; i < N; ++i) operands[i] = is_input[i] ? noting.input(x[i]) : traced(x[i]);
  const traced y =
      std::apply([&](const auto&... a) { return traced(domain<Op>::call(operation, a...)); }, operands);
  outcome result;
  result.operations = test::operations_of(r.operations);
  result.value = y.recorded_value();
  result.of_kernel = dad::detail::value_of(opcode_of<Op>, x.data(), N, parameter_of(operation));
  if (y.is_constant()) return result;
  const dad::detail::node& n = r.operations[y.id()];
  result.is_as_called = n.code == opcode_of<Op> && n.arity == N;
  for (std::size_t i = 0; i < N; ++i) {
    const dad::detail::node& o = r.operations[n.operands[i]];
    result.is_as_called =
        result.is_as_called && (is_input[i] ? o.code == opcode::input && n.operands[i] == operands[i].id()
                                            : test::same_bits(dad::detail::constant_of(o), x[i]));
  }
  if (N == 1)
    result.is_as_called = result.is_as_called && static_cast<int>(n.operands[1]) == parameter_of(operation);
  return result;
}

template <class Op>
void hold() {
  constexpr auto n = trial<Op>::arity;
  for (const auto& t : domain<Op>::trials()) {
    for (std::size_t k = 0; k < t.points.size(); k += 7) {
      std::array<double, n> x{};
      std::copy(std::begin(t.points[k].x), std::end(t.points[k].x), x.begin());
      // Every mix of inputs and constants.
      for (unsigned mix = 0; mix < 1U << n; ++mix) {
        std::array<bool, n> is_input{};
        for (std::size_t i = 0; i < n; ++i) is_input[i] = (mix >> i & 1U) != 0;
        const outcome got = call(t.op, x, is_input);
        INFO(Op::name << ", operands " << mix << ", at " << x[0]);
        CHECK(test::same_bits(got.value, got.of_kernel));
        if (mix == 0) {
          CHECK(got.operations.empty());
        } else {
          CHECK(got.operations == std::vector<std::string>{Op::name});
          CHECK(got.is_as_called);
        }
      }
    }
  }
}

template <class... Op>
void hold_all(dad::op::type_list<Op...>) {
  (hold<Op>(), ...);
}

TEST_CASE("every operation is noted as itself, with the value of its kernel") { hold_all(dad::op::all{}); }

/// f(x, a) and f(a, x) with a plain number leave the same as with a double.
template <class F>
void hold_mixes(const char* name, F f) {
  const auto recorded = [&](auto a, bool is_left) {
    return test::record([&](const auto& x) { return is_left ? traced(f(a, x[0])) : traced(f(x[0], a)); },
                        {1.75});
  };
  INFO(name);
  const auto hold = [&](auto a) {
    for (const bool is_left : {false, true}) {
      const recording got = recorded(a, is_left);
      CHECK(got.is_same_as(recorded(static_cast<double>(a), is_left)));
      CHECK(got.is_same_as(recorded(traced(static_cast<double>(a)), is_left)));
      CHECK(test::operations_of(got.operations).size() == 1);
    }
  };
  hold(2);
  hold(2U);
  hold(3L);
  hold(static_cast<short>(2));
  hold(2.5F);
  hold(2.5);
  hold(true);
}

TEST_CASE("plain numbers of every type, on either side") {
  hold_mixes("+", [](const auto& a, const auto& b) { return a + b; });
  hold_mixes("-", [](const auto& a, const auto& b) { return a - b; });
  hold_mixes("*", [](const auto& a, const auto& b) { return a * b; });
  hold_mixes("/", [](const auto& a, const auto& b) { return a / b; });
  hold_mixes("pow", [](const auto& a, const auto& b) { return pow(a, b); });
  hold_mixes("atan2", [](const auto& a, const auto& b) { return atan2(a, b); });
  hold_mixes("hypot", [](const auto& a, const auto& b) { return hypot(a, b); });
  hold_mixes("min", [](const auto& a, const auto& b) { return min(a, b); });
  hold_mixes("max", [](const auto& a, const auto& b) { return max(a, b); });
  hold_mixes("fmod", [](const auto& a, const auto& b) { return fmod(a, b); });
  hold_mixes("copysign", [](const auto& a, const auto& b) { return copysign(a, b); });
  hold_mixes("log_sum_exp", [](const auto& a, const auto& b) { return dad::log_sum_exp(a, b); });
  hold_mixes("clamp", [](const auto& a, const auto& b) { return dad::clamp(a, b, 3.5); });
  hold_mixes("fma", [](const auto& a, const auto& b) { return fma(a, b, 2); });
  hold_mixes("hypot of three", [](const auto& a, const auto& b) { return hypot(1.5F, a, b); });
  hold_mixes("lerp", [](const auto& a, const auto& b) { return lerp(a, 2, b); });
  hold_mixes("<", [](const auto& a, const auto& b) { return traced(a < b); });
  hold_mixes("==", [](const auto& a, const auto& b) { return traced(a == b); });
  hold_mixes("compound", [](const auto& a, const auto& b) {
    traced y = a;
    y -= b;
    return y;
  });
}

}  // namespace
