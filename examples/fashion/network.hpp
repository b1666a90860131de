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
#include <numeric>
#include <random>
#include <span>
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

/// One image and the class it shows, as the files have it.
struct labelled_image {
  std::array<std::uint8_t, pixel_count> pixels{};  // row by row, 0 is the empty background
  std::uint8_t label = 0;
};

/// What the loss sees of an image, all of it reals: the pixels from 0 to 1, then 1 for the class it shows and
/// 0 for the other nine. An index would have to choose among the scores, and so make ten functions of one.
inline constexpr std::size_t sample_size = pixel_count + class_count;
using sample = std::array<double, sample_size>;

inline sample sample_of(const labelled_image& image) {
  sample result{};
  for (std::size_t pixel = 0; pixel < pixel_count; ++pixel) result[pixel] = image.pixels[pixel] / 255.0;
  result[pixel_count + image.label] = 1;
  return result;
}

// Scalars that record are summed by dad in one operation. Plain numbers may be added in any order, so here
// their sums are side by side, as many as the compiler can keep in registers.
using dad::dot;
inline double dot(std::span<const double> a, std::span<const double> b) {
  constexpr std::size_t width = 16;
  std::array<double, width> sums{};
  const std::size_t rest = a.size() % width;
  for (std::size_t i = 0; i < rest; ++i) sums[i] = a[i] * b[i];
  for (std::size_t i = rest; i < a.size(); i += width) {
    for (std::size_t k = 0; k < width; ++k) sums[k] += a[i + k] * b[i + k];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// One layer's sums, before its activation: for each unit its bias, and its weights times the inputs.
template <std::size_t Units, class Scalar>
std::array<Scalar, Units> layer(std::span<const Scalar> weights, std::span<const Scalar> biases,
                                std::span<const Scalar> inputs) {
  std::array<Scalar, Units> result;
  for (std::size_t unit = 0; unit < Units; ++unit)
    result[unit] = biases[unit] + dot(weights.subspan(unit * inputs.size(), inputs.size()), inputs);
  return result;
}

/// The ten scores before the softmax; the highest is the class the network sees in the image.
template <class Scalar>
std::array<Scalar, class_count> scores(std::span<const Scalar> weights, std::span<const Scalar> pixels) {
  using std::tanh;
  auto hidden = layer<hidden_count>(weights, weights.subspan(hidden_bias), pixels);
  for (Scalar& unit : hidden) unit = tanh(unit);
  return layer<class_count>(weights.subspan(output_weights), weights.subspan(output_bias),
                            std::span<const Scalar>(hidden));
}

/// Cross-entropy of the softmax of the scores: minus the logarithm of the probability given to the image's
/// class.
template <class Scalar>
Scalar loss(const std::vector<Scalar>& weights, const std::array<Scalar, sample_size>& image) {
  const std::span<const Scalar> all(image);
  const auto s = scores<Scalar>(weights, all.first(pixel_count));
  return dad::log_sum_exp(s) - dot(std::span<const Scalar>(s), all.last(class_count));
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
