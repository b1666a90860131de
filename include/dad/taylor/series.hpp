// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Taylor coefficients: a number that is a power series in t, cut off behind t^K.

#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <type_traits>
#include <utility>

#include <dad/core/limits.hpp>
#include <dad/forward/dual.hpp>
#include <dad/op/list.hpp>

namespace dad {

/// x_0 + x_1 t + ... + x_K t^K, up to what is of higher order: coefficient k is the k-th derivative by t over
/// k!. Operations go by recurrences, each a member of its operation in op/, in about K^2 steps; T may be a
/// scalar itself. Never allocates. Tag is as in dual. Method: Griewank and Walther, Evaluating Derivatives
/// (2008), chapter 13.
///
///   dad::series<double, 4> x(0.5, 1.0);   // 0.5 + t
///   auto y = exp(sin(x));                 // y.coefficient(4)
template <class T = double, std::size_t K = 1, class Tag = void>
class series {
  struct lower_series {
    using type = series<T, K - 1, Tag>;
  };
  static_assert(real<T>, "dad: the T of series<T, K> is a floating-point number or a scalar");
  static_assert(K >= 1, "dad: a series<T, K> has K >= 1 coefficients besides its value");

 public:
  using value_type = T;
  static constexpr std::size_t order = K;

  constexpr series() = default;

  /// A constant: any plain number, or a scalar that T is built on. A series of this level over a lower number
  /// keeps its coefficients.
  template <number A>
  requires(detail::embeds<A, series> && !std::is_same_v<A, series>) constexpr series(const A& a) {
    if constexpr (detail::embeds<A, T>)
      c_[0] = static_cast<T>(a);
    else
      for (std::size_t k = 0; k <= K; ++k) c_[k] = static_cast<T>(a.coefficient(k));
  }

  /// The value and the first coefficients; the others are 0.
  template <class... A>
  requires(sizeof...(A) >= 1 && sizeof...(A) <= K &&
           (std::convertible_to<A, T> && ...)) constexpr series(const T& value, const A&... coefficients)
      : c_{value, static_cast<T>(coefficients)...} {}

  [[nodiscard]] constexpr const T& value() const noexcept { return c_[0]; }
  [[nodiscard]] constexpr T& value() noexcept { return c_[0]; }
  /// Of t^k, for 0 <= k <= K.
  // By its address: series of all lengths have this code, g++ 12 makes one of it, and warns of the longest's
  // bounds.
  [[nodiscard]] constexpr const T& coefficient(std::size_t k) const noexcept { return *(c_.data() + k); }
  [[nodiscard]] constexpr T& coefficient(std::size_t k) noexcept { return c_[k]; }
  [[nodiscard]] constexpr const std::array<T, K + 1>& coefficients() const noexcept { return c_; }

  /// The plain number as another arithmetic type; the other coefficients are lost, as the cast says.
  template <arithmetic A>
  explicit constexpr operator A() const {
    return static_cast<A>(dad::value(c_[0]));
  }

  [[nodiscard]] constexpr bool is_zero() const { return detail::is_zero(c_[0]) && first_seed() > K; }

  /// The result of an operation on operands of which at least one is a series of this type.
  template <class Op, class... A>
  static constexpr series apply(const Op& op, const A&... operands) {
    series y(static_cast<T>(detail::evaluate(op, row_of(operands)[0]...)));
    std::size_t first = K + 1;
    ((first = smaller(first, first_seed_of(operands))), ...);
    if (first > K) return y;
    if constexpr (Op::is_straight) {
      for (std::size_t k = first; k <= K; ++k) y.c_[k] = y.share(op, k, operands...);
    } else {
      static_assert(
          requires { op.taylor(y.c_, row_of(operands)...); },
          "dad: this operation has no recurrence: give it a member taylor(y, x...), or derive it from "
          "straight_operation");
      op.taylor(y.c_, row_of(operands)...);
      if constexpr (Op::may_be_singular) y.repair(op, first, operands...);
    }
    return y;
  }

