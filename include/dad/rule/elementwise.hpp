// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function of numbers applied to whole ranges, element by element.

#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/list.hpp>
#include <dad/op/reduction.hpp>
#include <dad/reverse/elementwise_rows.hpp>
#include <dad/reverse/lease.hpp>
#include <dad/reverse/var.hpp>
#include <dad/rule/elementwise_operands.hpp>
#include <dad/rule/elementwise_partials.hpp>
#include <dad/rule/lanes_over.hpp>

namespace dad {

namespace detail {

template <class S, class... A>
auto active_operands(const A&... a) {
  const auto one = [](const auto& x) {
    using kind = std::remove_cvref_t<decltype(x)>;
    if constexpr (is_active_operand<S, kind>)
      return std::tuple<decltype(as_range(x))>(as_range(x));
    else
      return std::tuple<>();
  };
  return std::tuple_cat(one(a)...);
}

/// The elements of y one by one, as values that are known to nobody else: element(i) for each.
template <class S, class Y, class Element>
void assign_elements(Y& y, std::size_t n, Element&& element) {
  std::vector<S> elements;  // y may be among the operands
  elements.reserve(n);
  for (std::size_t i = 0; i < n; ++i) elements.push_back(element(i));
  for (std::size_t i = 0; i < n; ++i) y[i] = elements[i];
}

/// A row for an element, with partial(k) by operand k.
template <class S, class Ranges, class Partial>
S elementwise_row_of(const typename S::value_type& value, std::size_t i, const Ranges& operands,
                     Partial&& partial) {
  return S::reduce(value, [&](auto& sum) {
    set_name(sum, "elementwise");
    std::size_t k = 0;
    const auto add = [&](const auto& range) { sum.add(range[range.size() == 1 ? 0 : i], partial(k++)); };
    std::apply([&](const auto&... range) { (add(range), ...); }, operands);
  });
}

/// On the tape: one row for all, or where that cannot be one for each of a few pieces, or for each element.
template <class S, class Y, class F, class... A>
void elementwise_on_tape(Y& y, std::size_t n, const F& f, const A&... a) {
  using T = typename S::value_type;
  const auto operands = active_operands<S>(a...);
  constexpr std::size_t count = std::tuple_size_v<std::remove_const_t<decltype(operands)>>;
  if constexpr (lanes_over<T>::are_there) {
    const elementwise_partials<S, F, A...> evaluate(f, a...);
    constexpr bool is_whole = std::is_same_v<std::remove_cvref_t<decltype(y[0])>, S>;
    if constexpr (is_whole) {
      const auto write = [&](const auto&... range) {
        return elementwise_rows<T>::write(
            y, n, [&](T* values, T* partials, auto* by) { evaluate(n, values, partials, by); }, range...);
      };
      if (std::apply(write, operands)) return;
    }
    const lease<list<T>> memory;
    memory->resize(n * (count + 1));
    T* const values = memory->data();
    partials_by_operand<T> by[count];
    evaluate(n, values, values + n, by);
    if constexpr (is_whole) {
      const auto write_pieces = [&](const auto&... range) {
        return elementwise_rows<T>::write_pieces(y, n, values, by, range...);
      };
      if (std::apply(write_pieces, operands)) return;
    }
    assign_elements<S>(y, n, [&](std::size_t i) {
      return elementwise_row_of<S>(values[i], i, operands, [&](std::size_t k) { return by[k].first[i]; });
    });
  } else {
    assign_elements<S>(y, n, [&](std::size_t i) {
      const auto result = elementwise_dual_at<S>(f, i, a...);
      return elementwise_row_of<S>(result.value(), i, operands,
                                   [&](std::size_t k) { return result.tangent(k); });
    });
  }
}

/// In numbers that no tape records: duals and plain ones in lanes, others one by one.
template <class S, class Y, class F, class... A>
void elementwise_in_numbers(Y& y, std::size_t n, const F& f, const A&... a) {
  if constexpr (lanes_over<S>::are_there) {
    using lanes = lanes_over<S>;
    const lease<list<S>> memory;
    memory->resize(n);
    S* const values = memory->data();
    const auto fill = [&](std::size_t i, std::size_t width) {
      lanes::scatter(typename lanes::type(f(operand_in_lanes(a, i, width)...)), values + i, width);
    };
    if (n < lane_count) fill(0, n);
    for (std::size_t i = 0; n >= lane_count && i < n; i += lane_count)
      fill(i + lane_count <= n ? i : n - lane_count, lane_count);
    for (std::size_t i = 0; i < n; ++i) y[i] = values[i];
  } else {
    assign_elements<S>(y, n, [&](std::size_t i) { return S(f(operand_at(a, i)...)); });
  }
}

}  // namespace detail

/// y[i] = f(a[i], b[i], ...) for every i. An operand is a range of numbers, or one number for all i; y has
/// the size of the ranges, and may be one of them. f is generic in its scalar type and differentiated by its
/// arguments alone: what it captures is constant. It is called for as many elements at a time as the target
/// computes with at once, in numbers whose comparisons are no bool: it chooses by select, min and max, not by
/// if. On the tape all elements together are one short row of partials, or a few where some variables are not
/// at equal distances; where there are many such, and for other numbers than double and duals, each element
/// has a row. Throws shape_error for ranges of
/// different sizes.
/// Method: vector mode preaccumulation; Griewank and Walther, Evaluating Derivatives (2008), section 10.2.
template <class Y, class F, detail::elementwise_operand... A>
void elementwise_into(Y&& y, const F& f, const A&... a) {
  using S = promoted_t<promote_t<detail::elementwise_number_t<A>...>>;
  const std::size_t n = detail::elementwise_size(a...);
  if (y.size() != n)
    detail::raise<shape_error>("dad: the range that elementwise writes has %zu entries, expected %zu",
                               std::size_t(y.size()), n);
  if (n == 0) return;
  if constexpr (detail::is_tape_number<S>)
    detail::elementwise_on_tape<S>(y, n, f, detail::stored_operand(a)...);
  else
    detail::elementwise_in_numbers<S>(y, n, f, detail::stored_operand(a)...);
}

/// The same in a new vector.
///
///   auto s = dad::elementwise([](const auto& x, const auto& w, const auto& b) { return tanh(w * x + b); },
///   x, w, b);
template <class F, detail::elementwise_operand... A>
auto elementwise(const F& f, const A&... a) {
  std::vector<promoted_t<promote_t<detail::elementwise_number_t<A>...>>> y(detail::elementwise_size(a...));
  elementwise_into(y, f, a...);
  return y;
}

}  // namespace dad
