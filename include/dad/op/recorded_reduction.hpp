// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of whole ranges of a number that is traced: the value without a branch, and the terms of its
// derivative beside it.

#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include <dad/core/scope.hpp>
#include <dad/op/functions.hpp>

namespace dad::detail {

/// The largest element by a measure, or `none`; what is NaN is passed over.
template <class S, class Range, class Measure>
S largest_of(const Range& u, const S& none, Measure&& measure) {
  S largest = none;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const S size = measure(S(u[i]));
    largest = select(size > largest, size, largest);
  }
  return largest;
}

/// y with the partials p_i = share(u_i), whose own derivatives are
///   dp_i = a(p_i, sum of weight(p_j), j != i) du_i - b(p_i) (sum of p_j du_j, j != i).
/// Sums of all others: what is left of the whole without one element would cancel. Nothing of them is
/// computed where no second derivative is asked for, but they are recorded: of long ranges, where the
/// recording would become too long, partials are differentiated as they are.
template <class S, class Range, class Share, class Weight, class A, class B>
S reduce_by_shares(const S& y, const Range& u, Share&& share, Weight&& weight, A&& a, B&& b) {
  static constexpr std::size_t longest = 1024;
  const std::size_t n = u.size();
  if (n > longest)
    return S::reduce(y, [&](auto& terms) {
      for (std::size_t i = 0; i < n; ++i) terms.add(S(u[i]), share(S(u[i])));
    });
  const S one(1), none(0);
  // A number that has no value, only a derivative.
  const auto form = [&](const S& x, const S& x_partial, const S& z, const S& z_partial) {
    return S::reduce(none, [&](auto& terms) { terms.add(x, x_partial), terms.add(z, z_partial); });
  };
  std::vector<S> p, weights(n, none), forms(n, none);
  for (std::size_t i = 0; i < n; ++i) p.push_back(share(S(u[i])));
  S sum = none, sum_form = none;
  for (std::size_t i = 0; i < n; ++i) {
    weights[i] = sum;
    forms[i] = sum_form;
    sum = sum + weight(p[i]);
    sum_form = form(sum_form, one, S(u[i]), p[i]);
  }
  sum = sum_form = none;
  for (std::size_t i = n; i-- > 0;) {
    weights[i] = weights[i] + sum;
    forms[i] = form(forms[i], one, sum_form, one);
    sum = sum + weight(p[i]);
    sum_form = form(sum_form, one, S(u[i]), p[i]);
  }
  return S::reduce(y, [&](auto& terms) {
    for (std::size_t i = 0; i < n; ++i)
      terms.add(S(u[i]), S::reduce(p[i], [&](auto& of_share) {
                  of_share.add(S(u[i]), a(p[i], weights[i]));
                  of_share.add(forms[i], -b(p[i]));
                }));
  });
}

template <class S, class Range>
S norm_by_operations(const Range& u) {
  const scope named("norm");
  if (u.size() == 0) return S(0);
  if (u.size() == 1) return abs(S(u[0]));
  if (u.size() == 2) return hypot(S(u[0]), S(u[1]));
  if (u.size() == 3) return hypot(hypot(S(u[0]), S(u[1])), S(u[2]));  // of three, infinities would be NaN
  const S largest = largest_of(u, S(0), [](const S& x) { return abs(x); });
  const auto is_plain = both(largest > 0, isfinite(largest));
  // By a power of two, which is exact; half of it twice, so that it does not leave the range.
  const S half = exp2(floor(select(is_plain, logb(largest), 0) * -0.5f));
  S sum(0);
  for (std::size_t i = 0; i < u.size(); ++i) {
    const S x = S(u[i]) * half * half;
    sum = sum + x * x;
  }
  const S length = select(isfinite(largest), sqrt(sum) / half / half, largest);
  // d(u_i / y) = (du_i (sum of the other p_j^2) - p_i (sum of the other p_j du_j)) / y
  const auto over_length = [&](const S& x) { return select(length == 0, 0, x / length); };
  return reduce_by_shares(
      length, u, over_length, [](const S& p) { return p * p; },
      [&](const S&, const S& others) { return over_length(others); }, over_length);
}

template <class S, class Range>
S log_sum_exp_by_operations(const Range& u) {
  const scope named("log_sum_exp");
  const S infinity(std::numeric_limits<plain_t<S>>::infinity());
  if (u.size() == 0) return -infinity;
  const S largest = largest_of(u, -infinity, [](const S& x) { return x; });
  // Nothing is taken off where that would make infinities NaN.
  const S shift = select(isfinite(largest), largest, 0);
  S sum(0);
  for (std::size_t i = 0; i < u.size(); ++i) sum = sum + exp(S(u[i]) - shift);
  const S y = shift + log(sum);
  // dp_i = p_i (du_i (sum of the other p_j) - (sum of the other p_j du_j))
  const auto same = [](const S& p) { return p; };
  return reduce_by_shares(
      y, u, [&](const S& x) { return exp(x - y); }, same,
      [](const S& p, const S& others) { return p * others; }, same);
}

}  // namespace dad::detail
