// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Holds the recurrences of all operations of some arity against exact coefficients.

#pragma once

#include <cmath>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dad/taylor/series.hpp>

#include "catch.hpp"
#include "op/domain.hpp"
#include "oracle/taylor_points.hpp"

namespace test {

/// How many units of error a coefficient of order k may be off: 2, and 5 at order 30. The polygamma family is
/// composed of its derivatives, in sums that cancel where the operand's coefficients change their signs; a
/// power whose base and exponent both move has a recurrence in which two slopes can.
template <class Op>
double allowed_units(std::size_t k) {
  constexpr bool is_composed = std::is_same_v<Op, dad::op::lgamma> || std::is_same_v<Op, dad::op::digamma> ||
                               std::is_same_v<Op, dad::op::polygamma>;
  constexpr double factor = is_composed ? 32 : std::is_same_v<Op, dad::op::pow> ? 5 : 1;
  return factor * (2 + 0.1 * static_cast<double>(k));
}

template <class Op>
bool is_of(const oracle::taylor_row& row, const Op& op) {
  if (std::string_view(row.operation) != Op::name) return false;
  if constexpr (requires { op.order; }) return row.parameter == op.order;
  if constexpr (requires { op.exponent; }) return row.parameter == op.exponent;
  return true;
}

/// An operand as a plain number where it is constant, so that every mix is tried.
template <class S, bool IsConstant>
auto operand_of(const oracle::curve& c) {
  if constexpr (IsConstant) {
    return c.x;
  } else {
    S s(c.x);
    for (std::size_t k = 1; k <= S::order; ++k) s.coefficient(k) = c.coefficient(k);
    return s;
  }
}

template <class S, class Op, unsigned Mask, std::size_t... I>
S call_masked(const Op& op, const oracle::taylor_row& row, std::index_sequence<I...>) {
  return domain<Op>::call(op, operand_of<S, (Mask >> I & 1) != 0>(row.operands[I])...);
}

/// The operation at a row's operands, of which those of Mask are constants.
template <class S, unsigned Mask = 0, class Op>
S call_row(const Op& op, const oracle::taylor_row& row, unsigned mask) {
  constexpr auto arity = static_cast<std::size_t>(Op::arity);
  if constexpr (Mask + 1 < 1u << arity) {
    if (mask != Mask) return call_row<S, Mask + 1>(op, row, mask);
    return call_masked<S, Op, Mask>(op, row, std::make_index_sequence<arity>());
  } else {
    FAIL("a row of constants");
    return S();
  }
}

template <class Op>
void hold_row(const Op& op, const oracle::taylor_row& row) {
  using S = dad::series<double, oracle::taylor_order>;
  unsigned mask = 0;
  for (unsigned i = 0; i < Op::arity; ++i)
    if (row.operands[i].is_constant()) mask |= 1u << i;
  const S y = call_row<S>(op, row, mask);
  for (std::size_t k = 0; k <= S::order; ++k) {
    const double got = y.coefficient(k), exact = row.y[k], unit = row.unit[k];
    INFO(Op::name << " of " << row.operands[0].x << ", " << row.operands[1].x << ", kinds "
                  << row.operands[0].kind << row.operands[1].kind << ": coefficient " << k << " is " << got
                  << ", exact " << exact << ", off by " << std::fabs(got - exact) / unit << " units");
    const bool agrees = got == exact || std::fabs(got - exact) <= allowed_units<Op>(k) * unit;
    CHECK(agrees);
  }
}

/// Every operation of the list that takes Arity operands, at all of its rows.
template <int Arity, class... Op>
std::size_t hold_operations(dad::op::type_list<Op...>) {
  std::size_t operations = 0;
  auto hold = [&]<class One>(One) {
    if constexpr (One::arity == Arity) {
      ++operations;
      std::size_t rows = 0;
      auto hold_one = [&](const One& op) {
        for (const auto& row : oracle::taylor_table::rows)
          if (is_of(row, op)) hold_row(op, row), ++rows;
      };
      if constexpr (std::is_same_v<One, dad::op::polygamma>)
        for (const int order : {1, 7, 40}) hold_one({{}, order});
      else if constexpr (std::is_same_v<One, dad::op::ldexp>)
        hold_one({{}, 3});
      else
        hold_one({});
      INFO("no exact coefficients of " << One::name << ": add it to tests/oracle/taylor.py");
      CHECK(rows > 0);
    }
  };
  (hold(Op{}), ...);
  return operations;
}

}  // namespace test
