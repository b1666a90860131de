// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Reverse differentiation for hot code: a var whose operators return expressions, so that all of an
// assignment becomes one statement.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <dad/reverse/expression.hpp>
#include <dad/reverse/statement_writer.hpp>
#include <dad/reverse/var.hpp>

namespace dad {

/// A var that is recorded by assignments, not by operations. Faster to record than var, at the price of
/// expression templates: the type of `x * y` is not that of x. So results of functions and lambdas, and what
/// `auto` or `?:` would deduce from an operation, are to be declared with the number's type; nothing dangles
/// where they are not, it only does not compile.
///
///   T z = x * y + exp(x);       // one statement
///   z += x * z;                 // another
template <class T = double>
class fused_var {
 public:
  using value_type = T;

  constexpr fused_var() = default;
  template <number A>
  requires(detail::embeds<A, T>) constexpr fused_var(const A& value) : variable_(value) {}
  /// The same variable.
  constexpr fused_var(const var<T>& x) noexcept : variable_(x) {}
  constexpr operator var<T>() const noexcept { return variable_; }

  template <class Op, class... Operand>
  [[gnu::always_inline]] fused_var(const expression<T, Op, Operand...>& e) {
    detail::statement_writer<T>::assign(variable_, e);
  }
  template <class Op, class... Operand>
  [[gnu::always_inline]] fused_var& operator=(const expression<T, Op, Operand...>& e) {
    detail::statement_writer<T>::assign(variable_, e);
    return *this;
  }

  [[nodiscard]] constexpr const T& value() const noexcept { return variable_.value(); }
  /// As of the var that this is.
  [[nodiscard]] T adjoint() const { return variable_.adjoint(); }
  [[nodiscard]] constexpr bool is_active() const noexcept { return variable_.is_active(); }
  [[nodiscard]] constexpr bool is_zero() const { return variable_.is_zero(); }
  [[nodiscard]] constexpr std::uint32_t index() const noexcept { return variable_.index(); }
  [[nodiscard]] constexpr std::uint32_t recording() const noexcept { return variable_.recording(); }

  /// The plain number as another arithmetic type; its derivatives are lost, as the cast says.
  template <arithmetic A>
  explicit constexpr operator A() const {
    return static_cast<A>(variable_);
  }

  /// The result of an operation on operands of which at least one is a fused_var of this type.
  template <class Op, class... A>
  [[gnu::always_inline]] static fused_var apply(const Op& op, const A&... operands) {
    return detail::express(op, operands...);
  }
  template <class F>
  static fused_var reduce(const T& value, F&& add_terms) {
    return var<T>::reduce(value, add_terms);
  }
  template <class A>
  static constexpr bool is_range =
      std::is_same_v<std::remove_cvref_t<decltype(std::declval<const A&>()[std::size_t(0)])>, fused_var>;
  template <class A, class B>
  static bool multiply_ranges(fused_var& y, const A& a, const B& b) {
    return detail::range_rows<T>::multiply(y.variable_, a, b);
  }
  template <class A, class Write>
  static bool reduce_range(fused_var& y, const A& a, Write&& write) {
    return detail::range_rows<T>::reduce(y.variable_, a, write);
  }
  template <class P>
  static fused_var masked_product(const P& partial, const fused_var& seed) {
    return seed.is_zero() ? fused_var() : fused_var(partial * seed);
  }

 private:
  friend class tape<T>;
  friend struct detail::range_operands<T>;
  friend struct detail::statement_writer<T>;

  var<T> variable_;
};

static_assert(sizeof(fused_var<double>) == 16);

template <class T>
inline constexpr bool is_scalar<fused_var<T>> = true;

template <class T>
struct detail::join<fused_var<T>, var<T>> {
  using type = fused_var<T>;
};
template <class T>
struct detail::join<var<T>, fused_var<T>> {
  using type = fused_var<T>;
};

template <class T, class A>
[[gnu::always_inline]] inline auto detail::as_expression_operand(const A& a) {
  if constexpr (is_expression<A>)
    return a;
  else if constexpr (is_expression_leaf<A>)
    return a;
  else if constexpr (is_fused_var<A> || std::is_same_v<A, var<T>>)
    return statement_writer<T>::leaf_of(a);
  else if constexpr (arithmetic<A>)
    return static_cast<plain_t<T>>(a);
  else
    return T(a);
}

#define DAD_DEFINE_UNARY(f)                          \
  template <detail::fused_operand A>                 \
  [[gnu::always_inline]] inline auto f(const A& x) { \
    return detail::express(op::f{}, x);              \
  }
#define DAD_DEFINE_BINARY(f, operation)                                                      \
  template <number A, number B>                                                              \
  requires((scalar<A> || scalar<B>)&&(detail::fused_operand<A> || detail::fused_operand<B>)) \
      [[gnu::always_inline]] inline auto                                                     \
      f(const A& x, const B& y) {                                                            \
    return detail::express(op::operation{}, x, y);                                           \
  }
#define DAD_DEFINE_SAME(f) DAD_DEFINE_BINARY(f, f)
DAD_CMATH_UNARY(DAD_DEFINE_UNARY)
DAD_OWN_UNARY(DAD_DEFINE_UNARY)
DAD_DEFINE_UNARY(abs)
DAD_CMATH_BINARY(DAD_DEFINE_SAME)
DAD_OWN_BINARY(DAD_DEFINE_SAME)
DAD_DEFINE_BINARY(operator+, add)
DAD_DEFINE_BINARY(operator-, subtract)
DAD_DEFINE_BINARY(operator*, multiply)
DAD_DEFINE_BINARY(operator/, divide)
#undef DAD_DEFINE_SAME
#undef DAD_DEFINE_BINARY
#undef DAD_DEFINE_UNARY

template <detail::fused_operand A>
[[gnu::always_inline]] inline auto fabs(const A& x) {
  return detail::express(op::abs{}, x);
}
template <detail::fused_operand A>
[[gnu::always_inline]] inline auto operator-(const A& x) {
  return detail::express(op::negate{}, x);
}
template <class T, number A>
[[gnu::always_inline]] inline fused_var<T>& operator+=(fused_var<T>& x, const A& y) {
  detail::statement_writer<T>::template add<false>(x, detail::as_expression_operand<T>(y));
  return x;
}
template <class T, number A>
[[gnu::always_inline]] inline fused_var<T>& operator-=(fused_var<T>& x, const A& y) {
  detail::statement_writer<T>::template add<true>(x, detail::as_expression_operand<T>(y));
  return x;
}
template <class T, number A>
[[gnu::always_inline]] inline fused_var<T>& operator*=(fused_var<T>& x, const A& y) {
  return x = x * y;
}
template <class T, number A>
[[gnu::always_inline]] inline fused_var<T>& operator/=(fused_var<T>& x, const A& y) {
  return x = x / y;
}

template <detail::fused_operand A>
[[gnu::always_inline]] inline auto ldexp(const A& x, int exponent) {
  return detail::express(op::ldexp{{}, exponent}, x);
}
template <detail::fused_operand A>
[[gnu::always_inline]] inline auto polygamma(int order, const A& x) {
  return detail::express(op::polygamma{{}, order}, x);
}
template <detail::fused_operand A>
[[gnu::always_inline]] inline auto frexp(const A& x, int* exponent) {
  return frexp(fused_var<typename A::value_type>(x), exponent);
}

/// Prints the value.
template <class Char, class Traits, detail::fused_operand A>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, const A& x) {
  return out << x.value();
}

}  // namespace dad

template <class T>
struct std::numeric_limits<dad::fused_var<T>> : dad::detail::scalar_limits<dad::fused_var<T>> {};
