// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The parameters of a Gaussian mixture, made ready to meet samples, as in ADBench (Srajer, Kukelova and
// Fitzgibbon, 2018).

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// How many parameters a mixture has, and where they are: one after the other the logarithms of the weights
/// (k), the means (k x d) and the inverse covariance factors (k x d(d+1)/2), for each the logarithms of the
/// diagonal, then the columns under it.
struct mixture_shape {
  std::size_t dimensions, components;

  [[nodiscard]] std::size_t factor_size() const { return dimensions * (dimensions + 1) / 2; }
  [[nodiscard]] std::size_t parameter_count() const { return components * (1 + dimensions + factor_size()); }
  [[nodiscard]] std::size_t mean(std::size_t component) const { return components + component * dimensions; }
  [[nodiscard]] std::size_t factor(std::size_t component) const {
    return components * (1 + dimensions) + component * factor_size();
  }
};

template <class X>
class mixture {
  using T = real_of<X>;

 public:
  /// Keeps a reference to the parameters.
  mixture(mixture_shape shape, const X& parameters)
      : shape_(shape),
        parameters_(parameters),
        diagonals_(shape.components * shape.dimensions),
        log_determinants_(shape.components, T(0.0)),
        centered_(shape.dimensions),
        scaled_(shape.dimensions),
        log_densities_(shape.components) {
    using std::exp;
    for (std::size_t c = 0; c < shape.components; ++c)
      for (std::size_t i = 0; i < shape.dimensions; ++i) {
        const T& q = parameters[shape.factor(c) + i];
        diagonals_[c * shape.dimensions + i] = exp(q);
        log_determinants_[c] += q;
      }
  }

  /// For each component the logarithm of its weight and density at a sample, without constant terms.
  template <class S>
  const std::vector<T>& log_densities(const S* sample) {
    const std::size_t d = shape_.dimensions;
    const X& x = parameters_;
    for (std::size_t c = 0; c < shape_.components; ++c) {
      for (std::size_t i = 0; i < d; ++i) {
        centered_[i] = sample[i] - x[shape_.mean(c) + i];
        scaled_[i] = diagonals_[c * d + i] * centered_[i];
      }
      std::size_t at = shape_.factor(c) + d;
      for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = i + 1; j < d; ++j) scaled_[j] += x[at++] * centered_[i];
      log_densities_[c] = x[c] + log_determinants_[c] - 0.5 * squared_length(scaled_.data(), d);
    }
    return log_densities_;
  }

  /// Wishart's prior without its constant.
  T log_prior(double gamma, int m) const {
    const std::size_t d = shape_.dimensions, off_diagonal = shape_.factor_size() - d;
    T sum(0.0);
    for (std::size_t c = 0; c < shape_.components; ++c) {
      T square = squared_length(&diagonals_[c * d], d);
      if (off_diagonal > 0) square += squared_length(&parameters_[shape_.factor(c) + d], off_diagonal);
      sum += 0.5 * gamma * gamma * square - double(m) * log_determinants_[c];
    }
    return sum;
  }

 private:
  static T squared_length(const T* x, std::size_t size) {
    T sum = x[0] * x[0];
    for (std::size_t i = 1; i < size; ++i) sum += x[i] * x[i];
    return sum;
  }

  mixture_shape shape_;
  const X& parameters_;
  std::vector<T> diagonals_, log_determinants_, centered_, scaled_, log_densities_;
};

}  // namespace bench
