// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that are written elsewhere as loops, with dad's functions of whole ranges in their place. The
// same mathematics; values differ by rounding.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "det.hpp"
#include "gmm.hpp"
#include "llsq.hpp"
#include "lse.hpp"
#include "network.hpp"
#include "numbers.hpp"

namespace bench {

struct lse_by_ranges : lse {
  template <class X>
  auto operator()(const X& x) const {
    return dad::log_sum_exp(x);
  }
};

struct llsq_by_ranges : llsq {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    T sum(0.0);
    std::vector<double> powers(x.size());
    for (std::size_t i = 0; i < samples; ++i) {
      double power = 1.0;
      for (double& p : powers) {
        p = power;
        power *= place(i);
      }
      const T residual = step(place(i)) - dad::dot(x, powers);
      sum += residual * residual;
    }
    return 0.5 * sum;
  }
};

/// A row's entries times their minors are one product of ranges. Where an entry's sign is minus, its minor's
/// first two columns are exchanged.
struct det_by_ranges : det {
  template <class X>
  auto operator()(const X& x) const {
    columns all{};
    for (std::size_t j = 0; j < size; ++j) all[j] = j;
    return minor(&x[0], all, size);
  }

 private:
  using columns = std::array<std::size_t, 12>;

  template <class T>
  T minor(const T* x, const columns& of, std::size_t count) const {
    const T* const row = x + (size - count) * size;
    if (count == 1) return row[of[0]];
    if (count == 2) return row[of[0]] * row[size + of[1]] - row[of[1]] * row[size + of[0]];
    std::array<T, std::tuple_size_v<columns>> entries, minors;
    for (std::size_t k = 0; k < count; ++k) {
      columns others{};
      std::size_t n = 0;
      for (std::size_t j = 0; j < count; ++j)
        if (j != k) others[n++] = of[j];
      if (k % 2 == 1) std::swap(others[0], others[1]);
      entries[k] = row[of[k]];
      minors[k] = minor(x, others, count - 1);
    }
    return dad::dot(std::span(entries).first(count), std::span(minors).first(count));
  }
};

struct network_by_ranges : network {
  template <class X>
  real_of<X> operator()(const X& x) const {
    using T = real_of<X>;
    const auto activation = [](const auto& y) { return tanh(y); };
    std::size_t at = 0;
    const auto neuron = [&](const auto& inputs) {
      T sum = dad::dot(std::span(&x[at], inputs.size()), inputs);
      sum += x[at + inputs.size()];
      at += inputs.size() + 1;
      return sum;
    };
    std::array<T, width> first, second;
    for (T& y : first) y = neuron(place);
    dad::elementwise_into(first, activation, first);
    for (T& y : second) y = neuron(first);
    dad::elementwise_into(second, activation, second);
    return neuron(second);
  }
};

/// The factors as whole matrices, made once: a row of one meets a sample in a product of ranges.
struct gmm_by_ranges : gmm {
  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    using std::exp;
    const std::size_t d = dimensions, k = components;
    const mixture_shape at = shape();
    std::vector<T> factors(k * d * d), constants(k), log_densities(k), centered(d), scaled(d);
    T prior(0.0), sum(0.0);
    for (std::size_t c = 0; c < k; ++c) {
      const std::size_t first = at.factor(c);
      T* const factor = &factors[c * d * d];
      T log_determinant = x[first], square(0.0);
      for (std::size_t i = 1; i < d; ++i) log_determinant += x[first + i];
      for (std::size_t j = 0, below = first + d; j < d; ++j) {
        factor[j * d + j] = exp(x[first + j]);
        for (std::size_t i = j + 1; i < d; ++i) factor[i * d + j] = x[below++];
      }
      for (std::size_t i = 0; i < d; ++i) square += squared_length(std::span(factor + i * d, i + 1));
      prior += 0.5 * wishart_gamma * wishart_gamma * square - double(wishart_m) * log_determinant;
      constants[c] = x[c] + log_determinant;
    }
    for (std::size_t s = 0; s < samples; ++s) {
      for (std::size_t c = 0; c < k; ++c) {
        dad::elementwise_into(
            centered, [](const auto& sample, const auto& mean) { return sample - mean; },
            std::span(&data[s * d], d), std::span(&x[at.mean(c)], d));
        for (std::size_t i = 0; i < d; ++i)
          scaled[i] = dad::dot(std::span(&factors[(c * d + i) * d], i + 1), std::span(centered).first(i + 1));
        log_densities[c] = constants[c] - 0.5 * squared_length(std::span(scaled));
      }
      sum += dad::log_sum_exp(log_densities);
    }
    const double n = static_cast<double>(samples);
    return constant() + sum - n * dad::log_sum_exp(std::span(&x[0], k)) + prior;
  }

 private:
  template <class T>
  static T squared_length(std::span<T> range) {
    return dad::dot(range, range);
  }
};

}  // namespace bench
