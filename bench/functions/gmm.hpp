// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The log-likelihood of a Gaussian mixture model, as in ADBench (Srajer, Kukelova and Fitzgibbon, 2018).

#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "lse.hpp"
#include "mixture.hpp"
#include "numbers.hpp"

namespace bench {

/// The log-likelihood of fixed samples under a mixture of Gaussians with a Wishart prior, as a function of
/// the mixture's parameters.
struct gmm {
  using point_type = std::vector<double>;

  std::size_t dimensions, components, samples;
  double wishart_gamma = 1.0;
  int wishart_m = 0;
  std::vector<double> data = uniform_vector(4, samples* dimensions, -1.0, 1.0);

  [[nodiscard]] mixture_shape shape() const { return {dimensions, components}; }

  template <class X>
  auto operator()(const X& x) const {
    mixture<X> m(shape(), x);
    real_of<X> sum(0.0);
    for (std::size_t s = 0; s < samples; ++s)
      sum += log_sum_of_exp(m.log_densities(&data[s * dimensions]).data(), components);
    const double n = static_cast<double>(samples), p = static_cast<double>(dimensions);
    const double constant = -n * p * 0.5 * std::log(2.0 * std::numbers::pi) - prior_constant();
    return constant + sum - n * log_sum_of_exp(&x[0], components) + m.log_prior(wishart_gamma, wishart_m);
  }

  [[nodiscard]] point_type point() const { return uniform_vector(5, shape().parameter_count(), -0.5, 0.5); }

 private:
  [[nodiscard]] double prior_constant() const {
    const double p = static_cast<double>(dimensions), n = p + wishart_m + 1;
    double log_gamma = 0.25 * p * (p - 1.0) * std::log(std::numbers::pi);
    for (std::size_t i = 0; i < dimensions; ++i) log_gamma += std::lgamma(0.5 * (n - static_cast<double>(i)));
    return static_cast<double>(components) *
           (n * p * (std::log(wishart_gamma) - 0.5 * std::numbers::ln2) - log_gamma);
  }
};

}  // namespace bench
