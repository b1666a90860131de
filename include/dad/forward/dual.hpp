// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Forward differentiation: a number that carries its tangents in N directions at once.

#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <string_view>

#include <dad/core/limits.hpp>
#include <dad/op/list.hpp>

namespace dad {

namespace detail {
/// Asks for a number without tangents.
struct only_value {};
}  // namespace detail

/// A value of type T and its tangents in N directions; T may be a scalar itself (higher orders). Never
/// allocates. Tag tells apart the levels of derivatives that contain derivatives; a user leaves it alone.
/// Method: Clifford (1873); Griewank and Walther, Evaluating Derivatives (2008), section 3.1.
///
///   dad::dual<> x(3.0, 1.0);
///   auto y = x * sin(x);        // y.value(), y.tangent()
template <class T = double, std::size_t N = 1, class Tag = void>
class dual {
  static_assert(real<T>, "dad: the T of dual<T, N> is a floating-point number or a scalar");

 public:
  using value_type = T;
  static constexpr std::size_t direction_count = N;

  constexpr dual() : tangents_{} {}

  /// A constant: any plain number, or a scalar that T is built on. A dual of this level over a lower number
  /// keeps its tangents.
  template <number A>
  requires(detail::embeds<A, dual> && !std::is_same_v<A, dual>) constexpr dual(const A& a) : tangents_{} {
    if constexpr (detail::embeds<A, T>) {
      value_ = static_cast<T>(a);
    } else {
      value_ = static_cast<T>(a.value());
      for (std::size_t i = 0; i < N; ++i) tangents_[i] = static_cast<T>(a.tangent(i));
    }
  }

  /// A value and its N tangents.
  constexpr dual(const T& value, const T& tangent) requires(N == 1) : tangents_{tangent}, value_(value) {}
  template <class... A>
  requires(N > 1 && sizeof...(A) == N &&
           (std::convertible_to<A, T> && ...)) constexpr dual(const T& value, const A&... tangents)
      : tangents_{static_cast<T>(tangents)...}, value_(value) {}

  [[nodiscard]] constexpr const T& value() const noexcept { return value_; }
  [[nodiscard]] constexpr T& value() noexcept { return value_; }
  [[nodiscard]] constexpr const T& tangent(std::size_t i = 0) const noexcept { return tangents_[i]; }
  [[nodiscard]] constexpr T& tangent(std::size_t i = 0) noexcept { return tangents_[i]; }

  /// The plain number as another arithmetic type; the tangents are lost, as the cast says.
  template <arithmetic A>
  explicit constexpr operator A() const {
    return static_cast<A>(dad::value(value_));
  }

  [[nodiscard]] constexpr bool is_zero() const {
    bool zero = detail::is_zero(value_);
    for (const T& t : tangents_) zero = zero && detail::is_zero(t);
    return zero;
  }

  /// The result of an operation on operands of which at least one is a dual of this type.
  template <class Op, class... A>
  static constexpr dual apply(const Op& op, const A&... operands) {
    const T value = static_cast<T>(detail::evaluate(op, primal(operands)...));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (scalar<T> && N <= most_at_once) {
        return at_once(value, share_of<I>(op, operands, value, primal(operands)...)...);
      } else {
        dual y(detail::only_value{}, value);
        y.add_up(share_of<I>(op, operands, value, primal(operands)...)...);
        return y;
      }
    }
    (std::index_sequence_for<A...>{});
  }

  /// A value whose tangents are a sum of terms: add_terms is called with an object that has add(operand,
  /// partial).
  template <class F>
  static constexpr dual reduce(const T& value, F&& add_terms) {
    dual y(value);
    add_terms(y);
    return y;
  }
  constexpr void add(const dual& operand, const T& partial) {
    for (std::size_t i = 0; i < N; ++i) tangents_[i] += detail::masked_product(partial, operand.tangents_[i]);
  }

