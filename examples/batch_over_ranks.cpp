// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients of one function at many inputs, spread over MPI ranks and back in input order:
//   mpirun -np 2 build/release/examples/batch_over_ranks

#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);

  const auto f = [](const auto& x) {
    if (x[0] < 0) throw std::range_error("a negative concentration");
    return log(1 + x[0]) * exp(-x[1]) + x[2] * x[2];
  };
  std::vector<std::vector<double>> inputs;  // read at rank 0 alone
  for (int i = 1; i <= 1000; ++i) inputs.push_back({0.001 * i, 0.5, 1.0 - 0.002 * i});

  const auto r = dad::mpi::batch_eval(f, inputs);
  for (std::size_t i = 0; i < r.size(); i += 333)
    std::printf("input %3zu  value %.6f  gradient %.6f %.6f %.6f\n", i, r[i].value, r[i].gradient[0],
                r[i].gradient[1], r[i].gradient[2]);

  // The sum of a loss over the inputs and its gradient for what they share; on every rank, the same bits at
  // any number.
  const auto loss = [](const auto& w, const auto& x) { return square(w[0] * x[0] + w[1] - exp(-x[2])); };
  const auto [value, gradient] = dad::mpi::batch_sum(loss, std::vector{0.5, 1.0}, inputs);
  if (env.rank() == 0) std::printf("loss %.12f  gradient %.12f %.12f\n", value, gradient[0], gradient[1]);

  inputs[7][0] = -1.0;
  try {
    (void)dad::mpi::batch_eval(f, inputs);
  } catch (const dad::batch_error& e) {  // on every rank; none is left waiting
    if (env.rank() == 0) std::printf("input %zu: %s\n", e.index(), e.text().c_str());
  }
}
