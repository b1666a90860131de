// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a trained network answers, and how often it is right: plain numbers, no derivatives.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <dad/dad.hpp>
#include <span>
#include <vector>

#include "network.hpp"

namespace fashion {

/// The most likely class, and its probability.
struct answer {
  std::size_t label;
  double probability;
};

inline answer answer_of(std::span<const double> scores) {
  const auto best = std::max_element(scores.begin(), scores.end());
  return {static_cast<std::size_t>(best - scores.begin()), std::exp(*best - dad::log_sum_exp(scores))};
}

inline std::array<double, class_count> scores_of(const std::vector<double>& weights,
                                                 const labelled_image& image) {
  const sample reals = sample_of(image);
  return scores<double>(weights, std::span<const double>(reals).first(pixel_count));
}

/// Means over images: the loss in nats, the share of right answers.
struct test_result {
  double loss = 0, accuracy = 0;
};

inline test_result test(const std::vector<double>& weights, std::span<const labelled_image> images) {
  test_result sum;
  for (const auto& image : images) {
    const auto s = scores_of(weights, image);
    sum.loss += dad::log_sum_exp(s) - s[image.label];
    sum.accuracy += answer_of(s).label == image.label;
  }
  const auto count = static_cast<double>(images.size());
  return {sum.loss / count, sum.accuracy / count};
}

}  // namespace fashion
