// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One sample's part of the log-likelihood of a Gaussian mixture, to be summed over a batch, and the gradient
// of the sum by hand.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dad/dad.hpp>

#include "mixture.hpp"
#include "numbers.hpp"

namespace bench {

/// The logarithm of the mixture's density at a sample of D numbers, without constant terms. What the
/// parameters alone decide stands in f like everything else, so a loop over f computes it for each sample
/// again.
template <std::size_t D>
struct gmm_term {
  using shared_type = std::vector<double>;
  using point_type = std::array<double, D>;

  std::size_t components;

  [[nodiscard]] mixture_shape shape() const { return {D, components}; }

  template <class Shared, class X>
  real_of<Shared> operator()(const Shared& parameters, const X& sample) const {
    mixture<Shared> m(shape(), parameters);
    return dad::log_sum_exp(m.log_densities(&sample[0]));
  }

  [[nodiscard]] shared_type shared() const { return uniform_vector(5, shape().parameter_count(), -0.5, 0.5); }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    point_type x;
    for (std::size_t k = 0; k < D; ++k) x[k] = uniform(4, i * D + k, -1.0, 1.0);
    return x;
  }

  /// The sum over the samples as one would write it: what the parameters alone decide is computed once.
  [[nodiscard]] double sum(const shared_type& parameters, std::span<const point_type> samples) const {
    mixture<shared_type> m(shape(), parameters);
    double total = 0.0;
    for (const point_type& x : samples) total += dad::log_sum_exp(m.log_densities(&x[0]));
    return total;
  }

  /// The same sum, with the gradient by hand.
  double sum_by_hand(const shared_type& parameters, std::span<const point_type> samples,
                     shared_type& gradient) const {
    const mixture_shape s = shape();
    const std::size_t k = components;
    std::vector<point_type> diagonals(k), centered(k), scaled(k);
    std::vector<double> log_determinants(k, 0.0), terms(k);
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t i = 0; i < D; ++i) {
        diagonals[c][i] = std::exp(parameters[s.factor(c) + i]);
        log_determinants[c] += parameters[s.factor(c) + i];
      }

    gradient.assign(parameters.size(), 0.0);
    double total = 0.0;
    for (const point_type& x : samples) {
      for (std::size_t c = 0; c < k; ++c) {
        const double* const mean = &parameters[s.mean(c)];
        const double* column = &parameters[s.factor(c)] + D;
        point_type at, y;
        for (std::size_t i = 0; i < D; ++i) at[i] = x[i] - mean[i];
        for (std::size_t i = 0; i < D; ++i) y[i] = diagonals[c][i] * at[i];
        for (std::size_t i = 0; i < D; column += D - 1 - i, ++i)
          for (std::size_t j = i + 1; j < D; ++j) y[j] += column[j - i - 1] * at[i];
        double square = 0.0;
        for (std::size_t i = 0; i < D; ++i) square += y[i] * y[i];
        centered[c] = at;
        scaled[c] = y;
        terms[c] = parameters[c] + log_determinants[c] - 0.5 * square;
      }
      const double largest = *std::max_element(terms.begin(), terms.end());
      double scale = 0.0;
      for (double& term : terms) scale += term = std::exp(term - largest);
      total += largest + std::log(scale);

      for (std::size_t c = 0; c < k; ++c) {
        const double share = terms[c] / scale;  // the component's part in this sample
        const point_type &at = centered[c], &y = scaled[c];
        double* const mean = &gradient[s.mean(c)];
        double* const diagonal = &gradient[s.factor(c)];
        double* column = diagonal + D;
        const double* weights = &parameters[s.factor(c)] + D;
        gradient[c] += share;
        for (std::size_t i = 0; i < D; weights += D - 1 - i, column += D - 1 - i, ++i) {
          double sum = diagonals[c][i] * y[i];
          for (std::size_t j = i + 1; j < D; ++j) {
            sum += weights[j - i - 1] * y[j];
            column[j - i - 1] -= share * at[i] * y[j];
          }
          mean[i] += share * sum;
          diagonal[i] += share * (1.0 - diagonals[c][i] * at[i] * y[i]);
        }
      }
    }
    return total;
  }
};

}  // namespace bench
