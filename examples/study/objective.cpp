// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Training: mini-batches whose gradients dad sums.

#include "objective.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>

#include "optimiser.hpp"

namespace study {

namespace {

double value(const space& s, const values& v, const char* name) { return v[index_of(s, name)]; }
std::size_t count(const space& s, const values& v, const char* name) {
  return static_cast<std::size_t>(value(s, v, name));
}
std::string word(const space& s, const values& v, const char* name) {
  const std::size_t i = index_of(s, name);
  return text_of(s[i], v[i]);
}

}  // namespace

space network_space(bool with_convolution) {
  space s{integer("layers", 1, 2),
          discrete_uniform("units", 16, 128, 16),
          categorical("activation", {"tanh", "relu", "sigmoid"}),
          categorical("optimiser", {"sgd", "adam"}),
          log_uniform("rate", 1e-4, 1),
          uniform("momentum", 0, 0.95),
          log_uniform("decay", 1e-6, 1e-2),
          categorical("batch", {"64", "128", "256"})};
  s[0].grid = {1, 2};
  s[1].grid = {32, 96};
  s[2].grid = {0, 1};
  s[3].grid = {1};
  s[4].grid = {0.001, 0.01};
  s[5].grid = {0.9};
  s[6].grid = {1e-4};
  s[7].grid = {1};
  if (with_convolution) {
    s.push_back(discrete_uniform("channels", 0, 4, 2));
    s.back().grid = {0, 4};
  }
  return s;
}

architecture architecture_of(const space& s, const values& v) {
  const bool has_channels =
      std::any_of(s.begin(), s.end(), [](const parameter& p) { return p.name == "channels"; });
  return {count(s, v, "layers"),
          count(s, v, "units"),
          static_cast<activation>(count(s, v, "activation")),  // the choices are in the order of the enum
          {has_channels ? count(s, v, "channels") : 0}};
}

double error_rate(const architecture& net, std::span<const double> weights,
                  std::span<const fashion::labelled_image> of) {
  std::size_t wrong = 0;
  for (const auto& image : of) {
    const fashion::sample reals = fashion::sample_of(image);
    const auto s = scores<double>(net, weights, std::span<const double>(reals).first(fashion::pixel_count));
    wrong += std::max_element(s.begin(), s.end()) - s.begin() != image.label;
  }
  return static_cast<double>(wrong) / static_cast<double>(of.size());
}

trained train(const space& s, const values& v, const images& training, const images& validation,
              std::size_t epochs, std::uint64_t seed, const std::function<bool(double)>& report) {
  const loss f{architecture_of(s, v)};
  const std::size_t batch = std::stoul(word(s, v, "batch"));
  std::vector<double> weights = initial_weights(f.net, seed);
  optimiser steps(word(s, v, "optimiser") == "adam", value(s, v, "rate"), value(s, v, "momentum"),
                  value(s, v, "decay"), weights.size());
  mini_batches batches(training.size(), batch, seed);

  trained best{2, {}};
  std::vector<fashion::sample> samples;
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    for (const auto examples : batches.next_epoch()) {
      samples.clear();
      for (const std::size_t i : examples) samples.push_back(fashion::sample_of(training[i]));
      const auto [sum, gradient] = dad::batch_sum(f, weights, samples);
      if (!std::isfinite(sum))
        throw std::runtime_error("the loss is " + support::to_text(sum) + " in epoch " +
                                 std::to_string(epoch));
      steps.step(weights, gradient, 1 / static_cast<double>(examples.size()));
    }
    const double error = error_rate(f.net, weights, validation);
    if (error < best.error) best = {error, weights};
    if (!report(error)) break;
  }
  return best;
}

images made_images(std::size_t count, std::size_t first, std::uint64_t seed) {
  std::array<std::array<double, fashion::pixel_count>, fashion::class_count> patterns;
  std::mt19937_64 of_patterns(seed);
  std::uniform_real_distribution<double> grey(0, 255), noise(-260, 260);
  for (auto& pattern : patterns) {
    for (double& pixel : pattern) pixel = grey(of_patterns);
  }
  images result(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::mt19937_64 random(seed + 1 + first + i);
    result[i].label = static_cast<std::uint8_t>(random() % fashion::class_count);
    for (std::size_t k = 0; k < fashion::pixel_count; ++k) {
      const double pixel = patterns[result[i].label][k] + noise(random);
      result[i].pixels[k] = static_cast<std::uint8_t>(std::clamp(pixel, 0.0, 255.0));
    }
  }
  return result;
}

}  // namespace study
