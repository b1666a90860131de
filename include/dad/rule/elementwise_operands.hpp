// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The operands of a function that is applied element by element, and some of their elements in lanes.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/core/error.hpp>
#include <dad/op/reduction.hpp>
#include <dad/reverse/var.hpp>
#include <dad/rule/lanes_over.hpp>
#include <dad/structure/shape.hpp>

namespace dad::detail {

/// A number, which is the same for all elements, or a range of numbers.
template <class A>
concept elementwise_operand = number<A> || number_range<A>;

template <class A>
struct elementwise_number {
  using type = std::remove_cvref_t<decltype(std::declval<const A&>()[std::size_t(0)])>;
};
template <number A>
struct elementwise_number<A> {
  using type = A;
};
template <class A>
using elementwise_number_t = typename elementwise_number<A>::type;

/// One number as a range of it.
template <class A>
struct one_number {
  const A& number;
  [[nodiscard]] static constexpr std::size_t size() { return 1; }
  const A& operator[](std::size_t) const { return number; }
};

template <class A>
constexpr decltype(auto) as_range(const A& a) {
  if constexpr (number<A>)
    return one_number<A>{a};
  else
    return static_cast<const A&>(a);
}
template <class A>
constexpr decltype(auto) operand_at(const A& a, [[maybe_unused]] std::size_t i) {
  if constexpr (number<A>)
    return static_cast<const A&>(a);
  else
    return a[i];
}
/// With elements that are there, not computed at each access, where they are scalars.
template <class A>
constexpr decltype(auto) stored_operand(const A& a) {
  if constexpr (number<A>)
    return static_cast<const A&>(a);
  else
    return stored(a);
}

template <class S, class A>
inline constexpr bool is_active_operand = !embeds<elementwise_number_t<A>, typename S::value_type>;

template <class S>
inline constexpr bool is_tape_number = false;
template <class T>
inline constexpr bool is_tape_number<var<T>> = true;
template <class T>
inline constexpr bool is_tape_number<fused_var<T>> = true;

/// Numbers that are neighbours in memory.
template <class A>
concept neighbours = requires(const A& a) {
  requires std::is_same_v < decltype(a.data() + 0), const elementwise_number_t<A>
  * > || std::is_same_v<decltype(a.data() + 0), elementwise_number_t<A>*>;
};

/// Elements of an operand from i on, in lanes: the numbers of type T that get takes of them. Lanes from
/// `width` on hold the last of these.
template <class T, class A, class Get>
[[gnu::always_inline]] inline auto operand_in_lanes(const A& a, std::size_t i, std::size_t width, Get&& get) {
  using lanes = lanes_over<T>;
  using element = elementwise_number_t<A>;
  if constexpr (number<A>) {
    return lanes::gather([&](std::size_t) -> decltype(auto) { return get(a); });
  } else {
    if constexpr (neighbours<A> && std::is_reference_v<decltype(get(a[0]))> &&
                  sizeof(element) % sizeof(double) == 0)
      if (width == lane_count) return lanes::template load<sizeof(element) / sizeof(double)>(&get(a[i]));
    return lanes::gather([&](std::size_t l) -> decltype(auto) {
      std::size_t at = i + (l < width ? l : width - 1);
      // Compilers look at all lanes of a short array, and warn of those that are never there.
      if constexpr (is_array<A>) at = at < a.size() ? at : a.size() - 1;
      return get(a[at]);
    });
  }
}
template <class A>
[[gnu::always_inline]] inline auto operand_in_lanes(const A& a, std::size_t i, std::size_t width) {
  using element = elementwise_number_t<A>;
  if constexpr (scalar<element> ||
                (std::is_same_v<element, double> && std::is_reference_v<decltype(operand_at(a, 0))>))
    return operand_in_lanes<element>(a, i, width, [](const element& x) -> const element& { return x; });
  else
    return operand_in_lanes<double>(a, i, width, [](const element& x) { return static_cast<double>(x); });
}

template <class... A>
std::size_t elementwise_size(const A&... a) {
  static_assert((!number<A> || ...), "dad: elementwise needs a range among its operands");
  std::size_t size = 0, place = 0;
  bool is_known = false;
  const auto look = [&](const auto& x) {
    ++place;
    if constexpr (!number<std::remove_cvref_t<decltype(x)>>) {
      if (is_known && x.size() != size)
        raise<shape_error>("dad: range %zu of elementwise has %zu entries, expected %zu", place,
                           std::size_t(x.size()), size);
      size = x.size();
      is_known = true;
    }
  };
  (look(a), ...);
  return size;
}

}  // namespace dad::detail
