// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A user's program: exits with 0 if its derivatives are right and the component it asked for is there.

#include <cmath>
#include <dad/dad.hpp>
#include <vector>

double slope(double at);

#if defined(EXPECT_MPI) != defined(DAD_WITH_MPI)
#error "DAD_WITH_MPI is defined if and only if the target links dad::mpi"
#endif
#if defined(EXPECT_COMPILED_ONCE) && !defined(DAD_SEPARATE_ENGINE)
#error "dad_compile_once leaves the machinery to each source"
#endif

int main([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
  const auto f = [](const auto& x) { return x[0] * sin(x[1]); };
  const std::vector<double> point{2.0, 0.5};
  const auto [value, gradient] = dad::value_and_gradient(f, point);
  bool right = value == 2.0 * std::sin(0.5) && gradient.size() == 2 && gradient[0] == std::sin(0.5) &&
               std::abs(gradient[1] - 2.0 * std::cos(0.5)) < 1e-15 &&
               std::abs(slope(0.5) - std::cos(0.25)) < 1e-15;
#ifdef DAD_WITH_MPI
  dad::mpi::environment env(argc, argv);
  const std::vector<std::vector<double>> points(3, point);
  const auto batch = dad::mpi::batch_eval(f, points);
  right = right && batch.size() == 3 && batch[2].gradient[0] == gradient[0];
#endif
  return right ? 0 : 1;
}
