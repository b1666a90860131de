// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The log-likelihood of a Gaussian mixture model, as in ADBench (Srajer, Kukelova and Fitzgibbon, 2018).

#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "lse.hpp"
#include "numbers.hpp"

namespace bench {

/// The log-likelihood of fixed samples under a mixture of Gaussians with a Wishart prior. The inputs are, one
/// after the other, the logarithms of the weights (k), the means (k x d) and the inverse covariance factors
/// (k x d(d+1)/2): for each the logarithms of the diagonal, then the columns under it.
struct gmm {
  using point_type = std::vector<double>;

  std::size_t dimensions, components, samples;
  double wishart_gamma = 1.0;
  int wishart_m = 0;
  std::vector<double> data = uniform_vector(4, samples* dimensions, -1.0, 1.0);

  [[nodiscard]] std::size_t factor_size() const { return dimensions * (dimensions + 1) / 2; }

  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::log;
    using T = real_of<X>;
    const std::size_t d = dimensions, k = components, means = k, factors = k + k * d;

    std::vector<T> diagonals(k * d), log_determinants(k);
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t i = 0; i < d; ++i) {
        const T& q = x[factors + c * factor_size() + i];
        diagonals[c * d + i] = exp(q);
        log_determinants[c] += q;
      }

    T sum(0.0);
    std::vector<T> centered(d), scaled(d), terms(k);
    for (std::size_t s = 0; s < samples; ++s) {
      for (std::size_t c = 0; c < k; ++c) {
        for (std::size_t i = 0; i < d; ++i) {
          centered[i] = data[s * d + i] - x[means + c * d + i];
          scaled[i] = diagonals[c * d + i] * centered[i];
        }
        std::size_t at = factors + c * factor_size() + d;
        for (std::size_t i = 0; i < d; ++i)
          for (std::size_t j = i + 1; j < d; ++j) scaled[j] += x[at++] * centered[i];
        terms[c] = x[c] + log_determinants[c] - 0.5 * squared_length(scaled.data(), d);
      }
      sum += log_sum_of_exp(terms.data(), k);
    }

    const double n = static_cast<double>(samples), p = static_cast<double>(d);
    const double constant = -n * p * 0.5 * std::log(2.0 * std::numbers::pi);
    return constant + sum - n * log_sum_of_exp(&x[0], k) + log_wishart_prior(x, diagonals, log_determinants);
  }

  [[nodiscard]] point_type point() const {
    return uniform_vector(5, components * (1 + dimensions + factor_size()), -0.5, 0.5);
  }

 private:
  template <class T>
  static T squared_length(const T* x, std::size_t size) {
    T sum = x[0] * x[0];
    for (std::size_t i = 1; i < size; ++i) sum += x[i] * x[i];
    return sum;
  }

  template <class X, class T>
  T log_wishart_prior(const X& x, const std::vector<T>& diagonals,
                      const std::vector<T>& log_determinants) const {
    const std::size_t d = dimensions, off_diagonal = factor_size() - d;
    const double p = static_cast<double>(d), n = p + wishart_m + 1;
    double log_gamma = 0.25 * p * (p - 1.0) * std::log(std::numbers::pi);
    for (std::size_t i = 0; i < d; ++i) log_gamma += std::lgamma(0.5 * (n - static_cast<double>(i)));
    const double constant = n * p * (std::log(wishart_gamma) - 0.5 * std::numbers::ln2) - log_gamma;
    T sum(0.0);
    for (std::size_t c = 0; c < components; ++c) {
      T square = squared_length(&diagonals[c * d], d);
      if (off_diagonal > 0)
        square += squared_length(&x[components + components * d + c * factor_size() + d], off_diagonal);
      sum += 0.5 * wishart_gamma * wishart_gamma * square - double(wishart_m) * log_determinants[c];
    }
    return sum - static_cast<double>(components) * constant;
  }
};

}  // namespace bench
