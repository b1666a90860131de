// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The two primitives over inputs and results of any structure: visit the reals in order, and replace them.

#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/structure/rebind.hpp>
#include <dad/structure/walk.hpp>

namespace dad::detail {

template <class To, bool WithInts, class X, class Fn>
constexpr rebound_t<X, To, WithInts> replace_reals(const X& x, Fn& fn);

template <class T, class Types>
inline constexpr bool is_one_of = false;
template <class T, class... U>
inline constexpr bool is_one_of<T, types<U...>> = (std::is_same_v<T, U> || ...);
template <class Types>
inline constexpr bool has_scalars = false;
template <class... T>
inline constexpr bool has_scalars<types<T...>> = (scalar<T> || ...);

/// A leaf of type L in X can be real: its number is among X's, or a plain number where X's are plain (a
/// member may be of a type derived from X's scalar, as double from float).
template <class L, class Reals>
inline constexpr bool can_be_real = false;
template <class T, class... U, class Reals>
inline constexpr bool can_be_real<types<T, U...>, Reals> = is_one_of<T, Reals> ||
                                                           (std::is_floating_point_v<T> &&
                                                            !has_scalars<Reals>);

template <class T>
probe as_probe(const T& leaf) {
  return probe(plain_value(leaf));
}

/// What becomes of the leaves of a struct X when Fn replaces its reals by To.
template <class X, class To, class Fn>
struct replacement {
  template <class L>
  struct kind_of {
    static constexpr leaf_kind make() {
      leaf_kind made = {tag_of<L>(), &type_name<L>};
      if constexpr (can_be_real<leaves_t<L>, leaves_t<X>>) {
        using Probed = rebound_t<L, probe, false>;
        using Rebound = rebound_t<L, To, false>;
        made.probed_type = tag_of<Probed>();
        made.probe = [](const void* from, void* to) {
          constexpr auto fn = [](const auto& number) { return as_probe(number); };
          *static_cast<Probed*>(to) = replace_reals<probe, false>(*static_cast<const L*>(from), fn);
        };
        made.rebound_type = tag_of<Rebound>();
        made.replace = [](const void* from, void* to, void* fn) {
          *static_cast<Rebound*>(to) =
              replace_reals<To, false>(*static_cast<const L*>(from), *static_cast<Fn*>(fn));
        };
      }
      return made;
    }
    static constexpr leaf_kind kind = make();
  };
};

template <class To, class X, class Fn>
rebound_t<X, To, false> replace_in_struct(const X& x, Fn& fn) {
  using Twin = rebound_t<X, To, false>;
  using Probed = rebound_t<X, probe, false>;
  static_assert(serializable<X>,
                "dad: dad::rebind is specialised for this struct, but it has no serialize that dad can call");
  static_assert(std::is_default_constructible_v<Twin> && std::is_default_constructible_v<Probed>,
                "dad: a struct that is an input or a result needs a default constructor, for every scalar");
  source<replacement<X, To, Fn>::template kind_of> from(x);
  // Where the types do not change with To, those of a twin of probes do.
  if constexpr (std::is_same_v<To, same> || is_one_of<To, leaves_t<X>>) {
    Probed marked{};
    twin_filler(from.leaves()).template fill<X>(marked);
  }
  Twin twin{};
  twin_filler(from.leaves(), const_cast<void*>(static_cast<const void*>(&fn))).template fill<X>(twin);
  return twin;
}

template <class To, bool WithInts, class X, class Fn>
constexpr rebound_t<X, To, WithInts> replace_in_container(const X& x, Fn& fn) {
  using R = rebound_t<X, To, WithInts>;
  if constexpr (is_array<X>) {
    R r{};
    for (std::size_t i = 0; i < x.size(); ++i) r[i] = replace_reals<To, WithInts>(x[i], fn);
    return r;
  } else if constexpr (is_optional<X>) {
    return x ? R(replace_reals<To, WithInts>(*x, fn)) : R();
  } else if constexpr (shape_of<X> == shape::mapping) {
    R r;
    for (const auto& [key, mapped] : x) r.emplace(key, replace_reals<To, WithInts>(mapped, fn));
    return r;
  } else if constexpr (is_vector<R> && std::is_arithmetic_v<element_t<R>>) {
    R r(x.size());
    auto to = r.begin();
    for (const auto& part : x) *to++ = replace_reals<To, WithInts>(part, fn);
    return r;
  } else {
    R r;
    if constexpr (requires { r.reserve(x.size()); }) r.reserve(x.size());
    for (const auto& part : x) r.push_back(replace_reals<To, WithInts>(part, fn));
    return r;
  }
}

template <class To, bool WithInts, class X, class Fn>
constexpr rebound_t<X, To, WithInts> replace_reals(const X& x, Fn& fn) {
  using R = rebound_t<X, To, WithInts>;
  if constexpr (shape_of<X> == shape::real) {
    return static_cast<R>(fn(x));
  } else if constexpr (!has_reals<X> && !(WithInts && is_all_int<X>)) {
    return x;
  } else if constexpr (shape_of<X> == shape::integer) {
    return static_cast<R>(fn(static_cast<double>(x)));
  } else if constexpr (shape_of<X> == shape::structure) {
    return replace_in_struct<To>(x, fn);
  } else if constexpr (is_tuple<X>) {
    // Braces: the parts from left to right.
    return std::apply([&](const auto&... part) { return R{replace_reals<To, WithInts>(part, fn)...}; }, x);
  } else {
    return replace_in_container<To, WithInts>(x, fn);
  }
}

/// The same structure and data, each real replaced by fn(real), which is called once for each in order. Ints
/// of an all-int point come to fn as doubles. Throws shape_error if a struct's serialize does not walk the
/// two in step.
template <class To, class X, class Fn>
constexpr rebind_t<X, To> transform(const X& x, Fn&& fn) {
  return replace_reals<To, is_all_int<X>>(x, fn);
}

template <bool WithInts, class X, class Fn>
constexpr void read_reals(const X& x, Fn& fn) {
  if constexpr (shape_of<X> == shape::real) {
    fn(x);
  } else if constexpr (!has_reals<X> && !(WithInts && is_all_int<X>)) {
    return;
  } else if constexpr (shape_of<X> == shape::integer) {
    fn(static_cast<double>(x));
  } else if constexpr (shape_of<X> == shape::structure) {
    auto read = [&fn](const auto& leaf) {
      fn(leaf);
      return as_probe(leaf);
    };
    replace_in_struct<probe>(x, read);
  } else if constexpr (is_tuple<X>) {
    std::apply([&](const auto&... part) { (read_reals<WithInts>(part, fn), ...); }, x);
  } else if constexpr (is_optional<X>) {
    if (x) read_reals<WithInts>(*x, fn);
  } else if constexpr (shape_of<X> == shape::mapping) {
    for (const auto& [key, mapped] : x) read_reals<WithInts>(mapped, fn);
  } else {
    for (const auto& part : x) read_reals<WithInts>(part, fn);
  }
}

/// fn(real) for each real of x, in the order of transform.
template <class X, class Fn>
constexpr void for_each_real(const X& x, Fn&& fn) {
  read_reals<is_all_int<X>>(x, fn);
}

template <class X>
concept range_of_numbers = is_container<X> && !is_optional<X> && number<element_t<X>>;

/// How many reals x has.
template <class X>
constexpr std::size_t real_count(const X& x) {
  if constexpr (range_of_numbers<X>) {
    return differentiable<X> ? x.size() : 0;
  } else {
    std::size_t count = 0;
    for_each_real(x, [&count](const auto&) { ++count; });
    return count;
  }
}

/// The structure of the gradient at an X; that of a span is a vector.
template <class X>
using gradient_t = rebind_t<X, same>;

}  // namespace dad::detail