  /// op of all elements of a range, one after the other, where that is a series; `value` is its value.
  template <class Op, class Range>
  static constexpr series chain(const Op& op, const T& value, const Range& range, std::size_t start) {
    series y(range[start]);
    for (std::size_t i = 0; i < range.size(); ++i)
      if (i != start) y = apply(op, y, series(range[i]));
    y.c_[0] = value;
    return y;
  }

  /// The same without the last coefficient: what is known before it.
  using lower_type = typename std::conditional_t<K == 1, std::type_identity<T>, lower_series>::type;
  [[nodiscard]] constexpr lower_type lower() const {
    if constexpr (K == 1) {
      return c_[0];
    } else {
      lower_type x;
      for (std::size_t k = 0; k < K; ++k) x.coefficient(k) = c_[k];
      return x;
    }
  }

  /// A value of one order less, and the last coefficient from y' = sum of partial x': add_terms is called
  /// with an object that has add(operand, partial).
  template <class F>
  static constexpr series reduce(const lower_type& value, F&& add_terms) {
    series y;
    if constexpr (K == 1)
      y.c_[0] = value;
    else
      for (std::size_t k = 0; k < K; ++k) y.c_[k] = value.coefficient(k);
    add_terms(y);
    return y;
  }
  constexpr void add(const series& operand, const lower_type& partial) {
    if constexpr (K == 1)
      c_[1] += detail::masked_product(partial, operand.c_[1]);
    else if (operand.first_seed() <= K)
      c_[K] += detail::integral(operand.c_, partial.coefficients(), K);
  }

  /// partial * seed by orders, in which an exactly zero coefficient of the seed gives zero.
  template <class P>
  static constexpr series masked_product(const P& partial, const series& seed) {
    series y;
    if constexpr (!std::is_same_v<P, series>) {
      for (std::size_t k = 0; k <= K; ++k) y.c_[k] = detail::masked_product(partial, seed.c_[k]);
    } else {
      for (std::size_t k = 0; k <= K; ++k)
        for (std::size_t j = 0; j <= k; ++j)
          if (j == k || !detail::is_zero(partial.c_[k - j]))
            y.c_[k] += detail::masked_product(partial.c_[k - j], seed.c_[j]);
    }
    return y;
  }

 private:
  static constexpr std::size_t smaller(std::size_t a, std::size_t b) { return a < b ? a : b; }

  template <class A>
  static constexpr decltype(auto) row_of(const A& operand) {
    if constexpr (std::is_same_v<A, series>)
      return (operand.c_);
    else
      return std::array<A, 1>{operand};
  }

  // The lowest order above 0 that is not exactly zero.
  [[nodiscard]] constexpr std::size_t first_seed() const {
    std::size_t k = 1;
    while (k <= K && detail::is_zero(c_[k])) ++k;
    return k;
  }
  template <class A>
  static constexpr std::size_t first_seed_of(const A& operand) {
    if constexpr (std::is_same_v<A, series>)
      return operand.first_seed();
    else
      return K + 1;
  }

