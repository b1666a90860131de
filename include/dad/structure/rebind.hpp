// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The same structure with another number type: option<double> becomes option<var<double>>.

#pragma once

#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/structure/leaves.hpp>

namespace dad {

namespace detail {

/// As To: every real keeps its type, and the ints of an all-int point become double. A gradient has this
/// structure.
struct same {};

/// Ints are left alone unless WithInts.
template <class X, class To, bool WithInts>
struct rebound {
  using type = X;
};
template <class X, class To, bool WithInts>
using rebound_t = typename rebound<std::remove_cvref_t<X>, To, WithInts>::type;

template <class X, class To, bool WithInts>
requires(shape_of<X> == shape::real) struct rebound<X, To, WithInts>
    : std::conditional<std::is_same_v<To, same>, X, To> {
};

template <class X, class To>
requires(shape_of<X> == shape::integer) struct rebound<X, To, true>
    : std::conditional<std::is_same_v<To, same>, double, To> {
};

/// An allocator of T becomes one of U; other template arguments (comparisons, sizes) stay.
template <class A, class T, class U>
struct argument {
  using type = A;
};
template <class A, class T, class U>
requires(std::is_same_v<typename A::value_type, T>&& requires(A a) {
  a.allocate(1);
}) struct argument<A, T, U> {
  using type = typename std::allocator_traits<A>::template rebind_alloc<U>;
};

/// The container X with elements R. What is no template of its element becomes a vector.
template <class X, class R>
struct with_elements {
  using type = std::vector<R>;
};
template <template <class, class...> class C, class T, class... Rest, class R>
requires(shape_of<C<T, Rest...>> == shape::sequence) struct with_elements<C<T, Rest...>, R> {
  using type = C<R, typename argument<Rest, T, R>::type...>;
};
template <template <class, auto, auto...> class C, class T, auto A, auto... Rest, class R>
requires(shape_of<C<T, A, Rest...>> == shape::sequence) struct with_elements<C<T, A, Rest...>, R> {
  using type = C<R, A, Rest...>;
};
template <class T, std::size_t N, class R>
struct with_elements<std::array<T, N>, R> {
  using type = std::array<R, N>;
};
template <class T, class R>
struct with_elements<std::optional<T>, R> {
  using type = std::optional<R>;
};
template <template <class, class, class...> class C, class K, class V, class... Rest, class R>
requires(shape_of<C<K, V, Rest...>> == shape::mapping) struct with_elements<C<K, V, Rest...>, R> {
  using type = C<K, R, typename argument<Rest, std::pair<const K, V>, std::pair<const K, R>>::type...>;
};

template <class X, class To, bool WithInts>
requires(is_container<X> && (has_reals<X> || (WithInts && is_all_int<X>))) struct rebound<X, To, WithInts> {
  using element_type = rebound_t<element_t<X>, To, WithInts>;
  static constexpr bool is_unchanged = std::is_same_v<element_type, element_t<X>> && !is_span<X>;
  using type =
      typename std::conditional_t<is_unchanged, std::type_identity<X>, with_elements<X, element_type>>::type;
};

template <class... T, class To, bool WithInts>
struct rebound<std::tuple<T...>, To, WithInts> {
  using type = std::tuple<rebound_t<T, To, WithInts>...>;
};
template <class A, class B, class To, bool WithInts>
struct rebound<std::pair<A, B>, To, WithInts> {
  using type = std::pair<rebound_t<A, To, WithInts>, rebound_t<B, To, WithInts>>;
};

template <class X, class To, bool WithInts>
requires(shape_of<X> == shape::structure && !has_own_rebind<X> &&
         has_reals<X>) struct rebound<X, To, WithInts> {
  using type =
      typename first_parameter<X>::template replace<rebound_t<typename first_parameter<X>::type, To, false>>;
};
template <class X, class To, bool WithInts>
requires(shape_of<X> == shape::structure && has_own_rebind<X> &&
         !std::is_same_v<To, same>) struct rebound<X, To, WithInts> : rebind<X, To> {
};
template <class X, bool WithInts>
requires(shape_of<X> == shape::structure && has_own_rebind<X>) struct rebound<X, same, WithInts> {
  using type = X;
};

template <class X, class To>
struct default_rebind {
  static constexpr bool is_default = true;
  using type = rebound_t<X, To, is_all_int<X>>;
};
template <class X>
struct default_rebind<X, specialisation_probe> {
  static constexpr bool is_default = true;
};

}  // namespace detail

/// X with the type of its reals replaced by To: its scalar, the elements of its containers and tuples, and
/// the first template parameter of a struct that serializes. Specialised for a struct whose scalar is
/// elsewhere:
///
///   template <int Steps, class T, class To>
///   struct dad::rebind<lattice<Steps, T>, To> { using type = lattice<Steps, To>; };
template <class X, class To>
struct rebind : detail::default_rebind<X, To> {};

template <class X, class To>
using rebind_t = detail::rebound_t<X, To, detail::is_all_int<std::remove_cvref_t<X>>>;

}  // namespace dad
