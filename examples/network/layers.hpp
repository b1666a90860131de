// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Layers v_k = activation(v_(k-1) W_k) on a batch of rows: their derivatives by hand, and by one sweep of
// dad.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/dad.hpp>

#include "activations.hpp"

namespace network {

/// Rows and columns of numbers or scalars, row by row.
template <class T>
struct table {
  std::size_t rows, columns;
  std::vector<T> numbers = std::vector<T>(rows * columns);

  T& operator()(std::size_t i, std::size_t j) { return numbers[i * columns + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return numbers[i * columns + j]; }
};

template <class T>
table<T> operator*(const table<T>& a, const table<T>& b) {
  table<T> c{a.rows, b.columns};
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < b.columns; ++j)
      for (std::size_t k = 0; k < a.columns; ++k) c(i, j) += a(i, k) * b(k, j);
  return c;
}
inline table<double> transposed(const table<double>& a) {
  table<double> t{a.columns, a.rows};
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) t(j, i) = a(i, j);
  return t;
}

/// The values v_0, ..., v_n of a network and its weights W_1, ..., W_n; or the loss's derivatives by them.
template <class T>
struct layers {
  std::vector<table<T>> v, w;
};

/// Adds to v_0 what comes after it. The loss is half the sum of the squares of v_n.
template <class T>
T loss(layers<T>& net, std::size_t which) {
  for (const table<T>& w : net.w) {
    net.v.push_back(net.v.back() * w);
    for (T& z : net.v.back().numbers) z = activate(which, z);
  }
  T sum(0);
  for (const T& y : net.v.back().numbers) sum += y * y / 2;
  return sum;
}

/// Three rows through layers of 5, 3 and 2 units.
inline layers<double> some_layers() {
  const std::size_t width[] = {4, 5, 3, 2};
  layers<double> net{{{3, 4}}, {}};
  for (std::size_t k = 0; k < 3; ++k) net.w.push_back({width[k], width[k + 1]});
  double count = 0;
  const auto fill = [&](table<double>& t) {
    for (double& x : t.numbers) ++count, x = 1.2 * std::sin(count * count);
  };
  fill(net.v[0]);
  for (auto& w : net.w) fill(w);
  return net;
}

/// Layer by layer: dL/dz_k = dL/dv_k activation'(z_k), dL/dW_k = v_(k-1)' dL/dz_k, dL/dv_(k-1) = dL/dz_k
/// W_k'.
inline layers<double> derivatives_by_hand(layers<double> net, std::size_t which) {
  (void)loss(net, which);
  layers<double> d = net;
  d.v.back() = net.v.back();
  for (std::size_t k = net.w.size(); k-- > 0;) {
    table<double> dz = d.v[k + 1];
    const table<double> z = net.v[k] * net.w[k];
    for (std::size_t i = 0; i < dz.numbers.size(); ++i)
      dz.numbers[i] *= activations[which].derivative(z.numbers[i]);
    d.w[k] = transposed(net.v[k]) * dz;
    d.v[k] = dz * transposed(net.w[k]);
  }
  return d;
}

/// One sweep gives the adjoints of all that was computed, what is between the layers too.
inline layers<double> derivatives_by_dad(const layers<double>& net, std::size_t which) {
  const auto each = [](const auto& tables, auto&& of) {
    std::vector<table<std::decay_t<decltype(of(tables[0].numbers[0]))>>> result;
    for (const auto& t : tables) {
      result.push_back({t.rows, t.columns});
      for (std::size_t i = 0; i < t.numbers.size(); ++i) result.back().numbers[i] = of(t.numbers[i]);
    }
    return result;
  };
  dad::tape<> tape;
  const auto active = tape.activate();
  const auto input = [&](double x) {
    dad::var<> v = x;
    tape.input(v);
    return v;
  };
  layers<dad::var<>> active_net{each(net.v, input), each(net.w, input)};
  tape.backward(loss(active_net, which));
  const auto adjoint = [&](const dad::var<>& v) { return v.adjoint(); };
  return {each(active_net.v, adjoint), each(active_net.w, adjoint)};
}

}  // namespace network
