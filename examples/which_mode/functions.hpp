// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions from n numbers to m, each with its Jacobian in closed form.

#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <dad/dad.hpp>

namespace which_mode {

template <class X>
using element = std::remove_cvref_t<decltype(std::declval<const X&>()[0])>;

/// A number in [-1, 1] for each pair of indices.
inline double coefficient(std::size_t i, std::size_t j) {
  return std::sin(static_cast<double>(7 * i + 13 * j + 1));
}

/// n numbers in [-1/2, 1/2], others for each seed.
inline std::vector<double> point(std::size_t n, std::size_t seed = 0) {
  std::vector<double> x(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = 0.5 * coefficient(k + seed, 3 * k);
  return x;
}

/// y_i = s_i s_{3i+1}, indices modulo n, where s is x after some rounds of a cheap linear mixing.
struct products {
  static constexpr const char* name = "products";
  std::size_t outputs;
  std::size_t inputs;

  template <class X>
  static auto mixed(const X& x) {
    std::vector<element<X>> s(x.begin(), x.end());
    for (int round = 0; round < 20; ++round)
      for (std::size_t i = 0; i < s.size(); ++i) s[i] = 0.75 * s[i] - 0.5 * s[(i + 1) % s.size()];
    return s;
  }
  template <class X>
  auto operator()(const X& x) const {
    const auto s = mixed(x);
    std::vector<element<X>> y;
    for (std::size_t i = 0; i < outputs; ++i) y.push_back(s[i % s.size()] * s[(3 * i + 1) % s.size()]);
    return y;
  }
  [[nodiscard]] dad::matrix jacobian(const std::vector<double>& x) const {
    const std::size_t n = inputs;
    const auto s = mixed(x);
    dad::matrix j(outputs, n);
    for (std::size_t k = 0; k < n; ++k) {
      std::vector<double> unit(n, 0.0);
      unit[k] = 1.0;
      const auto column = mixed(unit);  // it is linear
      for (std::size_t i = 0; i < outputs; ++i) {
        const std::size_t a = i % n, b = (3 * i + 1) % n;
        j(i, k) = column[a] * s[b] + s[a] * column[b];
      }
    }
    return j;
  }
};

/// A network with a layer of 50: y = V tanh(W x).
struct network {
  static constexpr const char* name = "network";
  static constexpr std::size_t width = 50;
  std::size_t outputs;
  std::size_t inputs;
  dad::matrix w = coefficients(width, inputs), v = coefficients(outputs, width);

  static dad::matrix coefficients(std::size_t rows, std::size_t cols) {
    dad::matrix m(rows, cols);
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t k = 0; k < cols; ++k) m(i, k) = 0.1 * coefficient(i, k);
    return m;
  }
  template <class X>
  static auto product(const dad::matrix& m, const X& x) {
    std::vector<element<X>> y(m.rows());
    for (std::size_t i = 0; i < m.rows(); ++i)
      for (std::size_t k = 0; k < m.cols(); ++k) y[i] += m(i, k) * x[k];
    return y;
  }
  template <class X>
  auto layer(const X& x) const {
    using std::tanh;
    auto h = product(w, x);
    for (auto& u : h) u = tanh(u);
    return h;
  }

  template <class X>
  auto operator()(const X& x) const {
    return product(v, layer(x));
  }
  [[nodiscard]] dad::matrix jacobian(const std::vector<double>& x) const {
    const auto h = layer(x);
    dad::matrix j(outputs, inputs);
    for (std::size_t i = 0; i < outputs; ++i)
      for (std::size_t l = 0; l < width; ++l)
        for (std::size_t k = 0; k < inputs; ++k) j(i, k) += v(i, l) * (1.0 - h[l] * h[l]) * w(l, k);
    return j;
  }
};

/// y_i = s_i s_{3i+1}, where s is x after some rounds of s -> exp(-sin(s)).
struct exponentials {
  static constexpr const char* name = "exponentials";
  static constexpr int rounds = 10;
  std::size_t outputs;
  std::size_t inputs;

  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::sin;
    std::vector<element<X>> s(x.begin(), x.end()), y;
    for (int round = 0; round < rounds; ++round)
      for (auto& u : s) u = exp(-sin(u));
    for (std::size_t i = 0; i < outputs; ++i) y.push_back(s[i % s.size()] * s[(3 * i + 1) % s.size()]);
    return y;
  }
  [[nodiscard]] dad::matrix jacobian(const std::vector<double>& x) const {
    const std::size_t n = inputs;
    std::vector<double> s = x, slope(n, 1.0);
    for (std::size_t k = 0; k < n; ++k)
      for (int round = 0; round < rounds; ++round) {
        const double before = s[k];
        s[k] = std::exp(-std::sin(before));
        slope[k] *= -std::cos(before) * s[k];
      }
    dad::matrix j(outputs, n);
    for (std::size_t i = 0; i < outputs; ++i) {
      const std::size_t a = i % n, b = (3 * i + 1) % n;
      j(i, a) += slope[a] * s[b];
      j(i, b) += s[a] * slope[b];
    }
    return j;
  }
};

}  // namespace which_mode
