// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A deep network in less memory: its activations are stored at every k-th layer alone, and those between are
// computed again when the sweep comes to them. With a file's name, also draws what that takes.
//   checkpoint checkpoint.svg

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "support/chart.hpp"

namespace {

constexpr std::size_t layers = 64, samples = 16, width = 8;
std::size_t calls = 0;  // of a layer

// Rows are samples in x, neurons in the weights.
const auto layer = [](const auto& x, const auto& weights) {
  ++calls;
  auto y = x;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < width; ++j) y[i][j] = tanh(dot(x[i], weights[j]));
  return y;
};
// A few layers: all of their weights.
const auto block = [](auto x, const auto& weights) {
  for (const auto& w : weights) x = layer(x, w);
  return x;
};

struct cost {
  double bytes, work;  // work of a plain tape: 1
  std::vector<double> gradient;
};

// The network in blocks of `every` layers, each a checkpoint; or, with 0, on a plain tape.
cost network(std::size_t every) {
  dad::tape<> tape;
  const auto active = tape.activate();
  using matrix = std::vector<std::vector<dad::var<>>>;
  std::vector<matrix> weights(layers, matrix(width, std::vector<dad::var<>>(width)));
  for (std::size_t l = 0; l < layers; ++l)
    for (std::size_t j = 0; j < width; ++j)
      for (std::size_t k = 0; k < width; ++k) weights[l][j][k] = std::sin(double(l + 3 * j + 5 * k)) / 2;
  for (auto& m : weights)
    for (auto& row : m) tape.input(row);
  matrix x(samples, std::vector<dad::var<>>(width));
  for (std::size_t i = 0; i < samples; ++i)
    for (std::size_t j = 0; j < width; ++j) x[i][j] = std::cos(double(i * width + j));

  calls = 0;
  const auto start = tape.position();
  if (every == 0) x = block(x, weights);
  for (std::size_t first = 0; every > 0 && first < layers; first += every) {
    const auto from = weights.begin() + std::ptrdiff_t(first);
    x = dad::checkpoint(block)(x, std::vector(from, from + std::ptrdiff_t(std::min(every, layers - first))));
  }
  const auto kept = tape.statistics(start);
  tape.backward(x[0][0]);

  cost c{double(kept.bytes + 8 * kept.values), (double(calls) + 2 * layers) / (3 * layers), {}};
  for (const auto& m : weights) c.gradient.push_back(tape.adjoint(m[1][2]));
  return c;
}

}  // namespace

int main(int argc, char** argv) {
  const cost plain = network(0);
  support::curve kept{"stored", "#4c78a8", {}, 2, 1, true};
  support::curve again{"one block, recorded again", "#f58518", {}, 2, 1, true};
  support::curve both{"both", "#333333", {}, 2, 1, true};
  std::printf("%zu layers on a plain tape: %.0f KB, work 1.00\n", layers, plain.bytes / 1e3);
  double largest_difference = 0;
  for (std::size_t every = 1; every <= layers; ++every) {
    const cost c = network(every);
    for (std::size_t l = 0; l < layers; ++l)
      largest_difference = std::max(largest_difference, std::abs(c.gradient[l] / plain.gradient[l] - 1));
    const double stored = 100 * c.bytes / plain.bytes, inside = 100 * double(every) / layers;
    if ((every & (every - 1)) == 0)
      std::printf("stored every %2zu layers: %5.1f %% of that, work %.2f\n", every, stored + inside, c.work);
    if (every > 16) continue;
    kept.points.emplace_back(every, stored);
    again.points.emplace_back(every, inside);
    both.points.emplace_back(every, stored + inside);
  }
  std::printf("the same gradient: %s\n", largest_difference < 1e-12 ? "yes" : "no");
  if (argc < 2) return 0;
  support::svg drawing(640, 400);
  support::draw_chart(drawing, {0, 0, 640, 400},
                      "64 layers, activations stored at every k-th: a third more work",
                      {.title = "k: layers from one that is stored to the next", .least = 0, .most = 16},
                      {.title = "memory, % of a plain tape's", .least = 0}, {kept, again, both});
  drawing.save(argv[1]);
}
