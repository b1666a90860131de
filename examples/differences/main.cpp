// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How exact are difference quotients? Large steps cut the Taylor series off, small ones leave nothing but
// rounding; a derivative by dad has neither error. With a file's name, also draws the V that this makes.
//   differences differences.svg

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

#include "figure.hpp"

namespace {

// Squire and Trapp's example (SIAM Review 40, 1998), and its derivative by hand in long double.
const auto f = [](const auto& x) { return exp(x) / (pow(sin(x), 3) + pow(cos(x), 3)); };
const double x = 1.5;

// Relative; one unit of rounding at least, so that it has a logarithm.
double error_of(double derivative) {
  const long double s = std::sin(1.5L), c = std::cos(1.5L), below = s * s * s + c * c * c;
  const long double exact = std::exp(1.5L) * (below - 3 * s * s * c + 3 * c * c * s) / (below * below);
  return std::fmax(0x1p-53, static_cast<double>(std::fabs(derivative / exact - 1)));
}

double forward(double h) {
  return dad::coordinate_gradient(f, x, {.step = h, .differences = dad::differences::one_sided});
}
double central(double h) { return dad::coordinate_gradient(f, x, {.step = h}); }
double by_dad(double) { return dad::derivative(f, x); }

differences::errors show(const char* name, double (*derivative)(double)) {
  differences::errors e{name, {}, {}};
  for (int k = 0; k <= 150; ++k) e.powers.push_back(-15 + 0.1 * k);
  for (const double power : e.powers) e.values.push_back(error_of(derivative(std::pow(10.0, power))));
  const auto best = std::min_element(e.values.begin(), e.values.end());
  std::printf("%-26s best error %.0e at step 10^%.1f, at step 0.001 %.1e\n", name, *best,
              e.powers[static_cast<std::size_t>(best - e.values.begin())], error_of(derivative(1e-3)));
  return e;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector errors{show("(f(x + h) - f(x)) / h", forward),
                           show("(f(x + h) - f(x - h)) / 2h", central),
                           show("dad, which has no step", by_dad)};
  const auto report = dad::check_gradient(f, x);
  std::printf("check_gradient: differences agree to %.0e, Taylor slope %.2f\n",
              std::fabs(report.derivative / report.difference - 1), report.slope.value_or(0));
  if (argc > 1) differences::write_figure(argv[1], errors);
}
