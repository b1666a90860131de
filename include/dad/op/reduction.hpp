// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of whole ranges: one operation with one partial per element, not a chain of small ones.
// Shapes: any sized ranges of numbers that can be indexed; a scalar out.

#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>

#include <dad/core/error.hpp>
#include <dad/op/functions.hpp>
#include <dad/op/recorded_reduction.hpp>
#include <dad/op/whole_range.hpp>

namespace dad {

/// A range of numbers that is indexed from 0 to size() - 1.
template <class R>
concept number_range = requires(const R& r, std::size_t i) {
  { r.size() } -> std::convertible_to<std::size_t>;
  requires number<std::remove_cvref_t<decltype(r[i])>>;
};

namespace detail {

template <number_range R>
using range_number_t = promoted_t<std::remove_cvref_t<decltype(std::declval<const R&>()[std::size_t(0)])>>;

/// The elements of a range one level down, as a scalar of type S sees them.
template <class S, number_range R>
struct primal_range {
  const R& range;
  [[nodiscard]] constexpr std::size_t size() const { return range.size(); }
  [[nodiscard]] constexpr auto operator[](std::size_t i) const {
    using A = std::remove_cvref_t<decltype(range[i])>;
    if constexpr (std::is_same_v<A, S>)
      return range[i].value();
    else
      return typename S::value_type(range[i]);
  }
};

/// A range whose elements are there: one that computes them at each access, and might record while a row of
/// partials is being written, is evaluated first.
template <number_range R>
constexpr decltype(auto) stored(const R& range) {
  using A = decltype(range[std::size_t(0)]);
  if constexpr (std::is_reference_v<A> || !scalar<std::remove_cvref_t<A>>) {
    return static_cast<const R&>(range);
  } else {
    std::vector<std::remove_cvref_t<A>> elements;
    for (std::size_t i = 0; i < range.size(); ++i) elements.push_back(range[i]);
    return elements;
  }
}

/// What is stored one level up computes nothing: no copy, and so no memory, for levels below.
template <class S, class R>
constexpr const primal_range<S, R>& stored(const primal_range<S, R>& range) {
  return range;
}

/// Adds the term of one element to a result, where the element is active at the level of S.
template <class S, class Sum, class A, class P>
constexpr void add_term(Sum& sum, const A& operand, const P& partial) {
  if constexpr (std::is_same_v<A, S>)
    sum.add(operand, static_cast<typename S::value_type>(partial));
  else if constexpr (!embeds<A, typename S::value_type>)
    sum.add(S(operand), static_cast<typename S::value_type>(partial));
}

/// A scalar with derivatives of higher orders, for which terms with first partials are not enough.
template <class S>
concept power_series = requires {
  S::order;
};

/// The index of the largest element by a measure; a chain that begins there never stands at a singular point
/// that the whole does not have.
template <class Range, class Measure>
constexpr std::size_t largest_index(const Range& range, Measure&& measure) {
  std::size_t largest = 0;
  for (std::size_t i = 1; i < range.size(); ++i)
    if (measure(bottom(range[largest])) < measure(bottom(range[i]))) largest = i;
  return largest;
}

/// Tells the sum of terms which function it is of, where it wants to know.
template <class Sum>
constexpr void set_name(Sum& sum, const char* name) {
  if constexpr (requires { sum.set_name(name); }) sum.set_name(name);
}

/// For each element what all others combine to, from the left and from the right: where levels nest, partials
/// are written with it, because the difference of the whole and one element would cancel.
template <class T, class Range, class Combine>
constexpr std::vector<T> combined_others(const Range& u, const T& none, Combine&& combine) {
  std::vector<T> others(u.size(), none);
  T left = none, right = none;
  for (std::size_t i = 0; i < u.size(); ++i) {
    others[i] = left;
    left = combine(left, u[i]);
  }
  for (std::size_t i = u.size(); i-- > 0;) {
    others[i] = combine(others[i], right);
    right = combine(right, u[i]);
  }
  return others;
}

}  // namespace detail

/// sum_i first[i] second[i]. Throws shape_error for ranges of different sizes; 0 for empty ones.
template <number_range A, number_range B>
constexpr auto dot(const A& first, const B& second) {
  const auto& a = detail::stored(first);
  const auto& b = detail::stored(second);
  if (a.size() != b.size())
    detail::raise<shape_error>("dad: second range of dot has %zu entries, expected %zu",
                               std::size_t(b.size()), std::size_t(a.size()));
  using S = promote_t<detail::range_number_t<A>, detail::range_number_t<B>>;
  if constexpr (is_base<S>) {
    S sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) sum = i == 0 ? S(a[i]) * S(b[i]) : sum + S(a[i]) * S(b[i]);
    return sum;
  } else if constexpr (detail::power_series<S>) {
    S sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  } else if constexpr (scalar<S>) {
    const detail::primal_range<S, std::remove_cvref_t<decltype(a)>> u{a};
    const detail::primal_range<S, std::remove_cvref_t<decltype(b)>> v{b};
    const auto product = dot(u, v);
    if (S y(product); detail::multiply_whole_ranges(y, a, b)) return y;
    return S::reduce(product, [&](auto& sum) {
      detail::set_name(sum, "dot");
      for (std::size_t i = 0; i < a.size(); ++i) {
        detail::add_term<S>(sum, a[i], v[i]);
        detail::add_term<S>(sum, b[i], u[i]);
      }
    });
  } else {
    S sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<S>(a[i]) * static_cast<S>(b[i]);
    return sum;
  }
}

