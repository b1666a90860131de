// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that are written elsewhere as loops, element by element over whole ranges. The same mathematics;
// values differ by rounding.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "gmm.hpp"
#include "kmeans.hpp"
#include "lstm.hpp"
#include "numbers.hpp"
#include "ode.hpp"

namespace bench {

/// Column k of points in rows.
inline std::vector<double> column(const std::vector<double>& rows, std::size_t width, std::size_t k) {
  std::vector<double> values;
  for (std::size_t i = k; i < rows.size(); i += width) values.push_back(rows[i]);
  return values;
}

struct lstm_elementwise : lstm {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    const std::size_t b = width;
    const auto weights = [&](std::size_t k) { return std::span(&x[k * b], b); };
    const auto inner = weights(8 * layers), outer = weights(8 * layers + 1), bias = weights(8 * layers + 2);
    std::vector<std::vector<T>> hidden, cell;
    for (std::size_t l = 0; l < layers; ++l) {
      hidden.emplace_back(&state[2 * l * b], &state[(2 * l + 1) * b]);
      cell.emplace_back(&state[(2 * l + 1) * b], &state[(2 * l + 2) * b]);
    }
    const auto next_cell = [](const auto& c, const auto& s, const auto& h, const auto& w_forget,
                              const auto& b_forget, const auto& w_in, const auto& b_in, const auto& w_change,
                              const auto& b_change) {
      return c * sigmoid(s * w_forget + b_forget) + sigmoid(h * w_in + b_in) * tanh(h * w_change + b_change);
    };
    const auto next_hidden = [](const auto& c, const auto& s, const auto& w_out, const auto& b_out) {
      return sigmoid(s * w_out + b_out) * tanh(c);
    };
    std::vector<T> input(b), predicted(b);
    T total(0.0);
    for (std::size_t t = 0; t + 1 < length; ++t) {
      dad::elementwise_into(
          input, [](const auto& s, const auto& w) { return s * w; }, std::span(&sequence[t * b], b), inner);
      std::span<const T> signal = input;
      for (std::size_t l = 0; l < layers; ++l) {
        const auto w = [&](std::size_t k) { return weights(8 * l + k); };
        dad::elementwise_into(cell[l], next_cell, cell[l], signal, hidden[l], w(0), w(4), w(1), w(5), w(3),
                              w(7));
        dad::elementwise_into(hidden[l], next_hidden, cell[l], signal, w(2), w(6));
        signal = hidden[l];
      }
      dad::elementwise_into(
          predicted, [](const auto& s, const auto& w, const auto& c) { return s * w + c; }, signal, outer,
          bias);
      const std::span seen(&sequence[(t + 1) * b], b);
      double seen_sum = 0.0;
      for (const double s : seen) seen_sum += s;
      const T log_sum = log_sum_exp(T(dad::log_sum_exp(predicted)), std::numbers::ln2);
      total += dad::dot(seen, predicted) - seen_sum * log_sum;
    }
    return -total / static_cast<double>((length - 1) * b);
  }
};

struct ode_elementwise : ode {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    const double h = 1.0 / static_cast<double>(steps);
    std::vector<T> y(size, T(0.0)), at1(size), at2(size), at3(size);
    const auto behind = [](auto& range) { return std::span(range).last(range.size() - 1); };
    const auto before = [](auto& range) { return std::span(range).first(range.size() - 1); };
    // The first component, whose slope is x_0, and right behind it all others.
    const auto move = [&](double step, std::vector<T>& from, std::vector<T>& to) {
      to[0] = y[0] + step * x[0];
      dad::elementwise_into(
          behind(to), [step](const auto& v, const auto& a, const auto& u) { return v + step * (a * u); },
          behind(y), behind(x), before(from));
    };
    for (std::size_t s = 0; s < steps; ++s) {
      move(0.5 * h, y, at1);
      move(0.5 * h, at1, at2);
      move(h, at2, at3);
      const T first = y[0] + h * x[0];
      dad::elementwise_into(
          behind(at1),
          [h](const auto& v, const auto& a, const auto& u0, const auto& u1, const auto& u2, const auto& u3) {
            return v + h / 6.0 * (a * (u0 + 2.0 * (u1 + u2) + u3));
          },
          behind(y), behind(x), before(y), before(at1), before(at2), before(at3));
      at1[0] = first;
      std::swap(y, at1);
    }
    return y[size - 1];
  }
};

/// In two dimensions, component by component over all samples.
struct gmm_elementwise : gmm {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    using std::exp;
    const std::size_t k = components;
    const mixture_shape at = shape();
    const std::vector<double> first = column(data, 2, 0), second = column(data, 2, 1), ones(samples, 1.0);
    std::vector<std::vector<T>> log_densities(k, std::vector<T>(samples));
    T prior(0.0);
    for (std::size_t c = 0; c < k; ++c) {
      const T* const mean = &x[at.mean(c)];
      const T* const logs = &x[at.factor(c)];
      const T log_determinant = logs[0] + logs[1], q0 = exp(logs[0]), q1 = exp(logs[1]), below = logs[2];
      const T square = q0 * q0 + q1 * q1 + below * below, constant_part = x[c] + log_determinant;
      prior += 0.5 * wishart_gamma * wishart_gamma * square - double(wishart_m) * log_determinant;
      dad::elementwise_into(
          log_densities[c],
          [](const auto& constant, const auto& mean0, const auto& mean1, const auto& f00, const auto& f11,
             const auto& f10, const auto& a, const auto& b) {
            const auto u = a - mean0, v = b - mean1;
            const auto s = f00 * u, t = f10 * u + f11 * v;
            return constant - 0.5 * (s * s + t * t);
          },
          constant_part, mean[0], mean[1], q0, q1, below, first, second);
    }
    // Two at a time: any number of components.
    std::vector<T>& all = log_densities[0];
    for (std::size_t c = 1; c < k; ++c)
      dad::elementwise_into(
          all, [](const auto& a, const auto& b) { return log_sum_exp(a, b); }, all, log_densities[c]);
    const double n = static_cast<double>(samples);
    return constant() + dad::dot(all, ones) - n * dad::log_sum_exp(std::span(&x[0], k)) + prior;
  }
};

/// Centroid by centroid over all points.
template <std::size_t Dimensions>
struct kmeans_elementwise : kmeans {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    std::vector<std::vector<double>> columns;
    for (std::size_t k = 0; k < Dimensions; ++k) columns.push_back(column(data, Dimensions, k));
    // Of the squared distances so far, and that of a point to one more centroid.
    const auto lesser = []<class L, class... V>(const L& least, const V&... centroid_and_point) {
      const auto all = std::tie(centroid_and_point...);
      return [&]<std::size_t... K>(std::index_sequence<K...>) {
        const auto squared = [](const auto& d) { return d * d; };
        return min(least, (squared(std::get<K>(all) - std::get<K + Dimensions>(all)) + ...));
      }
      (std::make_index_sequence<Dimensions>());
    };
    std::vector<T> least(points, T(std::numeric_limits<double>::infinity()));
    for (std::size_t c = 0; c < centroids; ++c) [&]<std::size_t... K>(std::index_sequence<K...>) {
        dad::elementwise_into(least, lesser, least, x[c * Dimensions + K]..., columns[K]...);
      }
    (std::make_index_sequence<Dimensions>());
    return dad::dot(least, std::vector<double>(points, 1.0));
  }
};

}  // namespace bench
