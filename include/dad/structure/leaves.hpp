// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The types of the reals in a structure, and the number type in which they all fit.

#pragma once

#include <type_traits>

#include <dad/core/promote.hpp>
#include <dad/structure/shape.hpp>

namespace dad::detail {

template <class... T>
struct types {};

template <class A, class B>
struct concatenate;
template <class... A, class... B>
struct concatenate<types<A...>, types<B...>> {
  using type = types<A..., B...>;
};

/// The first template parameter of a struct, and the struct with another in its place.
template <class X>
struct first_parameter {
  static constexpr bool exists = false;
};
template <template <class, class...> class C, class T, class... Rest>
struct first_parameter<C<T, Rest...>> {
  static constexpr bool exists = true;
  using type = T;
  template <class U>
  using replace = C<U, Rest...>;
};
template <template <class, auto, auto...> class C, class T, auto A, auto... Rest>
struct first_parameter<C<T, A, Rest...>> {
  static constexpr bool exists = true;
  using type = T;
  template <class U>
  using replace = C<U, A, Rest...>;
};
template <template <class, auto, class, class...> class C, class T, auto A, class B, class... Rest>
struct first_parameter<C<T, A, B, Rest...>> {
  static constexpr bool exists = true;
  using type = T;
  template <class U>
  using replace = C<U, A, B, Rest...>;
};
template <template <class, class, auto, auto...> class C, class T, class B, auto A, auto... Rest>
struct first_parameter<C<T, B, A, Rest...>> {
  static constexpr bool exists = true;
  using type = T;
  template <class U>
  using replace = C<U, B, A, Rest...>;
};

/// The type parameters of a struct for which the user specialised dad::rebind.
template <class X>
struct parameters {
  using type = types<>;
};
template <template <class...> class C, class... T>
struct parameters<C<T...>> {
  using type = types<T...>;
};
template <template <class, auto, auto...> class C, class T, auto A, auto... Rest>
struct parameters<C<T, A, Rest...>> {
  using type = types<T>;
};
template <template <auto, class, class...> class C, auto A, class... T>
struct parameters<C<A, T...>> {
  using type = types<T...>;
};
template <template <auto, auto, class, class...> class C, auto A, auto B, class... T>
struct parameters<C<A, B, T...>> {
  using type = types<T...>;
};

/// T is the scalar of X: putting T in its place changes nothing.
template <class X, class T>
constexpr bool is_own_scalar() {
  if constexpr (real<T>)
    return std::is_same_v<typename rebind<X, T>::type, X>;
  else
    return false;
}
template <class X, class Candidates>
struct own_scalar;
template <class X>
struct own_scalar<X, types<>> {
  using type = types<double>;
};
template <class X, class T, class... Rest>
struct own_scalar<X, types<T, Rest...>> {
  using type = typename std::conditional_t<is_own_scalar<X, T>(), std::type_identity<types<T>>,
                                           own_scalar<X, types<Rest...>>>::type;
};

/// The types of X's reals, as many times as they occur in the type. Those of a struct are known by its first
/// parameter.
template <class X>
struct leaves {
  using type = types<>;
};
template <class X>
using leaves_t = typename leaves<std::remove_cvref_t<X>>::type;

template <class X>
requires(shape_of<X> == shape::real) struct leaves<X> {
  using type = types<X>;
};
template <class X>
requires is_container<X>
struct leaves<X> {
  using type = leaves_t<element_t<X>>;
};
template <class... T>
struct leaves<std::tuple<T...>> {
  using type = types<>;
};
template <class T, class... Rest>
struct leaves<std::tuple<T, Rest...>> {
  using type = typename concatenate<leaves_t<T>, leaves_t<std::tuple<Rest...>>>::type;
};
template <class A, class B>
struct leaves<std::pair<A, B>> {
  using type = typename concatenate<leaves_t<A>, leaves_t<B>>::type;
};
template <class X>
requires(shape_of<X> == shape::structure && !has_own_rebind<X> &&
         first_parameter<X>::exists) struct leaves<X> {
  using type = leaves_t<typename first_parameter<X>::type>;
};
template <class X>
requires(shape_of<X> == shape::structure && has_own_rebind<X>) struct leaves<X> {
  using type = typename own_scalar<
      X, typename concatenate<typename parameters<X>::type, types<double, float, long double>>::type>::type;
};

/// X has reals.
template <class X>
inline constexpr bool has_reals = !std::is_same_v<leaves_t<X>, types<>>;

/// X is made of ints alone, which then are its reals: a point like 3, {1, 2} or (1, {2, 3}).
template <class X>
inline constexpr bool is_all_int = shape_of<X> == shape::integer;
template <class X>
requires is_container<X>
inline constexpr bool is_all_int<X> = is_all_int<element_t<X>>;
template <class... T>
inline constexpr bool is_all_int<std::tuple<T...>> = sizeof...(T) > 0 &&
                                                     (is_all_int<std::remove_cvref_t<T>> && ...);
template <class A, class B>
inline constexpr bool is_all_int<std::pair<A, B>> =
    is_all_int<std::remove_cvref_t<A>>&& is_all_int<std::remove_cvref_t<B>>;

/// dad knows how to walk X, and there is a number type to put another in the place of. Everything else is
/// data.
template <class X>
concept differentiable = has_reals<X> || is_all_int<std::remove_cvref_t<X>>;

/// Refuses an X that is not differentiable, and says what to write.
template <class X>
constexpr void require_differentiable() {
  using D = std::remove_cvref_t<X>;
  if constexpr (!differentiable<D>) {
    if constexpr (is_container<D>)
      require_differentiable<element_t<D>>();
    else if constexpr (shape_of<D> == shape::structure)
      static_assert(differentiable<D>,
                    "dad: dad does not know the scalar of this struct: make the scalar its first template "
                    "parameter (as "
                    "in option<double>), or specialise dad::rebind");
    else if constexpr (std::is_class_v<D> && !is_tuple<D> && !is_string<D>)
      static_assert(differentiable<D>,
                    "dad: a struct that is an input or a result needs a `template <class Archive> void "
                    "serialize(Archive& ar, unsigned)`, which is public or befriends dad::access");
    else
      static_assert(
          differentiable<D>,
          "dad: there is no real number in this: an input or a result is a scalar, a range or tuple of "
          "scalars, or a struct that serializes");
  }
}

template <class Leaves>
struct base;
template <>
struct base<types<>> {
  using type = double;
};
template <class... T>
struct base<types<T...>> {
  using type = promote_t<double, T...>;
};

/// The number to differentiate in: double for float, double and int leaves, the scalar where leaves are
/// scalars of dad.
template <class X>
using base_t = typename base<leaves_t<X>>::type;

}  // namespace dad::detail
