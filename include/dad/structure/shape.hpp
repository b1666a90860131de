// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What kind of structure a type is: a number, a container, a tuple, a struct that serializes, or data.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/core/concepts.hpp>
#include <dad/structure/archive.hpp>

namespace dad {

template <class X, class To>
struct rebind;

namespace detail {
template <int Use>
class basic_probe;
}
template <int Use>
inline constexpr bool is_scalar<detail::basic_probe<Use>> = true;

namespace detail {

/// A number that stands for the differentiable scalar where only the types matter: the members of
/// option<probe> that are a probe are the differentiable members of option<double>. It computes as double,
/// should serialize do so.
template <int Use>
class basic_probe {
 public:
  using value_type = double;

  constexpr basic_probe() = default;
  template <arithmetic A>
  constexpr basic_probe(A x) : value_(static_cast<double>(x)) {}
  constexpr operator double() const noexcept { return value_; }
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

  constexpr basic_probe& operator+=(double x) { return *this = value_ + x; }
  constexpr basic_probe& operator-=(double x) { return *this = value_ - x; }
  constexpr basic_probe& operator*=(double x) { return *this = value_ * x; }
  constexpr basic_probe& operator/=(double x) { return *this = value_ / x; }

 private:
  double value_ = 0;
};
using probe = basic_probe<0>;

/// Asks whether a user specialised dad::rebind; dad's own answers with is_default.
using specialisation_probe = basic_probe<1>;

template <class X>
concept has_own_rebind = !requires {
  rebind<X, specialisation_probe>::is_default;
};

template <class X>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class X>
inline constexpr bool is_span = false;
template <class T, std::size_t N>
inline constexpr bool is_span<std::span<T, N>> = true;
template <class X>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class X>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = true;
template <class X>
inline constexpr bool is_string = false;
template <class C, class Traits, class A>
inline constexpr bool is_string<std::basic_string<C, Traits, A>> = true;
template <class X>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool is_tuple<std::pair<A, B>> = true;

/// map, unordered_map and what looks like them: keys are data.
template <class X>
concept mapping = requires(X x, typename X::key_type key, typename X::mapped_type mapped) {
  x.emplace(key, mapped);
  x.size();
  x.begin() == x.end();
};
/// deque, list, small vectors: what has an end to append to.
template <class X>
concept appendable = requires(X x, typename X::value_type element) {
  x.push_back(element);
  x.size();
  x.clear();
  x.begin() == x.end();
};

enum class shape { real, integer, sequence, array, span, optional, mapping, tuple, structure, data };

template <class X>
inline constexpr bool is_character = false;
template <>
inline constexpr bool is_character<char> = true;
template <>
inline constexpr bool is_character<wchar_t> = true;
template <>
inline constexpr bool is_character<char8_t> = true;
template <>
inline constexpr bool is_character<char16_t> = true;
template <>
inline constexpr bool is_character<char32_t> = true;

/// An int that can be the coordinate of a point; a flag or a character cannot.
template <class X>
concept integer = std::is_integral_v<X> && !std::is_same_v<X, bool> && !is_character<X>;

template <class X>
constexpr shape find_shape() {
  if constexpr (real<X>)
    return shape::real;
  else if constexpr (integer<X>)
    return shape::integer;
  else if constexpr (!std::is_class_v<X>)
    return shape::data;
  else if constexpr (is_string<X> || std::is_same_v<X, std::vector<bool>>)
    return shape::data;
  else if constexpr (is_vector<X>)
    return shape::sequence;
  else if constexpr (is_array<X>)
    return shape::array;
  else if constexpr (is_span<X>)
    return shape::span;
  else if constexpr (is_optional<X>)
    return shape::optional;
  else if constexpr (is_tuple<X>)
    return shape::tuple;
  else if constexpr (has_own_rebind<X> || has_serialize_member<X>)
    return shape::structure;
  else if constexpr (mapping<X>)
    return shape::mapping;
  else if constexpr (appendable<X>)
    return shape::sequence;
  else if constexpr (has_serialize_function<X>)
    return shape::structure;
  else
    return shape::data;
}

template <class X>
inline constexpr shape shape_of = find_shape<X>();

/// What a container holds: the mapped type of a map.
template <class X>
struct element {
  using type = std::remove_cv_t<typename X::value_type>;
};
template <mapping X>
struct element<X> {
  using type = typename X::mapped_type;
};
template <class X>
using element_t = typename element<X>::type;

template <class X>
inline constexpr bool is_container =
    shape_of<X> == shape::sequence || shape_of<X> == shape::array || shape_of<X> == shape::span ||
    shape_of<X> == shape::optional || shape_of<X> == shape::mapping;

}  // namespace detail
}  // namespace dad
