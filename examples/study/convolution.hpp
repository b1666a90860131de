// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A small convolution before the dense layers: kernels of 3 x 3 pixels at every second place of both
// directions, for any scalar type.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "../fashion/network.hpp"

namespace study {

/// So many channels, each a bias and a kernel; none is no convolution.
struct convolution {
  static constexpr std::size_t kernel = 3, stride = 2;
  static constexpr std::size_t side = (fashion::image_side - kernel) / stride + 1;

  std::size_t channels = 0;

  [[nodiscard]] std::size_t output_count() const { return channels * side * side; }
  [[nodiscard]] std::size_t weight_count() const { return channels * (kernel * kernel + 1); }

  /// Channel after channel, each row by row, before the activation. The weights are all biases, then the
  /// kernels, row by row.
  template <class Scalar>
  std::vector<Scalar> operator()(std::span<const Scalar> weights, std::span<const Scalar> pixels) const {
    std::vector<Scalar> result;
    result.reserve(output_count());
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const auto own = weights.subspan(channels + channel * kernel * kernel, kernel * kernel);
      for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = 0; column < side; ++column) {
          Scalar sum = weights[channel];
          for (std::size_t i = 0; i < kernel; ++i)
            for (std::size_t j = 0; j < kernel; ++j)
              sum += own[i * kernel + j] *
                     pixels[(row * stride + i) * fashion::image_side + column * stride + j];
          result.push_back(sum);
        }
    }
    return result;
  }
};

}  // namespace study
