// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The arguments of a rule as a point, taken one level of differentiation down.

#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>
#include <dad/structure/call.hpp>
#include <dad/structure/transform.hpp>

namespace dad::detail {

template <class S>
inline constexpr bool is_var = false;
template <class T>
inline constexpr bool is_var<var<T>> = true;
template <class S>
inline constexpr bool is_dual = false;
template <class T, std::size_t N, class Tag>
inline constexpr bool is_dual<dual<T, N, Tag>> = true;

/// One argument is a point itself, several are a tuple of references, as drivers have it.
template <class A>
constexpr const A& as_point(const A& a) {
  return a;
}
template <class A, class B, class... C>
constexpr std::tuple<const A&, const B&, const C&...> as_point(const A& a, const B& b, const C&... c) {
  return {a, b, c...};
}

/// F takes a point of type X: its parts where it is a tuple. Asks the body of a generic lambda that does not
/// name its result.
template <class F, class X>
inline constexpr bool takes_point = std::is_invocable_v<const F&, const X&>;
template <class F, class... A>
inline constexpr bool takes_point<F, std::tuple<A...>> =
    std::is_invocable_v<const F&, const std::remove_cvref_t<A>&...>;
template <class F, class A, class B>
inline constexpr bool takes_point<F, std::pair<A, B>> =
    std::is_invocable_v<const F&, const std::remove_cvref_t<A>&, const std::remove_cvref_t<B>&>;

/// The numbers one level below a scalar: its value's, or a power series of one order less.
template <class S>
struct below {
  using type = typename S::value_type;
  static constexpr const type& of(const S& x) { return x.value(); }
};
template <power_series S>
struct below<S> {
  using type = typename S::lower_type;
  static constexpr type of(const S& x) { return x.lower(); }
};
template <class S>
using below_t = typename below<S>::type;

/// The structure of x with its reals one level below S.
template <class S, class X>
auto primal_point(const X& x) {
  return transform<below_t<S>>(x, [](const auto& leaf) { return below<S>::of(S(leaf)); });
}

/// f at x with vars in the place of fused_vars, which are the same variables of the tape.
template <class S, class F, class X>
auto with_vars(const F& f, const X& x) {
  using V = var<typename S::value_type>;
  const auto y = f(transform<V>(x, [](const auto& leaf) -> V { return S(leaf); }));
  return transform<S>(y, [](const auto& leaf) { return S(leaf); });
}

/// A function of fused_vars S as one of vars, which it calls with them.
template <class S, class F>
class on_vars {
  template <class... A>
  using point_of = rebind_t<std::remove_cvref_t<decltype(as_point(std::declval<const A&>()...))>, S>;

 public:
  explicit on_vars(const F& f) : f_(f) {}

  template <class... A>
  requires takes_point<F, point_of<A...>>
  auto operator()(const A&... arguments) const {
    using V = var<typename S::value_type>;
    const auto y = call(f_, transform<S>(as_point(arguments...), [](const auto& leaf) { return S(leaf); }));
    return transform<V>(y, [](const auto& leaf) -> V { return S(leaf); });
  }

 private:
  F f_;
};

/// The reals of x in order, as scalars of type S.
template <class S, class X>
std::vector<S> scalars_of(const X& x) {
  std::vector<S> scalars;
  for_each_real(x, [&](const auto& leaf) { scalars.push_back(S(leaf)); });
  return scalars;
}

/// A user's function of numbers in T has no derivative by what it captured, which so must be passive.
template <class T, class Y>
constexpr void require_own_scalar() {
  static_assert(
      embeds<base_t<Y>, T>,
      "dad: a function of a rule, of implicit or of a checkpoint returned another scalar than it got: "
      "it uses a scalar that it captured; make that an argument");
}

/// The same for what a user's function returned. Throws shape_error unless there are as many as expected.
template <class T, class X>
std::vector<T> checked_reals(const X& x, std::size_t expected, const char* function, const char* reason) {
  require_own_scalar<T, X>();
  std::vector<T> reals;
  reals.reserve(expected);
  for_each_real(x, [&](const auto& leaf) { reals.push_back(static_cast<T>(leaf)); });
  if (reals.size() != expected)
    throw shape_error(std::string("dad: ") + function + " returned " + std::to_string(reals.size()) +
                      " numbers, expected " + std::to_string(expected) + ", one for each " + reason);
  return reals;
}

/// The same where it is one number: no memory is allocated for a number.
template <class T, class X>
T number_in(const X& x, const char* function, const char* reason) {
  require_own_scalar<T, X>();
  if constexpr (number<X>)
    return static_cast<T>(x);
  else
    return checked_reals<T>(x, 1, function, reason)[0];
}

/// The structure of y with its reals replaced by those of a row.
template <class T, class Y, class Row>
auto shaped_like(const Y& y, const Row& row) {
  std::size_t k = 0;
  return transform<T>(y, [&](const auto&) { return T(row[k++]); });
}

/// Zeros with a one at place k.
template <class T>
struct unit_row {
  std::size_t k;
  T operator[](std::size_t i) const { return T(i == k ? 1 : 0); }
};

template <class Numbers>
bool all_zero(const Numbers& numbers) {
  for (const auto& x : numbers)
    if (!is_zero(x)) return false;
  return true;
}

}  // namespace dad::detail