  /// x where the condition holds in a lane, y elsewhere: nothing of the other one, as where a bool decides.
  template <class C>
  static constexpr dual choose(const C& condition, const dual& x, const dual& y) {
    return dual(
        select(condition, x.value_, y.value_),
        [&](std::size_t i) { return select(condition, x.tangents_[i], y.tangents_[i]); },
        std::make_index_sequence<N>());
  }

  /// partial * seed by components, in which an exactly zero component of the seed, or tangent of the partial,
  /// gives zero.
  template <class P>
  static constexpr dual masked_product(const P& partial, const dual& seed) {
    if constexpr (!std::is_same_v<P, dual>) {
      dual y(detail::masked_product(partial, seed.value_));
      for (std::size_t i = 0; i < N; ++i) y.tangents_[i] = detail::masked_product(partial, seed.tangents_[i]);
      return y;
    } else {
      dual y(detail::masked_product(partial.value_, seed.value_));
      for (std::size_t i = 0; i < N; ++i) {
        y.tangents_[i] = detail::masked_product(partial.value_, seed.tangents_[i]);
        if constexpr (requires { T::product_of_nonzeros(seed.value_, seed.value_); })
          y.tangents_[i] += T::product_of_nonzeros(partial.tangents_[i], seed.value_);
        else if (!detail::is_zero(partial.tangents_[i]))
          y.tangents_[i] += detail::masked_product(partial.tangents_[i], seed.value_);
      }
      return y;
    }
  }

 private:
  template <class A>
  static constexpr const auto& primal(const A& operand) {
    if constexpr (std::is_same_v<A, dual>)
      return operand.value_;
    else
      return operand;
  }

  // Of tangents that are scalars themselves each is made where it stays: zeros that are written over would be
  // there in memory, and with them all tangents.
  static constexpr std::size_t most_at_once = 16;
  template <class Op, class P>
  struct tangent_share {
    P partial;
    const std::array<T, N>& tangents;
    constexpr T operator()(std::size_t i) const { return product<Op>(partial, tangents[i]); }
  };
  struct no_share {};
  template <std::size_t I, class Op, class A, class... P>
  static constexpr auto share_of(const Op& op, const A& operand, const T& value, const P&... primals) {
    if constexpr (std::is_same_v<A, dual>) {
      const auto partial = op.template partial<I>(primals..., value);
      return tangent_share<Op, std::remove_const_t<decltype(partial)>>{partial, operand.tangents_};
    } else {
      return no_share{};
    }
  }
  template <class... Share>
  static constexpr dual at_once(const T& value, const Share&... shares) {
    return dual(
        value, [&](std::size_t i) { return sum_of_shares(i, shares...); }, std::make_index_sequence<N>());
  }
  // Tangent i is make(i), which stays where it is made: compilers do not always take a copy apart.
  template <class Make, std::size_t... I>
  constexpr dual(const T& value, const Make& make, std::index_sequence<I...>)
      : tangents_{make(I)...}, value_(value) {}

  template <class First, class... Rest>
  static constexpr T sum_of_shares(std::size_t i, const First& first, const Rest&... rest) {
    if constexpr (std::is_same_v<First, no_share>)
      return sum_of_shares(i, rest...);
    else
      return add_shares(i, first, rest...);
  }
  template <class First>
  static constexpr T add_shares(std::size_t i, const First& first) {
    return first(i);
  }
  template <class First, class Second, class... Rest>
  static constexpr T add_shares(std::size_t i, const First& first, const Second& second,
                                const Rest&... rest) {
    if constexpr (std::is_same_v<Second, no_share>)
      return add_shares(i, first, rest...);
    else
      return add_shares(
          i, [&](std::size_t k) { return T(first(k) + second(k)); }, rest...);
  }

  // All shares of a tangent at once: of copies that are added to afterwards g++ makes at -O2 copies in
  // memory.
  template <class... Share>
  constexpr void add_up(const Share&... shares) {
    for (std::size_t i = 0; i < N; ++i) tangents_[i] = sum_of_shares(i, shares...);
  }

