// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of a user's rule, from whichever of its two derivatives can be called.

#pragma once

#include <cstddef>
#include <string>
#include <type_traits>

#include <dad/core/matrix.hpp>
#include <dad/rule/point.hpp>

namespace dad {

/// In the place of a jvp or vjp that is to be derived from the other.
struct derived_type {};
inline constexpr derived_type derived{};

namespace detail {

/// One derivative from the other takes a call for each direction; more than this is a mistake.
inline constexpr std::size_t most_derived_directions = 256;
/// But who watches a tape is to see inside a rule, as long as all of its partials have room.
inline constexpr std::size_t most_watched_partials = std::size_t{1} << 22;

// Both may take the result as well: jvp(x, y, dx), vjp(x, y, w).
template <class Jvp, class X, class Y>
inline constexpr bool has_jvp = std::is_invocable_v<const Jvp&, const X&, const X&> ||
                                std::is_invocable_v<const Jvp&, const X&, const Y&, const X&>;
template <class Vjp, class X, class Y>
inline constexpr bool has_vjp = std::is_invocable_v<const Vjp&, const X&, const Y&> ||
                                std::is_invocable_v<const Vjp&, const X&, const Y&, const Y&>;

/// A jvp or vjp, whose last argument is a Seed, is called with the result as well.
template <class Derivative, class X, class Y, class Seed>
inline constexpr bool takes_result = !std::is_invocable_v<const Derivative&, const X&, const Seed&> &&
                                     std::is_invocable_v<const Derivative&, const X&, const Y&, const Seed&>;

template <class Derivative, class... A>
auto call_derivative(const Derivative& derivative, const A&... arguments) {
  static_assert(!std::is_void_v<std::invoke_result_t<const Derivative&, const A&...>>,
                "dad: jvp or vjp of a rule returns nothing (void), expected numbers: jvp as the value of the "
                "rule, vjp as its arguments");
  return derivative(arguments...);
}
template <class Jvp, class X, class Y>
auto call_jvp(const Jvp& jvp, const X& x, const Y& y, const X& dx) {
  if constexpr (std::is_invocable_v<const Jvp&, const X&, const X&>)
    return call_derivative(jvp, x, dx);
  else
    return call_derivative(jvp, x, y, dx);
}
template <class Vjp, class X, class Y>
auto call_vjp(const Vjp& vjp, const X& x, const Y& y, const Y& w) {
  if constexpr (std::is_invocable_v<const Vjp&, const X&, const Y&>)
    return call_derivative(vjp, x, w);
  else
    return call_derivative(vjp, x, y, w);
}

template <class Jvp, class Vjp, class X, class Y>
constexpr void require_derivative() {
  static_assert(has_jvp<Jvp, X, Y> || has_vjp<Vjp, X, Y>,
                "dad: jvp and vjp of this rule take neither these arguments nor their scalar: jvp(x, dx) and "
                "vjp(x, w) have x as the rule has it (several arguments as one tuple), and at least one of "
                "them is generic in its scalar (const auto& x) where derivatives nest, as in a Hessian");
}

[[noreturn]] inline void throw_many_directions(const char* missing, const char* there, std::size_t count,
                                               const char* what) {
  throw shape_error(std::string("dad: ") + missing + " of a rule is derived from " + std::to_string(count) +
                    " calls of its " + there + ", one for each " + what + ", expected at most " +
                    std::to_string(most_derived_directions) + ": give the rule a " + missing + " of its own");
}

/// dy_j for dx, in order.
template <class T, class Jvp, class X, class Y>
std::vector<T> tangents_by(const Jvp& jvp, const X& x, const Y& y, const X& dx) {
  return checked_reals<T>(call_jvp(jvp, x, y, dx), real_count(y), "jvp of a rule", "number of its value");
}
/// The adjoints of x for the seed w, in order.
template <class T, class Vjp, class X, class Y>
std::vector<T> adjoints_by(const Vjp& vjp, const X& x, const Y& y, const Y& w) {
  return checked_reals<T>(call_vjp(vjp, x, y, w), real_count(x), "vjp of a rule", "number of its arguments");
}
/// The derivative of a rule of one number.
template <number T, class Jvp, class Vjp>
T slope_of(const Jvp& jvp, const Vjp& vjp, const T& x, const T& y) {
  require_derivative<Jvp, Vjp, T, T>();
  if constexpr (has_jvp<Jvp, T, T>)
    return number_in<T>(call_jvp(jvp, x, y, T(1)), "jvp of a rule", "number of its value");
  else
    return number_in<T>(call_vjp(vjp, x, y, T(1)), "vjp of a rule", "number of its arguments");
}

/// All partials, outputs x inputs, where x and y are over T: by columns of jvp where these are fewer calls or
/// vjp cannot be called, else by rows of vjp. Columns of inputs that are not wanted(k) may stay zero.
template <class T, class Jvp, class Vjp, class X, class Y, class Wanted>
basic_matrix<T> partials_of(const Jvp& jvp, const Vjp& vjp, const X& x, const Y& y, Wanted&& wanted,
                            std::size_t most_directions = most_derived_directions) {
  require_derivative<Jvp, Vjp, X, Y>();
  const std::size_t outputs = real_count(y), inputs = real_count(x);
  basic_matrix<T> partials(outputs, inputs);
  bool by_columns = has_jvp<Jvp, X, Y>;
  if constexpr (has_jvp<Jvp, X, Y> && has_vjp<Vjp, X, Y>) by_columns = inputs < outputs;
  if constexpr (has_jvp<Jvp, X, Y>) {
    if (by_columns) {
      if (inputs > most_directions) throw_many_directions("vjp", "jvp", inputs, "argument");
      for (std::size_t k = 0; k < inputs; ++k) {
        if (!wanted(k)) continue;
        const auto column = tangents_by<T>(jvp, x, y, shaped_like<T>(x, unit_row<T>{k}));
        for (std::size_t j = 0; j < outputs; ++j) partials(j, k) = column[j];
      }
    }
  }
  if constexpr (has_vjp<Vjp, X, Y>) {
    if (!by_columns) {
      if (outputs > most_directions) throw_many_directions("jvp", "vjp", outputs, "result");
      for (std::size_t j = 0; j < outputs; ++j) {
        const auto row = adjoints_by<T>(vjp, x, y, shaped_like<T>(y, unit_row<T>{j}));
        for (std::size_t k = 0; k < inputs; ++k) partials(j, k) = row[k];
      }
    }
  }
  return partials;
}

}  // namespace detail
}  // namespace dad
