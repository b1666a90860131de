// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a trained network answers, and how often it is right: plain numbers, no derivatives.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <dad/dad.hpp>
#include <optional>
#include <span>
#include <vector>

#include "network.hpp"
#include "stop.hpp"

namespace fashion {

/// The most likely class, and its probability.
struct answer {
  std::size_t label;
  double probability;
};

inline answer answer_to(const std::vector<double>& weights, const labelled_image& image) {
  const auto s = scores(weights, image);
  const auto best = std::max_element(s.begin(), s.end());
  return {static_cast<std::size_t>(best - s.begin()), std::exp(*best - dad::log_sum_exp(s))};
}

/// Means over images: the loss in nats, the share of right answers.
struct test_result {
  double loss = 0, accuracy = 0;
};

/// Nothing where it was stopped: ten thousand images take longer than Ctrl-C should.
inline std::optional<test_result> test(const std::vector<double>& weights,
                                       std::span<const labelled_image> images, const stop_request& stop) {
  test_result sum;
  for (const auto& image : images) {
    if (stop.is_asked()) return {};
    const auto s = scores(weights, image);
    sum.loss += loss(s, image.label);
    sum.accuracy += std::max_element(s.begin(), s.end()) - s.begin() == image.label;
  }
  const auto count = static_cast<double>(images.size());
  return test_result{sum.loss / count, sum.accuracy / count};
}

}  // namespace fashion
