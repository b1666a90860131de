// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A network of dense layers whose number, width and activation are hyperparameters, after a convolution or
// none: scores and loss of one image, for any scalar type.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <dad/dad.hpp>

#include "../fashion/network.hpp"
#include "convolution.hpp"

namespace study {

enum class activation { tanh, relu, sigmoid };

/// Hidden layers of the same width between the pixels, or what a convolution makes of them, and the ten
/// scores.
struct architecture {
  std::size_t layers = 1, units = 32;
  activation unit = activation::tanh;
  convolution first = {};

  [[nodiscard]] std::size_t inputs_of(std::size_t layer) const {
    if (layer > 0) return units;
    return first.channels > 0 ? first.output_count() : fashion::pixel_count;
  }
  [[nodiscard]] std::size_t units_of(std::size_t layer) const {
    return layer == layers ? fashion::class_count : units;
  }
  /// A layer's biases, then the weights of its first unit, of its second, ...; layer after layer, the
  /// convolution first.
  [[nodiscard]] std::size_t weight_count() const {
    std::size_t count = first.weight_count();
    for (std::size_t i = 0; i <= layers; ++i) count += units_of(i) * (inputs_of(i) + 1);
    return count;
  }
};

template <class Scalar>
Scalar activated(activation which, const Scalar& x) {
  using std::tanh;
  switch (which) {
    case activation::relu:
      return dad::relu(x);
    case activation::sigmoid:
      return dad::sigmoid(x);
    default:
      return tanh(x);
  }
}

/// The ten scores before the softmax.
template <class Scalar>
std::vector<Scalar> scores(const architecture& net, std::span<const Scalar> weights,
                           std::span<const Scalar> pixels) {
  using fashion::dot;
  std::vector<Scalar> inputs = net.first(weights, pixels), outputs;
  for (Scalar& x : inputs) x = activated(net.unit, x);
  std::size_t at = net.first.weight_count();
  for (std::size_t layer = 0; layer <= net.layers; ++layer) {
    const std::span<const Scalar> from = inputs.empty() ? pixels : std::span<const Scalar>(inputs);
    const std::size_t units = net.units_of(layer);
    outputs.clear();
    for (std::size_t unit = 0; unit < units; ++unit) {
      const auto own = weights.subspan(at + units + unit * from.size(), from.size());
      const Scalar sum = weights[at + unit] + dot(own, from);
      outputs.push_back(layer == net.layers ? sum : activated(net.unit, sum));
    }
    at += units * (from.size() + 1);
    inputs.swap(outputs);
  }
  return inputs;
}

/// Cross-entropy of the softmax of one image's scores, in nats.
struct loss {
  architecture net;

  template <class Scalar>
  Scalar operator()(const std::vector<Scalar>& weights,
                    const std::array<Scalar, fashion::sample_size>& image) const {
    using fashion::dot;
    const std::span<const Scalar> all(image);
    const auto s = scores<Scalar>(net, weights, all.first(fashion::pixel_count));
    return dad::log_sum_exp(s) - dot(std::span<const Scalar>(s), all.last(fashion::class_count));
  }
};

/// Normal with variance 2 / inputs (He et al. 2015) for relu, 1 / inputs (LeCun et al. 1998) otherwise;
/// biases are 0.
inline std::vector<double> initial_weights(const architecture& net, std::uint64_t seed) {
  std::vector<double> weights(net.weight_count(), 0.0);
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::size_t at = 0;
  const auto add_layer = [&](std::size_t units, std::size_t inputs, bool is_last) {
    const double gain = !is_last && net.unit == activation::relu ? 2 : 1;
    const double deviation = std::sqrt(gain / static_cast<double>(inputs));
    for (std::size_t i = units; i < units * (inputs + 1); ++i)
      weights[at + i] = deviation * normal(generator);
    at += units * (inputs + 1);
  };
  add_layer(net.first.channels, convolution::kernel * convolution::kernel, false);
  for (std::size_t layer = 0; layer <= net.layers; ++layer)
    add_layer(net.units_of(layer), net.inputs_of(layer), layer == net.layers);
  return weights;
}

}  // namespace study
