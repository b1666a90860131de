// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The value of every operation over all lanes of a pack: pack::apply. Vector code where there is some, the
// operation's own formula where that is made of such, and otherwise <cmath> lane by lane.

#pragma once

#include <type_traits>

#include <dad/lanes/bits.hpp>
#include <dad/lanes/error_function.hpp>
#include <dad/lanes/exponential.hpp>
#include <dad/lanes/lane_by_lane.hpp>
#include <dad/lanes/sleef.hpp>
#include <dad/op/list.hpp>
#include <dad/op/masked.hpp>

namespace dad::detail {

/// Operations whose value is a formula over any scalar.
using formulas =
    op::type_list<op::negate, op::add, op::subtract, op::multiply, op::scale, op::divide, op::square,  //
                  op::one_minus_square, op::direction, op::gaussian, op::norm_pdf, op::norm_cdf,       //
                  op::logistic_density, op::sigmoid, op::softplus, op::log_sum_exp,                    //
                  op::less, op::less_equal, op::equal, op::is_nan, op::is_infinite, op::is_finite,     //
                  op::is_normal, op::has_sign_bit, op::choose, op::masked_product, op::zero_product>;

template <class Op, class... Formula>
constexpr bool is_among(op::type_list<Formula...>) {
  return (std::is_same_v<Op, Formula> || ...);
}

template <class Op, class... A>
inline pack pack::apply(const Op& op, const A&... x) {
  if constexpr (requires { value_over_lanes(op, pack(x)...); })
    return value_over_lanes(op, pack(x)...);
  else if constexpr (is_among<Op>(formulas{}))
    return op.value(pack(x)...);
  else
    return lane_by_lane(op, pack(x)...);
}

}  // namespace dad::detail
