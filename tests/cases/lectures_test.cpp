// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What lectures on automatic differentiation show first, against the closed forms they derive.

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

}  // namespace

TEST_CASE("two weights: forward in each, and one reverse sweep") {
  const auto loss = [](const auto& w1, const auto& w2) { return w2 * log(w1) + sqrt(w2 * log(w1)); };
  const double w1 = 3, w2 = 2, u = w2 * std::log(w1), outside = 1 + .5 / std::sqrt(u);
  const row expected = {outside * w2 / w1, outside * std::log(w1)};

  CHECK(dad::jvp(loss, std::tuple{w1, w2}, std::tuple{1.0, 0.0}).tangent == close_to(expected[0]));
  CHECK(dad::jvp(loss, std::tuple{w1, w2}, std::tuple{0.0, 1.0}).tangent == close_to(expected[1]));
  const auto [value, gradient] = dad::value_and_gradient(loss, std::tuple{w1, w2});
  CHECK(value == close_to(u + std::sqrt(u)));
  CHECK(std::get<0>(gradient) == close_to(expected[0]));
  CHECK(std::get<1>(gradient) == close_to(expected[1]));
}

TEST_CASE("the chain rule through a common intermediate") {
  const auto s = [](const auto& x, const auto& y) { return exp(sin(x * y + sin(x))); };
  const double x = .7, y = -1.3, z = x * y + std::sin(x), ds_dz = std::exp(std::sin(z)) * std::cos(z);
  const auto [gx, gy] = dad::gradient(s, std::pair{x, y});
  CHECK(gx == close_to(ds_dz * (y + std::cos(x))));
  CHECK(gy == close_to(ds_dz * x));
}

TEST_CASE("Jacobian accumulation") {
  const auto f = [](const auto& x) {
    const auto v1 = x[0] * x[1];
    const auto v2 = sin(v1);
    const auto v3 = v1 * v2;
    return std::array{cos(v3), exp(v3)};
  };
  const row x = {1.2, .4};
  const double v1 = x[0] * x[1], v2 = std::sin(v1), v3 = v1 * v2, c1 = x[1], c2 = x[0];
  const double r = v2 + v1 * std::cos(v1), c6 = -std::sin(v3), c7 = std::exp(v3);
  const row expected = {c6 * r * c1, c6 * r * c2, c7 * r * c1, c7 * r * c2};
  for (const dad::matrix& j :
       {dad::jacobian(f, x), dad::jacobian(f, x, dad::forward), dad::jacobian(f, x, dad::reverse)}) {
    REQUIRE(j.rows() == 2);
    REQUIRE(j.cols() == 2);
    CHECK_ROW(row(j.data(), j.data() + 4), expected);
  }
}

namespace {

// Activations with their derivatives by hand. Maxout takes the larger of two pieces of the same input.
struct activation {
  const char* name;
  double (*derivative)(double);
};
const std::array<activation, 7> activations = {
    {{"sigmoid",
      [](double z) {
        const double g = 1 / (1 + std::exp(-z));
        return g * (1 - g);
      }},
     {"tanh", [](double z) { return 1 - std::tanh(z) * std::tanh(z); }},
     {"relu", [](double z) { return z > 0 ? 1.0 : 0.0; }},
     {"leaky relu", [](double z) { return z > 0 ? 1.0 : 0.1; }},
     {"maxout", [](double z) { return .5 * z + .2 < -.3 * z ? -.3 : .5; }},
     {"elu", [](double z) { return z > 0 ? 1.0 : 1.5 * std::exp(z); }},
     {"softplus", [](double z) { return 1 / (1 + std::exp(-z)); }}}};

template <class T>
T activate(std::size_t which, const T& z) {
  using std::max;
  switch (which) {
    case 0:
      return dad::sigmoid(z);
    case 1:
      return tanh(z);
    case 2:
      return dad::relu(z);
    case 3:
      return dad::select(z > 0, z, 0.1 * z);
    case 4:
      return max(T(.5 * z + .2), T(-.3 * z));
    case 5:
      return dad::select(z > 0, z, 1.5 * expm1(z));
    default:
      return dad::softplus(z);
  }
}

// Row-major n x k times k x m.
template <class A, class B>
auto product(const A& a, const B& b, std::size_t n, std::size_t k, std::size_t m) {
  std::vector<std::decay_t<decltype(a[0] * b[0])>> c(n * m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      for (std::size_t l = 0; l < k; ++l) c[i * m + j] += a[i * k + l] * b[l * m + j];
  return c;
}
row transposed(const row& a, std::size_t n, std::size_t m) {
  row t(a.size());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) t[j * n + i] = a[i * m + j];
  return t;
}

}  // namespace

