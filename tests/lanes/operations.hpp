// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation that lanes compute, with its types forgotten, so that what looks at all of them compiles
// once.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/lanes/math.hpp>

/// What an operation's value over lanes is held to.
enum class rule {
  bits,      // the bits of its value in double
  function,  // less than 1 ULP from the exact value, or the bits of its value in double
  formula    // some steps from its value in double, as the functions inside it are
};

struct lanes_row {
  const char* name;
  std::size_t arity;
  rule held_to;
  dad::detail::pack (*over_lanes)(const dad::detail::pack*);
  double (*plain)(const double*);
  long double (*wide)(const long double*);  // of functions
};

namespace held {
namespace op = dad::op;
using functions =
    op::type_list<op::exp, op::exp2, op::expm1, op::log, op::log2, op::log10, op::log1p, op::cbrt, op::pow,
                  op::sin, op::cos, op::tan, op::asin, op::acos, op::atan, op::atan2, op::hypot, op::sinh,
                  op::cosh, op::tanh, op::asinh, op::acosh, op::atanh, op::erf, op::erfc, op::tgamma>;
using formulas = op::type_list<op::lerp, op::direction, op::gaussian, op::norm_pdf, op::norm_cdf,
                               op::logistic_density, op::sigmoid, op::softplus, op::log_sum_exp>;
using conditions_and_seeds =
    op::type_list<op::less, op::less_equal, op::equal, op::is_nan, op::is_infinite, op::is_finite,
                  op::is_normal, op::has_sign_bit, op::choose, op::masked_product, op::zero_product>;
}  // namespace held

template <class Op>
constexpr rule rule_of() {
  if (dad::detail::is_among<Op>(held::functions{})) return rule::function;
  return dad::detail::is_among<Op>(held::formulas{}) ? rule::formula : rule::bits;
}

template <class Op>
constexpr Op with_parameter() {
  Op op;
  if constexpr (requires { op.exponent; }) op.exponent = -3;
  if constexpr (requires { op.order; }) op.order = 2;
  return op;
}

template <class Op, class T>
T plain_value(const T* x) {
  const auto op = with_parameter<Op>();
  if constexpr (Op::arity == 1)
    return op.value(x[0]);
  else if constexpr (Op::arity == 2)
    return op.value(x[0], x[1]);
  else
    return op.value(x[0], x[1], x[2]);
}

template <class Op>
dad::detail::pack value_over_lanes(const dad::detail::pack* x) {
  const auto op = with_parameter<Op>();
  if constexpr (Op::arity == 1)
    return dad::detail::pack::apply(op, x[0]);
  else if constexpr (Op::arity == 2)
    return dad::detail::pack::apply(op, x[0], x[1]);
  else
    return dad::detail::pack::apply(op, x[0], x[1], x[2]);
}

template <class Op>
lanes_row row_of() {
  lanes_row row{Op::name,
                static_cast<std::size_t>(Op::arity),
                rule_of<Op>(),
                &value_over_lanes<Op>,
                &plain_value<Op, double>,
                nullptr};
  if constexpr (rule_of<Op>() == rule::function) row.wide = &plain_value<Op, long double>;
  return row;
}

template <class... Op>
std::vector<lanes_row> rows_of(dad::op::type_list<Op...>) {
  return {row_of<Op>()...};
}

/// The operations of users' functions, and those of conditions and seeds.
inline std::vector<lanes_row> all_operations() {
  std::vector<lanes_row> rows = rows_of(dad::op::all{});
  for (const lanes_row& row : rows_of(held::conditions_and_seeds{})) rows.push_back(row);
  return rows;
}