  // The sum of partials times coefficients k, in which zero coefficients count as zero.
  template <class Op, class... A>
  constexpr T share(const Op& op, std::size_t k, const A&... operands) const {
    T sum(0);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_share<I>(sum, op, k, operands, row_of(operands)[0]...), ...);
    }
    (std::index_sequence_for<A...>{});
    return sum;
  }
  template <std::size_t I, class Op, class A, class... P>
  constexpr void add_share(T& sum, const Op& op, std::size_t k, const A& operand, const P&... primals) const {
    if constexpr (std::is_same_v<A, series>) {
      const auto partial = op.template partial<I>(primals..., c_[0]);
      using partial_type = std::remove_cvref_t<decltype(partial)>;
      if constexpr (std::is_same_v<partial_type, op::plus_one>)
        sum += operand.c_[k];
      else if constexpr (std::is_same_v<partial_type, op::minus_one>)
        sum -= operand.c_[k];
      else if constexpr (arithmetic<partial_type>)
        sum += detail::masked_product(static_cast<plain_t<T>>(partial), operand.c_[k]);
      else if constexpr (!std::is_same_v<partial_type, op::zero>)
        sum += detail::masked_product(partial, operand.c_[k]);
    }
  }

  // Where a recurrence met 0 / 0 or 0 inf at its start: zeros stay zeros, the first order is that of the
  // partials, and where these are 0 by convention, the function is flat.
  template <class Op, class... A>
  constexpr void repair(const Op& op, std::size_t first, const A&... operands) {
    for (std::size_t k = 1; k <= first; ++k) {
      if (isfinite(c_[k])) continue;
      for (std::size_t j = 1; j < first; ++j) c_[j] = T(0);
      c_[first] = share(op, first, operands...);
      if (detail::is_zero(c_[first]))
        for (std::size_t j = first + 1; j <= K; ++j) c_[j] = T(0);
      return;
    }
  }

  std::array<T, K + 1> c_{};
};

template <class T, std::size_t K, class Tag>
inline constexpr bool is_scalar<series<T, K, Tag>> = true;

template <class T, class U, std::size_t K, class Tag>
inline constexpr bool detail::is_same_level<series<U, K, Tag>, series<T, K, Tag>> = true;

/// Prints the value and, in brackets, the other coefficients.
template <class Char, class Traits, class T, std::size_t K, class Tag>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                             const series<T, K, Tag>& x) {
  out << x.value() << " [";
  for (std::size_t k = 1; k <= K; ++k) {
    if (k > 1) out << ", ";
    out << x.coefficient(k);
  }
  return out << ']';
}

namespace detail {

template <class T, std::size_t K, class Tag, scalar S>
struct join<series<T, K, Tag>, S> {
  using type = series<typename promote<T, S>::type, K, Tag>;
};
template <scalar S, class T, std::size_t K, class Tag>
struct join<S, series<T, K, Tag>> {
  using type = series<typename promote<T, S>::type, K, Tag>;
};
template <class T, std::size_t K, class TagT, class U, std::size_t M, class TagU>
requires(nests_inside<TagT, TagU>()) struct join<series<T, K, TagT>, series<U, M, TagU>> {
  using type = series<typename promote<T, series<U, M, TagU>>::type, K, TagT>;
};
template <class T, std::size_t K, class TagT, class U, std::size_t M, class TagU>
requires(!nests_inside<TagT, TagU>()) struct join<series<T, K, TagT>, series<U, M, TagU>> {
  using type = series<typename promote<series<T, K, TagT>, U>::type, M, TagU>;
};
template <class T, std::size_t K, class TagT, class U, std::size_t N, class TagU>
requires(nests_inside<TagT, TagU>()) struct join<series<T, K, TagT>, dual<U, N, TagU>> {
  using type = series<typename promote<T, dual<U, N, TagU>>::type, K, TagT>;
};
template <class T, std::size_t K, class TagT, class U, std::size_t N, class TagU>
requires(!nests_inside<TagT, TagU>()) struct join<series<T, K, TagT>, dual<U, N, TagU>> {
  using type = dual<typename promote<series<T, K, TagT>, U>::type, N, TagU>;
};
template <class U, std::size_t N, class TagU, class T, std::size_t K, class TagT>
struct join<dual<U, N, TagU>, series<T, K, TagT>> : join<series<T, K, TagT>, dual<U, N, TagU>> {};

}  // namespace detail

}  // namespace dad

template <class T, std::size_t K, class Tag>
struct std::numeric_limits<dad::series<T, K, Tag>> : dad::detail::scalar_limits<dad::series<T, K, Tag>> {};
