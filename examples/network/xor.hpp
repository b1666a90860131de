// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// XOR: a network that computes it exactly, and small ones that learn it from random starts.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <dad/dad.hpp>

#include "eigenvalues.hpp"

namespace network {

/// w' max(0, W' x + c) + b with W = [1 1; 1 1], c = (0, -1), w = (1, -2), b = 0: gives 0, 1, 1, 0.
inline const auto exact_xor = [](const auto& x) {
  return dad::relu(x[0] + x[1]) - 2 * dad::relu(x[0] + x[1] - 1);
};

/// Of a 2-2-1 network (tanh, linear): for each hidden unit two weights and a bias, then two weights and a
/// bias.
using xor_weights = std::array<double, 9>;

/// The mean of the squared errors of the four answers.
inline const auto xor_loss = [](const auto& w) {
  auto sum = 0 * w[0];
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) {
      const auto first = tanh(w[0] * a + w[1] * b + w[2]), second = tanh(w[3] * a + w[4] * b + w[5]);
      sum += square(w[6] * first + w[7] * second + w[8] - (a ^ b)) / 4;
    }
  return sum;
};

inline std::vector<xor_weights> random_starts(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<xor_weights> starts(count);
  for (auto& start : starts)
    for (double& w : start) w = normal(random);
  return starts;
}

struct descent {
  std::size_t steps = 3000;
  double rate = 0.05, momentum = 0.9;
};

/// The weights of every start, and the losses of every start at a few moments. At rank 0; elsewhere nothing.
struct training {
  std::vector<xor_weights> weights;
  std::vector<std::size_t> moments;
  std::vector<std::vector<double>> losses;
};

/// Collective: all starts take a step together, as one batch over the ranks; the weights are read at rank 0.
inline training train(std::vector<xor_weights> weights, const descent& d, std::size_t moments) {
  training t;
  std::vector<xor_weights> speed(weights.size(), xor_weights{});
  const std::size_t between = std::max<std::size_t>(1, d.steps / std::max<std::size_t>(1, moments));
  for (std::size_t step = 0; step <= d.steps; ++step) {
    const auto r = dad::mpi::batch_eval(xor_loss, weights);
    if (step % between == 0 || step == d.steps) {
      t.moments.push_back(step);
      t.losses.emplace_back(r.values().begin(), r.values().end());
    }
    for (std::size_t i = 0; i < r.size() && step < d.steps; ++i)
      for (std::size_t k = 0; k < weights[i].size(); ++k)
        weights[i][k] += speed[i][k] = d.momentum * speed[i][k] - d.rate * r[i].gradient[k];
  }
  t.weights = std::move(weights);
  return t;
}

/// Collective: the eigenvalues of the loss's Hessian at each of the weights, in ascending order; at rank 0.
inline std::vector<xor_weights> spectra(const std::vector<xor_weights>& weights) {
  const auto r = dad::mpi::batch_hessian(xor_loss, weights);
  std::vector<xor_weights> found(r.size());
  for (std::size_t i = 0; i < r.size(); ++i) found[i] = eigenvalues<9>(r[i].hessian);
  return found;
}

}  // namespace network