/// The Euclidean length of a range, without overflow or underflow of the squares; its derivative at the
/// origin is 0. As hypot it is infinite where an element is, whatever the others are.
template <number_range A>
constexpr auto norm(const A& range) {
  const auto& a = detail::stored(range);
  using S = detail::range_number_t<A>;
  if constexpr (is_base<S>) {
    return detail::norm_by_operations<S>(a);
  } else if constexpr (scalar<S>) {
    const detail::primal_range<S, std::remove_cvref_t<decltype(a)>> u{a};
    if constexpr (std::is_floating_point_v<typename S::value_type> &&
                  detail::is_whole_range<S, std::remove_cvref_t<decltype(a)>>()) {
      const auto write = [&](typename S::value_type* partials) {
        const auto length = norm(u);
        for (std::size_t i = 0; i < u.size(); ++i) partials[i] = length == 0 ? 0 : u[i] / length;
        return length;
      };
      if (S y(0); S::reduce_range(y, a, write)) return y;
    }
    const auto length = norm(u);
    using T = typename S::value_type;
    if constexpr (detail::power_series<S>) {
      if (u.size() == 0 || detail::bottom(length) == 0) return S(length);
      if (u.size() == 1) return abs(S(a[0]));
      const auto size = [](const auto& x) { return fabs(x); };
      return S::chain(op::hypot{}, length, a, detail::largest_index(u, size));
    } else if constexpr (scalar<T>) {
      const auto others =
          detail::combined_others<T>(u, T(0), [](const T& x, const T& y) { return hypot(x, y); });
      return S::reduce(length, [&](auto& sum) {
        detail::set_name(sum, "norm");
        for (std::size_t i = 0; i < a.size(); ++i)
          detail::add_term<S>(sum, a[i], detail::direction(u[i], others[i]));
      });
    } else {
      return S::reduce(length, [&](auto& sum) {
        detail::set_name(sum, "norm");
        for (std::size_t i = 0; i < a.size(); ++i)
          detail::add_term<S>(sum, a[i], select(length == 0, 0, u[i] / length));
      });
    }
  } else {
    S largest(0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const S size = std::fabs(static_cast<S>(a[i]));
      if (size > largest) largest = size;
    }
    if (largest == 0) return detail::or_nan(largest, a);
    if (std::isinf(largest)) return largest;
    // Scaling by a power of two is exact, so it changes no bit of an ordinary length. For the smallest
    // elements the power would be infinite, and the largest there is does.
    constexpr int least = 1 - std::numeric_limits<S>::max_exponent;
    const int exponent = std::ilogb(largest) < least ? least : std::ilogb(largest);
    const S scale = std::scalbn(S(1), -exponent);
    S sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const S x = static_cast<S>(a[i]) * scale;
      sum += x * x;
    }
    return std::scalbn(std::sqrt(sum), exponent);
  }
}

/// log(sum_i exp(range[i])) without overflow; -inf for an empty range, and NaN where an element is.
template <number_range A>
constexpr auto log_sum_exp(const A& range) {
  const auto& a = detail::stored(range);
  using S = detail::range_number_t<A>;
  if constexpr (is_base<S>) {
    return detail::log_sum_exp_by_operations<S>(a);
  } else if constexpr (scalar<S>) {
    const detail::primal_range<S, std::remove_cvref_t<decltype(a)>> u{a};
    if constexpr (std::is_floating_point_v<typename S::value_type> &&
                  detail::is_whole_range<S, std::remove_cvref_t<decltype(a)>>()) {
      if (S y(0); detail::log_sum_exp_in_parts(y, a, u)) return y;
    }
    const auto y = log_sum_exp(u);
    using T = typename S::value_type;
    if constexpr (detail::power_series<S>) {
      if (u.size() == 0) return S(y);
      const auto size = [](const auto& x) { return x; };
      return S::chain(op::log_sum_exp{}, y, a, detail::largest_index(u, size));
    } else if constexpr (scalar<T>) {
      const auto others = detail::combined_others<T>(
          u, -std::numeric_limits<T>::infinity(), [](const T& x, const T& z) { return log_sum_exp(x, z); });
      return S::reduce(y, [&](auto& sum) {
        detail::set_name(sum, "log_sum_exp");
        for (std::size_t i = 0; i < a.size(); ++i) detail::add_term<S>(sum, a[i], sigmoid(u[i] - others[i]));
      });
    } else {
      return S::reduce(y, [&](auto& sum) {
        detail::set_name(sum, "log_sum_exp");
        for (std::size_t i = 0; i < a.size(); ++i) detail::add_term<S>(sum, a[i], exp(u[i] - y));
      });
    }
  } else {
    S largest = -std::numeric_limits<S>::infinity();
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!(static_cast<S>(a[i]) <= largest)) largest = static_cast<S>(a[i]);
    if (!std::isfinite(largest)) return detail::or_nan(largest, a);
    S sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::exp(static_cast<S>(a[i]) - largest);
    return largest + std::log(sum);
  }
}

}  // namespace dad
