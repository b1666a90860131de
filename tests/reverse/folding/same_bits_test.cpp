// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Values and derivatives have the same bits wherever the memory of a recording grows, also where the compiler
// contracts products into sums: this program is optimised, and may.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "catch.hpp"

namespace {

/// The mean squared output of a 4-6-6-1 network (tanh, tanh, linear) at six places, as a function of its
/// parameters: sums of products by number.
struct network {
  static constexpr std::size_t inputs = 4, width = 6, places = 6;
  static constexpr std::size_t parameter_count = (inputs + 1) * width + (width + 1) * width + width + 1;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    T sum = 0.0;
    for (std::size_t p = 0; p < places; ++p) {
      std::size_t at = 0;
      const auto neuron = [&](const auto& before) {
        T y = x[at + before.size()];
        for (std::size_t i = 0; i < before.size(); ++i) y += x[at + i] * before[i];
        at += before.size() + 1;
        return y;
      };
      std::vector<double> place;
      for (std::size_t i = 0; i < inputs; ++i) place.push_back(0.1 + 0.13 * static_cast<double>(p * i % 5));
      std::vector<T> first(width), second(width);
      for (T& y : first) y = tanh(neuron(place));
      for (T& y : second) y = tanh(neuron(first));
      const T output = neuron(second);
      sum += output * output / static_cast<double>(places);
      sum -= square(output - first[p]) * second[p];
    }
    return sum;
  }
};

/// The same sums by ranges.
struct ranges {
  static constexpr std::size_t parameter_count = 48;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    std::vector<T> v;
    v.reserve(400);  // stays where it is: ranges of it are held while it grows
    v = x;
    T sum = 0.0;
    for (std::size_t k = 1; k < 20; ++k) {
      const std::span<const T> a(v.data() + k, 3 * k / 2), b(v.data() + v.size() - 3 * k / 2, 3 * k / 2);
      v.push_back(tanh(dad::dot(a, b)) + dad::norm(a));
      sum += dad::log_sum_exp(b) * v.back();
      for (const T& y : dad::elementwise([](const auto&s, const auto&t) { return s * t - sin(t); }, a, b))
        v.push_back(y);
    }
    return sum;
  }
};

// Takes up memory of the active tape: the recording behind it grows at another place.
template <class S>
void record_others(dad::tape<typename S::value_type>& t, std::size_t operations) {
  S x = 2.0;
  t.input(x);
  for (std::size_t i = 0; i < operations; ++i) (void)S(x * 2.0);
  if (operations % 2 == 1) t.clear();
}

template <class F>
std::vector<double> point() {
  std::vector<double> x;
  for (std::size_t i = 0; i < F::parameter_count; ++i)
    x.push_back(0.7 - 0.031 * static_cast<double>(i * i % 37));
  return x;
}

/// Value and gradient of F on a tape that has recorded something else before.
template <class F, class S>
std::vector<double> value_and_gradient_after(std::size_t operations) {
  dad::tape<> t;
  const auto guard = t.activate();
  record_others<S>(t, operations);
  const std::vector<double> at = point<F>();
  std::vector<S> x(at.begin(), at.end());
  for (S& e : x) t.input(e);
  const S y = F{}(x);
  t.backward(y);
  std::vector<double> all{dad::value(y)};
  for (const S& e : x) all.push_back(e.adjoint());
  return all;
}

/// Value, gradient and one product with the Hessian, where both tapes have recorded something else before.
template <class F>
std::vector<double> second_order_after(std::size_t outer_operations, std::size_t inner_operations) {
  using inner = dad::var<>;
  dad::tape<> below;
  const auto below_guard = below.activate();
  dad::tape<inner> t;
  const auto guard = t.activate();
  record_others<dad::var<inner>>(t, outer_operations);
  record_others<inner>(below, inner_operations);
  const std::vector<double> at = point<F>();
  std::vector<inner> x(at.begin(), at.end());
  for (inner& e : x) below.input(e);
  std::vector<dad::var<inner>> u(x.begin(), x.end());
  for (auto& e : u) t.input(e);
  const dad::var<inner> y = F{}(u);
  t.backward(y);
  std::vector<double> all{dad::value(y)};
  inner along = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const inner g = u[i].adjoint();
    all.push_back(g.value());
    along += g * (1.0 + 0.1 * static_cast<double>(i));
  }
  below.backward(along);
  for (const inner& e : x) all.push_back(e.adjoint());
  return all;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

template <class F>
void hold_first_order() {
  const auto by_operations = value_and_gradient_after<F, dad::var<>>(0);
  const auto by_assignments = value_and_gradient_after<F, dad::fused_var<>>(0);
  for (std::size_t operations = 0; operations < 1100; ++operations) {
    CAPTURE(operations);
    REQUIRE(same_bits(value_and_gradient_after<F, dad::var<>>(operations), by_operations));
    REQUIRE(same_bits(value_and_gradient_after<F, dad::fused_var<>>(operations), by_assignments));
  }
}

template <class F>
void hold_second_order() {
  const auto expected = second_order_after<F>(0, 0);
  for (std::size_t operations = 0; operations < 1100; ++operations) {
    CAPTURE(operations);
    REQUIRE(same_bits(second_order_after<F>(operations, 0), expected));
    REQUIRE(same_bits(second_order_after<F>(0, operations), expected));
  }
}

}  // namespace

TEST_CASE("a gradient has the same bits wherever its recording grows") {
  hold_first_order<network>();
  hold_first_order<ranges>();
}

TEST_CASE("second derivatives have the same bits wherever one of their recordings grows") {
  hold_second_order<network>();
  hold_second_order<ranges>();
}
