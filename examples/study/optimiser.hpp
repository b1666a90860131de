// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Steps of sgd with momentum or of Adam, and the mini-batches they are made for.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <vector>

namespace study {

/// Steps along minus the gradient; `decay` shrinks the weights beside it (Loshchilov and Hutter 2019).
class optimiser {
 public:
  optimiser(bool is_adam, double rate, double momentum, double decay, std::size_t size)
      : is_adam_(is_adam), rate_(rate), momentum_(momentum), decay_(decay), first_(size), second_(size) {}

  /// By `scale` times the gradient, which is as long as the weights.
  void step(std::vector<double>& weights, const std::vector<double>& gradient, double scale) {
    if (is_adam_)
      adam(weights, gradient, scale);
    else
      sgd(weights, gradient, scale);
  }

 private:
  void sgd(std::vector<double>& weights, const std::vector<double>& gradient, double scale) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      first_[i] = momentum_ * first_[i] + scale * gradient[i];
      weights[i] -= rate_ * (first_[i] + decay_ * weights[i]);
    }
  }

  // Kingma and Ba 2015; its first decay is `momentum`, its second 0.999.
  void adam(std::vector<double>& weights, const std::vector<double>& gradient, double scale) {
    constexpr double keep = 0.999;
    first_power_ *= momentum_, second_power_ *= keep;
    const double first_share = 1 / (1 - first_power_), second_share = 1 / (1 - second_power_);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double g = scale * gradient[i];
      first_[i] = momentum_ * first_[i] + (1 - momentum_) * g;
      second_[i] = keep * second_[i] + (1 - keep) * g * g;
      const double direction = first_[i] * first_share / (std::sqrt(second_[i] * second_share) + 1e-8);
      weights[i] -= rate_ * (direction + decay_ * weights[i]);
    }
  }

  bool is_adam_;
  double rate_, momentum_, decay_;
  std::vector<double> first_, second_;
  double first_power_ = 1, second_power_ = 1;
};

/// Which examples each step of an epoch is for: every example once an epoch, in an order of the seed that is
/// another one in each epoch.
class mini_batches {
 public:
  mini_batches(std::size_t examples, std::size_t size, std::uint64_t seed)
      : order_(examples), size_(size), random_(seed) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }

  /// Those of the next epoch, until which they stay; the last one is shorter where examples are left over.
  std::vector<std::span<const std::size_t>> next_epoch() {
    std::shuffle(order_.begin(), order_.end(), random_);
    std::vector<std::span<const std::size_t>> batches;
    for (std::span<const std::size_t> rest(order_); !rest.empty();) {
      const std::size_t size = std::min(size_, rest.size());
      batches.push_back(rest.first(size));
      rest = rest.subspan(size);
    }
    return batches;
  }

 private:
  std::vector<std::size_t> order_;
  std::size_t size_;
  std::mt19937_64 random_;
};

}  // namespace study
