// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A first program over ranks, as far as the compiler sees it: the gradients of a function at many inputs.

#include <cmath>
#include <cstdio>
#include <dad/dad.hpp>
#include <vector>

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  const auto f = [](const auto& x) {
    using std::sin;
    return x[0] * x[1] + sin(x[0]);
  };
  std::vector<std::vector<double>> inputs;
  for (int i = 0; i < 1000; ++i) inputs.push_back({0.1 * i, 0.2 * i});
  const auto r = dad::mpi::batch_eval(f, inputs);
  double sum = 0.0;
  for (const auto& [value, gradient] : r) sum += value + gradient[0];
  if (env.rank() == 0) std::printf("%g\n", sum);
}
