// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a trial does: trains a network of its hyperparameters, and looks after each epoch how often it is
// wrong.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "network.hpp"
#include "space.hpp"

namespace study {

using images = std::vector<fashion::labelled_image>;

/// layers, units, activation, optimiser, rate, momentum, decay, batch; with a convolution its channels.
space network_space(bool with_convolution);

/// The network of these hyperparameters.
architecture architecture_of(const space& s, const values& v);

/// The share of images of which the network's highest score is not the class.
double error_rate(const architecture& net, std::span<const double> weights,
                  std::span<const fashion::labelled_image> of);

struct trained {
  double error = 1;             // the lowest on the validation images after an epoch
  std::vector<double> weights;  // after that epoch
};

/// Trains for so many epochs, or until report(error after an epoch) gives false. The result depends on the
/// arguments alone. Throws std::runtime_error where the loss is no number any more.
trained train(const space& s, const values& v, const images& training, const images& validation,
              std::size_t epochs, std::uint64_t seed, const std::function<bool(double)>& report);

/// Pictures made of ten patterns and noise, for tests where there is no data set: with the same seed the same
/// ones, and with `first` another part of the same endless list.
images made_images(std::size_t count, std::size_t first, std::uint64_t seed);

}  // namespace study
