// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The log-likelihood of a Gaussian mixture model, as in ADBench (Srajer, Kukelova and Fitzgibbon, 2018),
// and its gradient by hand.

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
    const double n = static_cast<double>(samples);
    return constant() + sum - n * log_sum_of_exp(&x[0], components) + m.log_prior(wishart_gamma, wishart_m);
  }

  [[nodiscard]] point_type point() const { return uniform_vector(5, shape().parameter_count(), -0.5, 0.5); }

  /// The value, with the gradient by hand. The exponentials of the diagonals are computed once, and so are
  /// the shares w of the components in a sample. With Q a component's factor and v the sample from its mean,
  /// the derivatives of -|Q v|^2 / 2 add up to Q'Q sum w v over the mean and to -Q sum w v v' over Q: each
  /// sample brings its part in these moments only, and Q meets them once at the end.
  double by_hand(const point_type& x, point_type& gradient) const {
    const std::size_t d = dimensions, k = components;
    const mixture_shape at = shape();
    std::vector<double> constants(k), diagonals(k * d), centered(k * d), scaled(d), shares(k);
    for (std::size_t c = 0; c < k; ++c) {
      const double* const logarithms = &x[at.factor(c)];
      constants[c] = x[c];
      for (std::size_t i = 0; i < d; ++i) {
        constants[c] += logarithms[i];
        diagonals[c * d + i] = std::exp(logarithms[i]);
      }
    }

    moments of(at);
    double sum = 0.0;
    for (std::size_t s = 0; s < samples; ++s) {
      for (std::size_t c = 0; c < k; ++c) {
        double* const v = &centered[c * d];
        for (std::size_t i = 0; i < d; ++i) {
          v[i] = data[s * d + i] - x[at.mean(c) + i];
          scaled[i] = diagonals[c * d + i] * v[i];
        }
        const double* column = &x[at.factor(c) + d];
        for (std::size_t i = 0; i < d; column += d - 1 - i, ++i)
          for (std::size_t j = i + 1; j < d; ++j) scaled[j] += column[j - i - 1] * v[i];
        double square = 0.0;
        for (std::size_t i = 0; i < d; ++i) square += scaled[i] * scaled[i];
        shares[c] = constants[c] - 0.5 * square;
      }
      sum += log_sum_of_exp(shares.data(), k, shares.data());
      for (std::size_t c = 0; c < k; ++c) of.add(c, shares[c], &centered[c * d]);
    }

    const double n = static_cast<double>(samples);
    sum -= n * log_sum_of_exp(x.data(), k, shares.data());
    for (std::size_t c = 0; c < k; ++c) {
      gradient[c] = of.total[c] - n * shares[c];
      gradient_of_shape(x, &diagonals[c * d], of, c, gradient);
    }
    return constant() + sum + mixture<point_type>(at, x).log_prior(wishart_gamma, wishart_m);
  }

 private:
  // Sums over the samples, for each component: w, w v and the upper triangle of w v v', row by row.
  struct moments {
    mixture_shape shape;
    std::vector<double> total, first, second;

    explicit moments(mixture_shape s)
        : shape(s),
          total(s.components, 0.0),
          first(s.components * s.dimensions, 0.0),
          second(s.components * s.factor_size(), 0.0) {}

    void add(std::size_t c, double w, const double* v) {
      const std::size_t d = shape.dimensions;
      total[c] += w;
      double* row = &second[c * shape.factor_size()];
      for (std::size_t i = 0; i < d; row += d - i, ++i) {
        const double weighted = w * v[i];
        first[c * d + i] += weighted;
        for (std::size_t j = i; j < d; ++j) row[j - i] += weighted * v[j];
      }
    }
  };

  // Of component c, over its mean and factor: from the moments and the prior.
  void gradient_of_shape(const point_type& x, const double* diagonal, const moments& of, std::size_t c,
                         point_type& gradient) const {
    const std::size_t d = dimensions;
    const mixture_shape at = shape();
    const double* below = &x[at.factor(c) + d];
    const double* moment = &of.second[c * at.factor_size()];
    std::vector<double> factor(d * d, 0.0), second(d * d),
        turned(d);  // whole matrices; Q times the first moments
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = i; j < d; ++j) {
        factor[j * d + i] = i == j ? diagonal[i] : *below++;
        second[i * d + j] = second[j * d + i] = *moment++;
      }
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j <= i; ++j) turned[i] += factor[i * d + j] * of.first[c * d + j];

    const double prior = wishart_gamma * wishart_gamma;
    double* out = &gradient[at.factor(c) + d];
    for (std::size_t i = 0; i < d; ++i) {
      double& mean = gradient[at.mean(c) + i];
      mean = 0.0;
      for (std::size_t j = i; j < d; ++j) {
        mean += factor[j * d + i] * turned[j];
        double slope = prior * factor[j * d + i];  // over the entry of the factor
        for (std::size_t a = 0; a <= j; ++a) slope -= factor[j * d + a] * second[i * d + a];
        if (i == j)
          gradient[at.factor(c) + i] = diagonal[i] * slope + of.total[c] - wishart_m;
        else
          *out++ = slope;
      }
    }
  }

 protected:
  [[nodiscard]] double constant() const {
    const double n = static_cast<double>(samples), p = static_cast<double>(dimensions);
    return -n * p * 0.5 * std::log(2.0 * std::numbers::pi) - prior_constant();
  }

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
