// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The names of all operations, and the value of one by its code over lanes.

#pragma once

#include <cstddef>

#include <dad/core/engine.hpp>
#include <dad/program/operations.hpp>

namespace dad::detail {

template <class List>
struct operation_names;
template <class... Op>
struct operation_names<op::type_list<Op...>> {
  static constexpr const char* rows[] = {Op::name...};
};

DAD_ENGINE const char* name_of(opcode code);

#if DAD_DEFINES_ENGINE
DAD_ENGINE const char* name_of(opcode code) {
  switch (code) {
    case opcode::none:
      return "none";
    case opcode::input:
      return "input";
    case opcode::uniform:
      return "uniform";
    case opcode::constant:
      return "constant";
    case opcode::chain:
      return "chain";
    case opcode::linear:
      return "linear";
    default:
      return operation_names<node_operations>::rows[row_of(code)];
  }
}
#endif

/// The value of an operation by the kernel that replay uses, so that both have the same bits. Out of line:
/// no compiler may contract it with a neighbour.
#if DAD_DEFINES_ENGINE
DAD_IF_USED [[gnu::noinline]] double value_of(opcode code, const double* x, std::size_t arity,
                                              int parameter) {
  switch (row_of(code)) {
    case row<op::add>:
      return x[0] + x[1];
    case row<op::subtract>:
      return x[0] - x[1];
    case row<op::multiply>:
      return x[0] * x[1];
    case row<op::divide>:
      return x[0] / x[1];
    case row<op::negate>:
      return -x[0];
    case row<op::less>:
      return x[0] < x[1] ? 1.0 : 0.0;
    case row<op::less_equal>:
      return x[0] <= x[1] ? 1.0 : 0.0;
    case row<op::equal>:
      return x[0] == x[1] ? 1.0 : 0.0;
    default:
      break;
  }
  pack memory[4] = {};
  for (std::size_t i = 0; i < arity; ++i) memory[i] = pack(x[i]);
  const instruction i{operation_at(code).run, 3, {0, 1, 2}, {1, 1, 1}, parameter};
  block b{memory, 1};
  i.run(i, b);
  return memory[3][0];
}
#else
double value_of(opcode code, const double* x, std::size_t arity, int parameter);
#endif

}  // namespace dad::detail
