// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs forward, with all inputs as directions: what a tape must agree with.

#pragma once

#include <cmath>

#include <dad/forward/dual.hpp>

#include "reverse/folding/observations.hpp"

namespace test {

/// A number that carries, for every input, the sum over all ways to it of the absolute products of partials:
/// rounding errors of a derivative are a few times eps times this, however much of it cancels. Dual is the
/// number whose functions it has.
template <class Dual>
class majorant_of {
 public:
  using value_type = double;
  constexpr majorant_of() = default;
  template <dad::arithmetic A>
  constexpr majorant_of(const A& value) : value_(static_cast<double>(value)) {}

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] double tangent(std::size_t i) const { return bounds_[i]; }
  [[nodiscard]] double& tangent(std::size_t i) { return bounds_[i]; }
  [[nodiscard]] bool is_zero() const { return false; }

  template <class Op, class... A>
  static majorant_of apply(const Op& op, const A&... operands) {
    majorant_of y(op.value(primal(operands)...));
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (y.add(operands, op.template partial<I>(primal(operands)..., y.value_)), ...);
    }
    (std::index_sequence_for<A...>{});
    return y;
  }
  template <class F>
  static majorant_of reduce(double value, F&& add_terms) {
    majorant_of y(value);
    add_terms(y);
    return y;
  }

  template <class A, class P>
  void add(const A& operand, const P& partial) {
    if constexpr (std::is_same_v<A, majorant_of> && !std::is_same_v<P, dad::op::zero>) {
      double size = 1.0;
      if constexpr (dad::arithmetic<P>) size = std::abs(static_cast<double>(partial));
      for (std::size_t i = 0; i < most_inputs; ++i)
        if (operand.bounds_[i] != 0.0) bounds_[i] += size * operand.bounds_[i];
    }
  }

 private:
  static double primal(const majorant_of& x) { return x.value_; }
  static double primal(double x) { return x; }

  double value_ = 0.0;
  double bounds_[most_inputs] = {};
};

using majorant = majorant_of<dad::dual<>>;

}  // namespace test

template <class Dual>
inline constexpr bool dad::is_scalar<test::majorant_of<Dual>> = true;
template <class Dual>
struct std::numeric_limits<test::majorant_of<Dual>> : dad::detail::scalar_limits<test::majorant_of<Dual>> {};

namespace test {

/// A direction for second derivatives, and weights of first ones.
constexpr double second_direction(std::size_t input) {
  return static_cast<double>(input % 3) - 1.0 + (input == 4);
}
constexpr double second_weight(std::size_t i) { return static_cast<double>(i % 4) - 1.0; }

template <class S>
class forward_machine {
 public:
  explicit forward_machine(outcome& result) : result_(result) {}

  static double plain(const S& x) { return dad::value(x); }
  [[nodiscard]] bool has_room() const { return inputs_ < most_inputs; }

  void input(S& x) {
    typename S::value_type value(plain(x));
    if constexpr (dad::scalar<typename S::value_type>) value.tangent() = second_direction(inputs_);
    x = value;
    x.tangent(inputs_++) = 1.0;
  }
  void observe(const S& x) {
    result_.values.push_back(plain(x));
    double second = 0.0;
    for (std::size_t i = 0; i < most_inputs; ++i) {
      const auto& tangent = x.tangent(i);
      result_.gradients.push_back(dad::value(tangent));
      if constexpr (dad::scalar<typename S::value_type>) second += second_weight(i) * tangent.tangent();
    }
    if constexpr (dad::scalar<typename S::value_type>) result_.seconds.push_back(second);
  }
  void observe(const std::vector<S>& xs, const std::vector<double>& weights) {
    S sum = 0.0;
    for (std::size_t i = 0; i < xs.size(); ++i) sum += weights[i] * xs[i];
    observe(sum);
  }
  template <class F>
  void rewound(world<S>&, const S& z, const S&, std::size_t count, const F& term) {
    S sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) sum += (static_cast<double>(k) - 1.0) * S(term(k));
    observe(sum + z);
  }
  double interrupt(world<S>&, dice) { return 1.0; }
  void misuse(world<S>&, const S&, const S&, dice) {}
  void finish(world<S>&) {}

 private:
  outcome& result_;
  std::size_t inputs_ = 0;
};

template <class T, std::size_t N>
class machine<dad::dual<T, N>> : public forward_machine<dad::dual<T, N>> {
  using forward_machine<dad::dual<T, N>>::forward_machine;
};
template <>
class machine<majorant> : public forward_machine<majorant> {
  using forward_machine::forward_machine;
};

}  // namespace test