TEST_CASE("a feed-forward network: the rules of its layers are the reverse sweep") {
  constexpr std::size_t samples = 3;
  const std::array<std::size_t, 4> width = {4, 5, 3, 2};
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, .8);
  const auto draw = [&](std::size_t n) {
    row x(n);
    for (double& xi : x) xi = normal(random);
    return x;
  };
  const row input = draw(samples * width[0]);
  std::vector<row> weights;
  for (std::size_t k = 0; k < 3; ++k) weights.push_back(draw(width[k] * width[k + 1]));

  for (std::size_t which = 0; which < activations.size(); ++which) {
    INFO(activations[which].name);
    const auto loss = [&](const auto& v0, const auto& w) {
      auto v = v0;
      for (std::size_t k = 0; k < 3; ++k) {
        v = product(v, w[k], samples, width[k], width[k + 1]);
        for (auto& vi : v) vi = activate(which, vi);
      }
      return dot(v, v) / 2;
    };
    const auto gradient = dad::gradient(loss, std::tuple{input, weights});

    // By hand: dL/dz_k = dL/dv_k s'(z_k), dL/dW_k = v_(k-1)' dL/dz_k, dL/dv_(k-1) = dL/dz_k W_k'.
    std::vector<row> v = {input}, z;
    for (std::size_t k = 0; k < 3; ++k) {
      z.push_back(product(v[k], weights[k], samples, width[k], width[k + 1]));
      v.push_back(z[k]);
      for (double& vi : v[k + 1]) vi = activate(which, vi);
    }
    row dv = v[3];
    for (std::size_t k = 3; k-- > 0;) {
      row dz = dv;
      for (std::size_t i = 0; i < dz.size(); ++i) dz[i] *= activations[which].derivative(z[k][i]);
      CHECK_ROW(std::get<1>(gradient)[k],
                product(transposed(v[k], samples, width[k]), dz, width[k], samples, width[k + 1]), 1e-11,
                1e-14);
      dv = product(dz, transposed(weights[k], width[k], width[k + 1]), samples, width[k + 1], width[k]);
    }
    CHECK_ROW(std::get<0>(gradient), dv, 1e-11, 1e-14);
  }
}

TEST_CASE("XOR by two rectified units, exactly") {
  const auto network = [](const auto& x) {
    const auto h0 = relu(x[0] + x[1]), h1 = relu(x[0] + x[1] - 1);
    return h0 - 2 * h1;
  };
  const std::vector<std::array<double, 2>> inputs = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const auto r = dad::batch_eval(network, inputs);
  CHECK_ROW(row(r.values().begin(), r.values().end()), row{0, 1, 1, 0});
  CHECK_ROW(r[3].gradient, row{-1, -1});
}

TEST_CASE("XOR learned from random starts, which are one batch") {
  const auto loss = [](const auto& w) {
    auto sum = 0 * w[0];
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 2; ++b) {
        const auto h0 = tanh(w[0] * a + w[1] * b + w[2]), h1 = tanh(w[3] * a + w[4] * b + w[5]);
        sum += square(w[6] * h0 + w[7] * h1 + w[8] - (a ^ b));
      }
    return sum / 4;
  };
  constexpr std::size_t starts = 16, parameters = 9;
  std::vector<std::array<double, parameters>> w(starts), momentum(starts);
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (auto& start : w)
    for (double& wi : start) wi = normal(random);
  std::size_t solved = 0;
  for (int step = 0; step < 3000; ++step) {
    const auto r = dad::batch_eval(loss, w);
    for (std::size_t i = 0; i < starts; ++i)
      for (std::size_t k = 0; k < parameters; ++k) {
        momentum[i][k] = .9 * momentum[i][k] - .05 * r.gradients()[i * parameters + k];
        w[i][k] += momentum[i][k];
      }
  }
  const auto last = dad::batch_eval(loss, w);
  for (const double value : last.values()) solved += value < 1e-3 ? 1 : 0;
  CHECK(solved >= starts / 2);  // the others are in local minima, as theory has it for two hidden units
}

TEST_CASE("Hessian times vector without the Hessian") {
  // f = sum_i exp(a_i . x): its Hessian is sum_i exp(a_i . x) a_i a_i'.
  constexpr std::size_t n = 6, terms = 4;
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0, .5);
  std::vector<row> a(terms, row(n));
  row x(n), v(n);
  for (auto& ai : a)
    for (double& aij : ai) aij = normal(random);
  for (std::size_t k = 0; k < n; ++k) x[k] = normal(random), v[k] = normal(random);
  const auto f = [&](const auto& p) {
    auto sum = 0 * p[0];
    for (const row& ai : a) sum += exp(dot(ai, p));
    return sum;
  };
  row expected(n);
  for (const row& ai : a) {
    const double weight = std::exp(dad::dot(ai, x)) * dad::dot(ai, v);
    for (std::size_t k = 0; k < n; ++k) expected[k] += weight * ai[k];
  }
  CHECK_ROW(dad::hvp(f, x, v), expected);

  const dad::matrix h = dad::hessian(f, x);
  row from_matrix(n);
  for (std::size_t i = 0; i < n; ++i) from_matrix[i] = dad::dot(h.row(i), v);
  CHECK_ROW(from_matrix, expected);

  // The definition: the gradient of the gradient's component along v.
  const auto slope = [&](const auto& p) {
    using T = std::decay_t<decltype(p[0])>;
    return dot(dad::gradient(f, p), std::vector<T>(v.begin(), v.end()));
  };
  CHECK_ROW(dad::gradient(slope, x), expected);
}
