// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A 2-16-16-1 network with its 337 parameters: the gradient against hand-written backpropagation, products
// with the Hessian against differences of gradients in long double.

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "core/close.hpp"

namespace {

constexpr std::size_t width = 16, parameter_count = 3 * width + (width + 1) * width + width + 1;
static_assert(parameter_count == 337);

// Parameters: W1 (16 x 2), b1, W2 (16 x 16), b2, w3, b3. Output: the square of the network's error at (x0,
// x1).
template <class P>
auto network_loss(const P& p, double x0, double x1, double target) {
  using std::tanh;
  using T = std::remove_cvref_t<decltype(p[0])>;
  std::array<T, width> first, second;
  std::size_t at = 3 * width;
  for (std::size_t i = 0; i < width; ++i)
    first[i] = tanh(p[2 * i] * x0 + p[2 * i + 1] * x1 + p[2 * width + i]);
  for (std::size_t i = 0; i < width; ++i) {
    T sum = p[at + width * width + i];
    for (std::size_t j = 0; j < width; ++j) sum += p[at + width * i + j] * first[j];
    second[i] = tanh(sum);
  }
  at += width * width + width;
  T y = p[at + width];
  for (std::size_t i = 0; i < width; ++i) y += p[at + i] * second[i];
  return (y - target) * (y - target);
}

/// The same gradient by the chain rule, by hand.
template <class T>
std::vector<T> backpropagated(const std::vector<T>& p, T x0, T x1, T target) {
  std::array<T, width> first, second;
  const std::size_t w2 = 3 * width, b2 = w2 + width * width, w3 = b2 + width;
  for (std::size_t i = 0; i < width; ++i)
    first[i] = std::tanh(p[2 * i] * x0 + p[2 * i + 1] * x1 + p[2 * width + i]);
  T y = p[w3 + width];
  for (std::size_t i = 0; i < width; ++i) {
    T sum = p[b2 + i];
    for (std::size_t j = 0; j < width; ++j) sum += p[w2 + width * i + j] * first[j];
    second[i] = std::tanh(sum);
    y += p[w3 + i] * second[i];
  }
  std::vector<T> g(p.size());
  std::array<T, width> first_bar{};
  const T y_bar = 2 * (y - target);
  g[w3 + width] = y_bar;
  for (std::size_t i = 0; i < width; ++i) {
    g[w3 + i] = y_bar * second[i];
    const T z_bar = y_bar * p[w3 + i] * (1 - second[i] * second[i]);
    g[b2 + i] = z_bar;
    for (std::size_t j = 0; j < width; ++j) {
      g[w2 + width * i + j] = z_bar * first[j];
      first_bar[j] += z_bar * p[w2 + width * i + j];
    }
  }
  for (std::size_t i = 0; i < width; ++i) {
    const T z_bar = first_bar[i] * (1 - first[i] * first[i]);
    g[2 * i] = z_bar * x0;
    g[2 * i + 1] = z_bar * x1;
    g[2 * width + i] = z_bar;
  }
  return g;
}

std::vector<double> random_parameters(unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal(0.0, 0.4);
  std::vector<double> p(parameter_count);
  for (double& entry : p) entry = normal(engine);
  return p;
}

TEST_CASE("the gradient of a network is that of backpropagation") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const auto p = random_parameters(seed);
    const auto loss = [](const auto& q) { return network_loss(q, 0.6, -1.1, 0.25); };
    const auto expected = backpropagated(p, 0.6, -1.1, 0.25);
    const auto [value, gradient] = dad::value_and_gradient(loss, p);
    CHECK(value == close_to(network_loss(p, 0.6, -1.1, 0.25)));
    CHECK_ROW(gradient, expected, 1e-12, 1e-15);
    const auto j = dad::jacobian(loss, p, dad::forward);
    CHECK_ROW(j.row(0), expected, 1e-12, 1e-15);
  }
}

TEST_CASE("products with the Hessian of a network") {
  const auto p = random_parameters(4), v = random_parameters(5);
  const auto loss = [](const auto& q) { return network_loss(q, -0.3, 0.8, 1.0); };
  const auto product = dad::hvp(loss, p, v);
  // Richardson's extrapolation of central differences of the hand-written gradient, in long double.
  const auto difference_of_gradients = [&](long double h) {
    std::vector<long double> ahead(p.begin(), p.end()), behind = ahead;
    for (std::size_t i = 0; i < p.size(); ++i) {
      ahead[i] += h * static_cast<long double>(v[i]);
      behind[i] -= h * static_cast<long double>(v[i]);
    }
    auto d = backpropagated<long double>(ahead, -0.3, 0.8, 1.0L);
    const auto b = backpropagated<long double>(behind, -0.3, 0.8, 1.0L);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = (d[i] - b[i]) / (2 * h);
    return d;
  };
  const auto narrow = difference_of_gradients(1e-4L), wide = difference_of_gradients(2e-4L);
  std::vector<double> expected;
  for (std::size_t i = 0; i < p.size(); ++i)
    expected.push_back(static_cast<double>((4 * narrow[i] - wide[i]) / 3));
  CHECK_ROW(product, expected, 1e-9, 1e-11);

  const auto h = dad::hessian(loss, p);
  std::vector<double> rows(p.size());
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t k = 0; k < p.size(); ++k) rows[i] += h(i, k) * v[k];
  CHECK_ROW(product, rows, 1e-11, 1e-13);
}

}  // namespace
