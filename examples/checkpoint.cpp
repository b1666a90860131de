// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A deep chain of layers in little memory: what is inside a checkpoint is not on the tape.

#include <cstdio>
#include <string>
#include <vector>

#include <dad/dad.hpp>

const auto layer = [](const auto& x) {
  auto y = x;
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] + 0.001 * sin(x[(i + 1) % x.size()]);
  return y;
};
const auto ten_layers = [](auto x) {
  for (int i = 0; i < 10; ++i) x = layer(x);
  return x;
};

template <class Block>
void show(const char* name, const Block& block) {
  dad::tape<> tape;
  const auto network = [&](auto x) {
    for (int i = 0; i < 100; ++i) x = block(x);
    return x[0];
  };
  const auto gradient = dad::gradient(tape, network, std::vector{0.1, 0.2, 0.3});
  const std::size_t values = tape.statistics().statements;
  std::printf("%-16s gradient %.6f %.6f %.6f, values on the tape: %s\n", name, gradient[0], gradient[1],
              gradient[2], values < 1000 ? std::to_string(values).c_str() : "thousands");
}

int main() {
  show("1000 layers", ten_layers);
  show("100 checkpoints", dad::checkpoint(ten_layers));
}
