// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A deep network in less memory: its activations are stored at every k-th layer alone, and those between are
// computed again when the sweep comes to them. With a file's name, also draws what that takes.
//   checkpoint checkpoint.svg

#include "figure.hpp"
#include "network.hpp"

namespace {

using namespace checkpoint;

// A few layers: all of their weights.
const auto block = [](auto x, const auto& weights) {
  for (const auto& w : weights) x = layer(x, w);
  return x;
};

// Of the network in blocks of `every` layers, each a checkpoint; or, with 0, on a plain tape.
cost cost_of_gradient(std::size_t every) {
  dad::tape<> tape;
  const auto active = tape.activate();
  auto weights = some_weights<dad::var<>>();
  for (auto& of_layer : weights)
    for (auto& of_neuron : of_layer) tape.input(of_neuron);
  auto x = some_samples<dad::var<>>();

  calls = 0;
  const auto start = tape.position();
  if (every == 0) x = block(x, weights);
  for (std::size_t first = 0; every > 0 && first < layers; first += every) {
    const auto from = weights.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = static_cast<std::ptrdiff_t>(std::min(every, layers - first));
    x = dad::checkpoint(block)(x, std::vector(from, from + count));
  }
  const auto kept = tape.statistics(start);
  tape.backward(x[0][0]);

  cost c{double(kept.bytes + 8 * kept.values), (double(calls) + 2 * layers) / (3 * layers), {}};
  for (const auto& w : weights) c.gradient.push_back(tape.adjoint(w[0][2]));
  return c;
}

}  // namespace

int main(int argc, char** argv) {
  const cost plain = cost_of_gradient(0);
  std::printf("%zu layers on a plain tape: %.0f KB, work 1.00\n", layers, plain.bytes / 1e3);
  std::vector<cost> costs;
  for (std::size_t every = 1; every <= layers; ++every) {
    costs.push_back(cost_of_gradient(every));
    if ((every & (every - 1)) == 0) print(every, costs.back(), plain);
  }
  print_gradients(costs, plain);
  if (argc > 1) write_figure(argv[1], costs, plain);
}
