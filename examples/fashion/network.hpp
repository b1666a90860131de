// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The network 784-64-10 (tanh, softmax cross-entropy): scores and loss of one image, for any scalar type.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <dad/dad.hpp>
#include <random>
#include <vector>

namespace fashion {

inline constexpr std::size_t image_side = 28;
inline constexpr std::size_t pixel_count = image_side * image_side;
inline constexpr std::size_t hidden_count = 64;
inline constexpr std::size_t class_count = 10;

// Where each layer's numbers begin in the one flat vector of weights. A unit's weights stand together.
inline constexpr std::size_t hidden_bias = hidden_count * pixel_count;
inline constexpr std::size_t output_weights = hidden_bias + hidden_count;
inline constexpr std::size_t output_bias = output_weights + class_count * hidden_count;
inline constexpr std::size_t weight_count = output_bias + class_count;

/// One image and the class it shows. Not a template, so dad carries it to the ranks and takes no derivative
/// of it.
struct labelled_image {
  std::array<std::uint8_t, pixel_count> pixels{};  // row by row, 0 is the empty background
  std::uint8_t label = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& pixels& label;
  }
};

/// The ten scores before the softmax; the highest is the class the network sees in the image.
template <class Scalar>
std::array<Scalar, class_count> scores(const std::vector<Scalar>& weights, const labelled_image& image) {
  // Half of all pixels are empty: their weights cannot change the scores, and their derivative is zero as it
  // is.
  std::vector<std::size_t> where;
  std::vector<double> ink;
  for (std::size_t pixel = 0; pixel < pixel_count; ++pixel) {
    if (image.pixels[pixel] == 0) continue;
    where.push_back(pixel);
    ink.push_back(image.pixels[pixel] / 255.0);
  }

  using dad::dot, std::tanh;
  std::vector<Scalar> hidden(hidden_count);
  std::vector<Scalar> row(where.size());
  for (std::size_t unit = 0; unit < hidden_count; ++unit) {
    for (std::size_t i = 0; i < where.size(); ++i) row[i] = weights[unit * pixel_count + where[i]];
    hidden[unit] = tanh(dot(row, ink) + weights[hidden_bias + unit]);
  }

  std::array<Scalar, class_count> result;
  row.resize(hidden_count);
  for (std::size_t unit = 0; unit < class_count; ++unit) {
    for (std::size_t i = 0; i < hidden_count; ++i) row[i] = weights[output_weights + unit * hidden_count + i];
    result[unit] = dot(row, hidden) + weights[output_bias + unit];
  }
  return result;
}

/// Cross-entropy of the softmax of the scores: minus the logarithm of the probability given to the image's
/// label.
template <class Scalar>
Scalar loss(const std::array<Scalar, class_count>& scores, std::uint8_t label) {
  return dad::log_sum_exp(scores) - scores[label];
}

/// Weights to start from: uniform in ±sqrt(6 / (inputs + units)) for each layer (Glorot and Bengio 2010),
/// biases 0.
inline std::vector<double> initial_weights(std::uint64_t seed) {
  std::vector<double> weights(weight_count, 0.0);
  std::mt19937_64 generator(seed);
  auto fill = [&](std::size_t begin, std::size_t end, std::size_t inputs, std::size_t units) {
    const double bound = std::sqrt(6.0 / static_cast<double>(inputs + units));
    std::uniform_real_distribution<double> uniform(-bound, bound);
    std::generate(weights.data() + begin, weights.data() + end, [&] { return uniform(generator); });
  };
  fill(0, hidden_bias, pixel_count, hidden_count);
  fill(output_weights, output_bias, hidden_count, class_count);
  return weights;
}

}  // namespace fashion
