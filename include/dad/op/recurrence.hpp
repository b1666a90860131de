// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the recurrences of Taylor coefficients are made of. The coefficients of an operand or of a result,
// from order 0 on, are a std::array; those of a constant are an array of one number. Griewank and Walther,
// Evaluating Derivatives (2008), chapter 13.

#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/op/operation.hpp>

namespace dad::detail {

template <class C>
using coefficient_t = typename C::value_type;

/// A count as the plain number of a row of coefficients.
template <class C>
constexpr auto count(std::size_t k) {
  return static_cast<plain_t<coefficient_t<C>>>(k);
}

template <class C>
constexpr coefficient_t<C> coefficient(const C& c, std::size_t k) {
  return k < std::tuple_size_v<C> ? c[k] : coefficient_t<C>(0);
}

template <class A, class B>
using product_t = std::remove_cvref_t<decltype(std::declval<const coefficient_t<A>&>() *
                                               std::declval<const coefficient_t<B>&>())>;

/// Coefficient k of a b, of which only a_first, ..., a_last are taken.
template <class A, class B>
constexpr product_t<A, B> convolution(const A& a, const B& b, std::size_t k, std::size_t first,
                                      std::size_t last) {
  constexpr std::size_t rows = std::tuple_size_v<A>, columns = std::tuple_size_v<B>;
  if (last >= rows) last = rows - 1;
  if (k >= columns && first <= k - columns) first = k - columns + 1;
  if (first > last) return product_t<A, B>(0);
  product_t<A, B> sum = a[first] * b[k - first];
  for (std::size_t j = first + 1; j <= last; ++j) sum += a[j] * b[k - j];
  return sum;
}
template <class A, class B>
constexpr product_t<A, B> convolution(const A& a, const B& b, std::size_t k) {
  return convolution(a, b, k, 0, k);
}

/// y = a b, whose y_0 is there. The loops of short rows are written out: compilers leave them as they are.
template <class Y, class A, class B>
constexpr void multiply_rows(Y& y, const A& a, const B& b) {
  constexpr std::size_t n = std::tuple_size_v<Y>;
  if constexpr (n <= 8 && std::tuple_size_v<A> == n && std::tuple_size_v<B> == n) {
    const auto entry = [&]<std::size_t... j>(std::index_sequence<j...>) {
      return ((a[j] * b[sizeof...(j) - 1 - j]) + ...);
    };
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      ((y[k + 1] = entry(std::make_index_sequence<k + 2>())), ...);
    }
    (std::make_index_sequence<n - 1>());
  } else {
    for (std::size_t k = 1; k < n; ++k) y[k] = convolution(a, b, k);
  }
}

/// Coefficient k - 1 of a' b, of which only the terms with a_1, ..., a_last are taken.
template <class A, class B>
constexpr product_t<A, B> slope_convolution(const A& a, const B& b, std::size_t k, std::size_t last) {
  constexpr std::size_t rows = std::tuple_size_v<A>, columns = std::tuple_size_v<B>;
  if (last >= rows) last = rows - 1;
  std::size_t first = 1;
  if (k > columns) first = k - columns + 1;
  if (first > last) return product_t<A, B>(0);
  product_t<A, B> sum = count<A>(first) * a[first] * b[k - first];
  for (std::size_t j = first + 1; j <= last; ++j) sum += count<A>(j) * a[j] * b[k - j];
  return sum;
}
template <class A, class B>
constexpr auto slope_convolution(const A& a, const B& b, std::size_t k) {
  return slope_convolution(a, b, k, k);
}

/// Coefficient k of the y with y' = x' g, from g_0, ..., g_k-1.
template <class X, class G>
constexpr auto integral(const X& x, const G& g, std::size_t k) {
  return slope_convolution(x, g, k) / count<X>(k);
}

/// Coefficient k of the y with y d = x, from those before.
template <class Y, class X, class D>
constexpr auto quotient(const Y& y, const X& x, const D& d, std::size_t k) {
  if constexpr (std::tuple_size_v<D> == 1)
    return coefficient(x, k) / d[0];
  else
    return (coefficient(x, k) - convolution(y, d, k, 0, k - 1)) / d[0];
}

/// Coefficient k of the y with y' d = x', from those before.
template <class Y, class X, class D>
constexpr auto slope_quotient(const Y& y, const X& x, const D& d, std::size_t k) {
  return (coefficient(x, k) - slope_convolution(y, d, k, k - 1) / count<Y>(k)) / d[0];
}

/// y with y' = x' g, whose y_0 is there.
template <class Y, class X, class G>
constexpr void integrate(Y& y, const X& x, const G& g) {
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = integral(x, g, k);
}
/// y with y d = x, and y with y' d = x'.
template <class Y, class X, class D>
constexpr void divide(Y& y, const X& x, const D& d) {
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = quotient(y, x, d, k);
}
template <class Y, class X, class D>
constexpr void integrate_quotient(Y& y, const X& x, const D& d) {
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = slope_quotient(y, x, d, k);
}

/// All coefficients of x, with y_0 in the place of x_0.
template <class Y, class X>
constexpr Y shifted(const coefficient_t<Y>& first, const X& x) {
  Y y{};
  y[0] = first;
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = coefficient(x, k);
  return y;
}

template <class Y, class Factor>
constexpr void multiply_by(Y& y, const Factor& factor) {
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = y[k] * factor;
}

