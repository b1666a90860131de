// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function at some elements of its operands, with its partials.

#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/core/prefetch.hpp>
#include <dad/forward/dual.hpp>
#include <dad/reverse/elementwise_rows.hpp>
#include <dad/rule/elementwise_operands.hpp>
#include <dad/rule/lanes_over.hpp>

// Every call inside of a function in line. g++ forgets that in copies that it makes of the function.
#if defined(__clang__)
#define DAD_ALL_IN_LINE [[gnu::flatten]]
#else
#define DAD_ALL_IN_LINE [[gnu::flatten, gnu::noclone]]
#endif

namespace dad::detail {

/// The tag of the tangents that an elementwise function takes along its operands.
template <class F>
struct elementwise_level;

/// f at some elements, in lanes, with its partials by those operands that are of type S, a var of T.
template <class S, class F, class... A>
class elementwise_partials {
  using T = typename S::value_type;
  using lanes = lanes_over<T>;
  static constexpr std::size_t count = (std::size_t{0} + ... + is_active_operand<S, A>);
  using lane_number = dual<typename lanes::type, count, elementwise_level<F>>;

 public:
  elementwise_partials(const F& f, const A&... a) : f_(f), operands_(a...) {}

  /// n values, and n partials by each operand, of which by[k] says where they are: those that are the same at
  /// the first elements probably are all the same, so they come last, where nothing has to be closed up when
  /// one stands for all.
  void operator()(std::size_t n, T* values, T* partials, partials_by_operand<T>* by) const {
    evaluate(n, values, partials, by, std::make_index_sequence<count>());
  }

 private:
  template <std::size_t... K>
  DAD_ALL_IN_LINE void evaluate(std::size_t n, T* values, T* partials, partials_by_operand<T>* by,
                                std::index_sequence<K...>) const {
    const lane_number first = at(0, n < lane_count ? n : lane_count);
    same_in_all_lanes<T> same[] = {same_in_all_lanes<T>(first.tangent(K))...};
    (same[K].compare(first.tangent(K)), ...);
    const bool come_last[] = {same[K].are_same()...};
    for (const bool is_last : {false, true})
      for (std::size_t k = 0; k < count; ++k)
        if (come_last[k] == is_last) {
          by[k] = {partials, is_last, is_last};
          partials += n;
        }
    T* const places[] = {by[K].first...};
    const auto write = [&](const lane_number& y, std::size_t i, std::size_t width) {
      lanes::scatter(y.value(), values + i, width);
      (lanes::scatter(y.tangent(K), places[K] + i, width), ...);
      (prefetch_to_write(places[K] + i, 1024), ...);
      (same[K].compare(y.tangent(K)), ...);
    };
    write(first, 0, n < lane_count ? n : lane_count);
    // The last ones once more together with some before them: f gives the same again.
    for (std::size_t i = lane_count; i < n; i += lane_count) {
      const std::size_t from = i + lane_count <= n ? i : n - lane_count;
      write(at(from, lane_count), from, lane_count);
    }
    ((by[K].are_equal = same[K].are_same()), ...);
  }

  [[gnu::always_inline]] lane_number at(std::size_t i, std::size_t width) const {
    return at(i, width, std::index_sequence_for<A...>{});
  }
  template <std::size_t... I>
  [[gnu::always_inline]] lane_number at(std::size_t i, std::size_t width, std::index_sequence<I...>) const {
    return call(f_, operand<I>(i, width)...);
  }
  // With all of f in line, and then itself: tangents that are always zero, which are most, cost nothing then.
  template <class... X>
  DAD_ALL_IN_LINE static lane_number call(const F& f, const X&... x) {
    if constexpr (std::is_same_v<decltype(f(x...)), lane_number>)
      return f(x...);
    else
      return lane_number(f(x...));
  }
  // The only tangent that is not zero is that of its own place.
  template <std::size_t Place, std::size_t... K>
  [[gnu::always_inline]] static lane_number seeded(const typename lanes::type& value,
                                                   std::index_sequence<K...>) {
    return {value, (K == Place ? 1.0 : 0.0)...};
  }
  template <std::size_t I>
  [[gnu::always_inline]] auto operand(std::size_t i, std::size_t width) const {
    const auto& a = std::get<I>(operands_);
    using kind = std::tuple_element_t<I, std::tuple<A...>>;
    if constexpr (is_active_operand<S, kind>) {
      const auto value = [](const auto& x) -> const T& { return x.value(); };
      return seeded<place<I>>(operand_in_lanes<T>(a, i, width, value), std::make_index_sequence<count>());
    } else {
      return operand_in_lanes(a, i, width);
    }
  }
  // Among the operands of type S.
  template <std::size_t I>
  static constexpr std::size_t place = [] {
    constexpr bool active[] = {is_active_operand<S, A>...};
    std::size_t before = 0;
    for (std::size_t k = 0; k < I; ++k) before += active[k];
    return before;
  }();

  const F& f_;
  std::tuple<const A&...> operands_;
};

/// f at one element, with its partials by those operands that are of type S.
template <class S, class F, class... A>
auto elementwise_dual_at(const F& f, std::size_t i, const A&... a) {
  using T = typename S::value_type;
  using number_t = dual<T, (std::size_t{0} + ... + is_active_operand<S, A>), elementwise_level<F>>;
  std::size_t k = 0;
  const auto operand = [&](const auto& x) {
    if constexpr (is_active_operand<S, std::remove_cvref_t<decltype(x)>>) {
      number_t seeded(operand_at(x, i).value());
      seeded.tangent(k++) = T(1);
      return seeded;
    } else {
      return operand_at(x, i);
    }
  };
  const std::tuple operands{operand(a)...};  // in their order
  return number_t(std::apply(f, operands));
}

}  // namespace dad::detail

#undef DAD_ALL_IN_LINE
