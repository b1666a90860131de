// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Steps of the optimisers against numbers by hand and the closed form of their averages; what an epoch's
// mini-batches are.

#include "../optimiser.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "catch.hpp"

namespace {

using study::mini_batches;

// The examples of the next epoch in their order.
std::vector<std::size_t> next_order(mini_batches& batches) {
  std::vector<std::size_t> order;
  for (const auto batch : batches.next_epoch()) order.insert(order.end(), batch.begin(), batch.end());
  return order;
}

}  // namespace

TEST_CASE("two steps of sgd are those by hand") {
  // Rate 1/4, momentum 3/4, decay 1/8, gradients halved: all numbers below are exact.
  study::optimiser sgd(false, 0.25, 0.75, 0.125, 2);
  std::vector<double> w{1, -2};
  sgd.step(w, {2, 4}, 0.5);  // velocities 1, 2: 1 - (1 + 1/8) / 4, -2 - (2 - 1/4) / 4
  CHECK(w == std::vector{0.71875, -2.4375});
  sgd.step(w, {-4, 0}, 0.5);  // velocities 3/4 - 2, 3/2
  CHECK(w == std::vector{0.71875 + (1.25 - 0.08984375) / 4, -2.4375 - (1.5 - 0.3046875) / 4});
}

TEST_CASE("steps of Adam are those of the averages in closed form") {
  // Kingma and Ba 2015, equation 4 and its correction: both averages are those of all gradients and squares
  // so far, with weights b^0, b^1, ... from the last one back, over the sum of these weights.
  const double rate = 0.125, momentum = 0.75, decay = 0.0625;
  study::optimiser adam(true, rate, momentum, decay, 2);
  std::vector<double> w{1, -3}, expected = w;
  std::vector<std::vector<double>> gradients;
  for (const auto& g : {std::vector{3.0, -1e-8}, {-1.0, 0.0}, {0.5, 2.0}, {0.25, -1.0}}) {
    gradients.push_back(g);
    adam.step(w, {4 * g[0], 4 * g[1]}, 0.25);
    for (std::size_t i = 0; i < 2; ++i) {
      double mean = 0, square = 0, weights = 0, square_weights = 0;
      for (std::size_t k = 0; k < gradients.size(); ++k) {
        const double ago = static_cast<double>(gradients.size() - 1 - k);
        mean += std::pow(momentum, ago) * gradients[k][i], weights += std::pow(momentum, ago);
        square += std::pow(0.999, ago) * std::pow(gradients[k][i], 2), square_weights += std::pow(0.999, ago);
      }
      const double direction = mean / weights / (std::sqrt(square / square_weights) + 1e-8);
      expected[i] -= rate * (direction + decay * expected[i]);
      CHECK(w[i] == Approx(expected[i]).epsilon(1e-13));
    }
    // By hand: the first step has the length of the rate, or half of it where the gradient is as small as
    // 1e-8.
    if (gradients.size() == 1) {
      CHECK(w[0] == Approx(1 - 0.125 * (1 + 0.0625)).epsilon(1e-8));
      CHECK(w[1] == Approx(-3 + 0.125 * (0.5 + 3 * 0.0625)).epsilon(1e-13));
    }
  }
}

TEST_CASE("an epoch has every example once, in an order of its seed") {
  mini_batches batches(10, 4, 1), same(10, 4, 1), other(10, 4, 2);
  std::vector<std::size_t> before;
  for (int epoch = 0; epoch < 5; ++epoch) {
    std::vector<std::size_t> sizes, order;
    for (const auto batch : batches.next_epoch()) {
      sizes.push_back(batch.size());
      order.insert(order.end(), batch.begin(), batch.end());
    }
    CHECK(sizes == std::vector<std::size_t>{4, 4, 2});
    CHECK(order != before);
    CHECK(order == next_order(same));
    CHECK(order != next_order(other));
    before = order;
    std::sort(order.begin(), order.end());
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  }
  CHECK(mini_batches(0, 4, 1).next_epoch().empty());

  // The six orders of three are as frequent as each other: chi squared at 1 %, five degrees of freedom.
  mini_batches three(3, 2, 5);
  std::map<std::vector<std::size_t>, double> counts;
  for (int epoch = 0; epoch < 6000; ++epoch) ++counts[next_order(three)];
  REQUIRE(counts.size() == 6);
  double chi_squared = 0;
  for (const auto& [order, count] : counts) chi_squared += std::pow(count - 1000, 2) / 1000;
  CHECK(chi_squared < 15.09);
}
