// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both ends of the spectrum of a loss's Hessian, before and after training: training goes where the large
// negative eigenvalues are gone. spectrum [FIGURE.svg]

#include <cstdio>
#include <dad/dad.hpp>
#include <exception>

#include "figure.hpp"
#include "network.hpp"

int main(int argc, char** argv) try {
  const auto before = spectrum::start(), after = spectrum::trained(before, 3000);
  dad::extreme_eigenvalues ends[2];
  for (const auto* weights : {&before, &after}) {
    auto& e = ends[weights == &after];
    e = dad::hessian_eigenvalues(spectrum::loss, *weights, {.largest = 10, .smallest = 10});
    std::printf("%s: loss %.2e, eigenvalues from %.3g to %.3g, %s by %zu products\n",
                weights == &before ? "before" : "after", spectrum::loss(*weights), e.smallest.values[0],
                e.largest.values[0], e.converged ? "found" : "not found", e.products);
    for (std::size_t i = 0; i < 10; ++i)
      std::printf("  %12.4e (residual %.0e)  %12.4e (residual %.0e)\n", e.smallest.values[i],
                  e.smallest.residuals[i], e.largest.values[i], e.largest.residuals[i]);
  }
  if (argc > 1) spectrum::write_figure(argv[1], ends[0], ends[1]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
