// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that are written elsewhere as loops, element by element over whole ranges. The same mathematics;
// values differ by rounding.

#pragma once

#include <array>
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
#include "llsq.hpp"
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

/// Component by component over all samples.
template <std::size_t Dimensions>
struct gmm_elementwise : gmm {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    using std::exp;
    constexpr std::size_t d = Dimensions;
    const std::size_t k = components;
    const mixture_shape at = shape();
    std::array<std::vector<double>, d> columns;
    for (std::size_t i = 0; i < d; ++i) columns[i] = column(data, d, i);
    std::array<std::vector<T>, d> centered, scaled;
    for (auto* ranges : {&centered, &scaled})
      for (auto& range : *ranges) range.resize(samples);
    std::vector<std::vector<T>> log_densities(k, std::vector<T>(samples));
    std::array<T, d * d> factor;
    T prior(0.0);
    for (std::size_t c = 0; c < k; ++c) {
      const T* const logs = &x[at.factor(c)];
      T log_determinant = logs[0], square(0.0);
      for (std::size_t i = 1; i < d; ++i) log_determinant += logs[i];
      for (std::size_t j = 0, below = d; j < d; ++j) {
        factor[j * d + j] = exp(logs[j]);
        for (std::size_t i = j + 1; i < d; ++i) factor[i * d + j] = logs[below++];
      }
      for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = 0; j <= i; ++j) square += factor[i * d + j] * factor[i * d + j];
      prior += 0.5 * wishart_gamma * wishart_gamma * square - double(wishart_m) * log_determinant;
      for (std::size_t i = 0; i < d; ++i)
        dad::elementwise_into(
            centered[i], [](const auto& sample, const auto& mean) { return sample - mean; }, columns[i],
            x[at.mean(c) + i]);
      for_each_row<d>([&]<std::size_t... J>(std::index_sequence<J...>) {
        constexpr std::size_t i = sizeof...(J) - 1;
        dad::elementwise_into(scaled[i], sum_of_products<i + 1>, factor[i * d + J]..., centered[J]...);
      });
      const T constant_part = x[c] + log_determinant;
      std::apply(
          [&](const auto&... range) {
            dad::elementwise_into(
                log_densities[c],
                [](const auto& constant, const auto&... s) { return constant - 0.5 * ((s * s) + ...); },
                constant_part, range...);
          },
          scaled);
    }
    // Two at a time: any number of components.
    std::vector<T>& all = log_densities[0];
    for (std::size_t c = 1; c < k; ++c)
      dad::elementwise_into(
          all, [](const auto& a, const auto& b) { return log_sum_exp(a, b); }, all, log_densities[c]);
    const double n = static_cast<double>(samples);
    return constant() + dad::dot(all, std::vector<double>(samples, 1.0)) -
           n * dad::log_sum_exp(std::span(&x[0], k)) + prior;
  }

 private:
  /// visit(0), visit(0, 1), ..., as sequences of indices.
  template <std::size_t Rows, class Visit>
  static void for_each_row(Visit&& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (visit(std::make_index_sequence<I + 1>()), ...); }
    (std::make_index_sequence<Rows>());
  }
  /// Of the first Count operands and the others.
  template <std::size_t Count>
  static constexpr auto sum_of_products = [](const auto&... operand) {
    const auto all = std::tie(operand...);
    return [&]<std::size_t... J>(std::index_sequence<J...>) {
      return ((std::get<J>(all) * std::get<J + Count>(all)) + ...);
    }
    (std::make_index_sequence<Count>());
  };
};

/// All residuals at once.
template <std::size_t Coefficients>
struct llsq_elementwise : llsq {
  template <class X>
  auto operator()(const X& x) const {
    std::vector<double> places(samples), steps(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      places[i] = place(i);
      steps[i] = step(places[i]);
    }
    const auto residual = [](const auto& t, const auto& expected, const auto& first, const auto&... others) {
      auto power = t;
      auto sum = first;
      ((sum = sum + others * power, power = power * t), ...);
      return expected - sum;
    };
    const auto residuals = [&]<std::size_t... J>(std::index_sequence<J...>) {
      return dad::elementwise(residual, places, steps, x[J]...);
    }
    (std::make_index_sequence<Coefficients>());
    return 0.5 * dad::dot(residuals, residuals);
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