/// y with y^2 = u, whose y_0 is there. Adding +0.0 to a divisor turns -0.0 into the one-sided limit +inf.
template <class Y, class U>
constexpr void take_root(Y& y, const U& u) {
  const auto twice = 2 * (y[0] + 0.0f);
  for (std::size_t k = 1; k < y.size(); ++k)
    y[k] = (coefficient(u, k) - convolution(y, y, k, 1, k - 1)) / twice;
}

/// y = x^(p / q), whose y_0 is there: q x y' = p y x'.
template <class Y, class X, class P>
constexpr void take_power(Y& y, const X& x, const P& p, int q) {
  for (std::size_t k = 1; k < y.size(); ++k) {
    coefficient_t<Y> sum(0);
    for (std::size_t j = 1; j <= k; ++j)
      sum +=
          (p * count<Y>(j) - static_cast<plain_t<coefficient_t<Y>>>(q) * count<Y>(k - j)) * x[j] * y[k - j];
    y[k] = sum / (static_cast<plain_t<coefficient_t<Y>>>(q) * count<Y>(k)) / x[0];
  }
}

/// y = f exp(c x^2), whose y_0 is there: y' = 2 c (x y) x'.
template <class Y, class X, class C>
constexpr void make_bell(Y& y, const X& x, const C& twice_c) {
  Y product{};  // not x^2, which overflows where y is 0
  for (std::size_t k = 1; k < y.size(); ++k) {
    product[k - 1] = convolution(x, y, k - 1);
    y[k] = twice_c * integral(x, product, k);
  }
}

/// 1 - x^2, whose value is given.
template <class Y, class X>
constexpr Y one_minus_square_of(const coefficient_t<Y>& first, const X& x) {
  Y y{};
  y[0] = first;
  for (std::size_t k = 1; k < y.size(); ++k) y[k] = -convolution(x, x, k);
  return y;
}

/// sqrt(1 + x^2), whose value is given.
template <class Y, class X>
constexpr Y root_of_one_and_square(const coefficient_t<Y>& first, const X& x) {
  Y square{}, y{};
  y[0] = first;
  for (std::size_t k = 1; k < y.size(); ++k) square[k] = convolution(x, x, k);
  take_root(y, square);
  return y;
}

/// The composition f(x) from f_k = f^(k)(x_0) / k! by Horner's rule; y_0 is there. For functions that solve
/// no simple equation.
template <class Y, class X>
constexpr void compose(Y& y, const Y& f, const X& x) {
  constexpr std::size_t n = std::tuple_size_v<Y>;
  std::size_t degree = std::tuple_size_v<X> - 1;  // terms beyond would be 0 inf
  while (degree > 0 && is_zero(x[degree])) --degree;
  Y inner{};
  inner[0] = f[n - 1];
  for (std::size_t j = n - 1; j-- > 1;) {
    for (std::size_t k = n - 1 - j; k > 0; --k)
      inner[k] = convolution(x, inner, k, 1, k < degree ? k : degree);
    inner[0] = f[j];
  }
  for (std::size_t k = n - 1; k > 0; --k) y[k] = convolution(x, inner, k, 1, k < degree ? k : degree);
}

/// x^n for n >= 1, x^n = (x^(n/2))^2 or times x; the value is computed too.
template <class Y, class X>
constexpr Y integer_power_of(const X& x, int exponent) {
  Y y = shifted<Y>(x[0], x);
  int bit = 1;
  while (bit <= exponent / 2) bit *= 2;
  Y next{};
  for (bit /= 2; bit > 0; bit /= 2) {
    for (std::size_t k = 0; k < y.size(); ++k) next[k] = convolution(y, y, k);
    y = next;
    if ((exponent & bit) == 0) continue;
    for (std::size_t k = 0; k < y.size(); ++k) next[k] = convolution(y, x, k);
    y = next;
  }
  return y;
}

/// sin x and cos x for sign -1, sinh x and cosh x for sign +1; their values are there.
template <class Y, class X>
constexpr void make_waves(Y& sine, Y& cosine, const X& x, int sign) {
  for (std::size_t k = 1; k < sine.size(); ++k) {
    sine[k] = integral(x, cosine, k);
    cosine[k] = static_cast<plain_t<coefficient_t<Y>>>(sign) * integral(x, sine, k);
  }
}

/// The logistic function and its density y (1 - y), whose values are there, with tanh(x / 2) = 2 y - 1.
template <class Y, class X>
constexpr void make_logistic(Y& y, Y& density, const coefficient_t<Y>& tanh_of_half, const X& x) {
  for (std::size_t k = 1; k < y.size(); ++k) {
    y[k] = integral(x, density, k);
    density[k] = -(tanh_of_half * y[k]) - convolution(y, y, k, 1, k - 1);
  }
}

/// Length, angle, cosine and sine of (x, y) by r' = c x' + s y', r a' = c y' - s x', c' = -s a', s' = c a',
/// in which nothing cancels; their values are there.
template <class R>
struct polar {
  R length{}, angle{}, cosine{}, sine{};

  template <class X, class Y>
  constexpr void continue_with(const X& x, const Y& y) {
    for (std::size_t k = 1; k < length.size(); ++k) {
      angle[k] = (slope_convolution(y, cosine, k) - slope_convolution(x, sine, k) -
                  slope_convolution(angle, length, k, k - 1)) /
                 count<R>(k) / length[0];
      length[k] = integral(x, cosine, k) + integral(y, sine, k);
      cosine[k] = -integral(angle, sine, k);
      sine[k] = integral(angle, cosine, k);
    }
  }
};

}  // namespace dad::detail