  template <class Op, class P>
  static constexpr T product(const P& partial, const T& tangent) {
    if constexpr (std::is_same_v<P, op::plus_one>)
      return tangent;
    else if constexpr (std::is_same_v<P, op::minus_one>)
      return -tangent;
    else if constexpr (std::is_same_v<P, op::zero>)
      return T(0);
    else if constexpr (Op::may_be_singular || scalar<T>)  // a nested partial can be singular in its tangents
      return detail::masked_product(partial, tangent);
    else
      return static_cast<T>(partial * tangent);
  }

  // Leaves the tangents for add_up to write: those of many directions would be zeros in memory before.
  constexpr dual(detail::only_value, const T& value) : value_(value) {}

  // In this order: g++ makes vectors of neighbours from the first on, at -O2 such that the value before them
  // would shift the tangents, and processors wait for what was stored in other pieces.
  std::array<T, N> tangents_;
  T value_{};
};

template <number A>
dual(const A&) -> dual<promoted_t<A>, 1>;
template <number A>
dual(const A&, const A&) -> dual<promoted_t<A>, 1>;
template <number A, number... B>
dual(const A&, const B&...) -> dual<promoted_t<promote_t<A, B...>>, sizeof...(B)>;
template <class T, std::size_t N, class Tag>
dual(const dual<T, N, Tag>&) -> dual<T, N, Tag>;

template <class T, std::size_t N, class Tag>
inline constexpr bool is_scalar<dual<T, N, Tag>> = true;

template <class T, class U, std::size_t N, class Tag>
inline constexpr bool detail::is_same_level<dual<U, N, Tag>, dual<T, N, Tag>> = true;

/// Prints the value and, in brackets, the tangents.
template <class Char, class Traits, class T, std::size_t N, class Tag>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                             const dual<T, N, Tag>& x) {
  out << x.value() << " [";
  for (std::size_t i = 0; i < N; ++i) {
    if (i > 0) out << ", ";
    out << x.tangent(i);
  }
  return out << ']';
}

namespace detail {

template <class Tag>
constexpr std::string_view tag_name() {
  return __PRETTY_FUNCTION__;
}

// Two derivatives of which neither contains the other's scalar in its type (a captured outer scalar, an inner
// point in plain numbers) still nest: any order of the two levels is right as long as it is always the same
// one.
template <class A, class B>
constexpr bool nests_inside() {
  static_assert(
      tag_name<A>() != tag_name<B>(),
      "dad: a scalar was captured from an outer derivative of the same level: take the inner derivative at a "
      "point of the outer scalar type, e.g. derivative(g, T(1)) instead of derivative(g, 1.0)");
  return tag_name<A>().size() != tag_name<B>().size() ? tag_name<A>().size() > tag_name<B>().size()
                                                      : tag_name<A>() > tag_name<B>();
}

template <class T, std::size_t N, class Tag, scalar S>
struct join<dual<T, N, Tag>, S> {
  using type = dual<typename promote<T, S>::type, N, Tag>;
};
template <scalar S, class T, std::size_t N, class Tag>
struct join<S, dual<T, N, Tag>> {
  using type = dual<typename promote<T, S>::type, N, Tag>;
};
template <class T, std::size_t N, class TagT, class U, std::size_t M, class TagU>
requires(nests_inside<TagT, TagU>()) struct join<dual<T, N, TagT>, dual<U, M, TagU>> {
  using type = dual<typename promote<T, dual<U, M, TagU>>::type, N, TagT>;
};
template <class T, std::size_t N, class TagT, class U, std::size_t M, class TagU>
requires(!nests_inside<TagT, TagU>()) struct join<dual<T, N, TagT>, dual<U, M, TagU>> {
  using type = dual<typename promote<dual<T, N, TagT>, U>::type, M, TagU>;
};

}  // namespace detail

}  // namespace dad

template <class T, std::size_t N, class Tag>
struct std::numeric_limits<dad::dual<T, N, Tag>> : dad::detail::scalar_limits<dad::dual<T, N, Tag>> {};
