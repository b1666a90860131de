// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a program knows of an operation: its code over lanes and its partials. A program of one source
// compiles only the operations that it uses; they become known where a traced number does them first.

#pragma once

#include <cstddef>

#include <dad/core/engine.hpp>
#include <dad/lanes/math.hpp>
#include <dad/program/graph.hpp>
#include <dad/program/instruction.hpp>

namespace dad {

class traced;

namespace detail {

struct operation {
  opcode code;
  void (*run)(const instruction&, block&);
  /// Partial `which` at operands x, where the result is y.
  traced (*partial)(const traced* x, traced y, int parameter, std::size_t which);
  bool may_be_singular;
};

template <class Op>
traced partial_number(const traced* x, traced y, int parameter, std::size_t which);

template <class Op>
inline constexpr operation entry_of{opcode_of<Op>, &run_operation<Op>, &partial_number<Op>,
                                    Op::may_be_singular};

#if DAD_SEPARATE_ENGINE_USED

template <class List>
struct all_entries;
template <class... Op>
struct all_entries<op::type_list<Op...>> {
  static constexpr const operation* rows[] = {&entry_of<Op>...};
};

const operation& operation_at(opcode code);
#if DAD_DEFINES_ENGINE
const operation& operation_at(opcode code) { return *all_entries<node_operations>::rows[row_of(code)]; }
#endif
template <class Op>
const operation& known_operation() {
  return operation_at(opcode_of<Op>);
}

#else

struct operation_rows {
  const operation* rows[node_operations::size] = {};
};
/// Those that derivatives are put together with, and any that were met.
template <class... Op>
constexpr operation_rows rows_with() {
  operation_rows r;
  ((r.rows[row<Op>] = &entry_of<Op>), ...);
  return r;
}
template <class...>
constinit operation_rows known_rows = rows_with<op::negate, op::add, op::subtract, op::multiply,
                                                op::masked_product, op::zero_product, op::choose>();

template <class...>
inline const operation& operation_at(opcode code) {
  return *__atomic_load_n(&known_rows<>.rows[row_of(code)], __ATOMIC_RELAXED);
}
template <class Op>
const operation& known_operation() {
  // Every thread writes the same.
  __atomic_store_n(&known_rows<>.rows[row<Op>], &entry_of<Op>, __ATOMIC_RELAXED);
  return entry_of<Op>;
}

#endif

}  // namespace detail
}  // namespace dad
