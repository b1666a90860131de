// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How exact are difference quotients? Large steps cut the Taylor series off, small ones leave nothing but
// rounding; a derivative by dad has neither error. With a file's name, also draws the V that this makes.
//   differences differences.svg

#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"

namespace {

// Squire and Trapp's example (SIAM Review 40, 1998), and its derivative by hand in long double.
const auto f = [](const auto& x) { return exp(x) / (pow(sin(x), 3) + pow(cos(x), 3)); };

long double derivative_by_hand(long double x) {
  const long double s = std::sin(x), c = std::cos(x), below = s * s * s + c * c * c;
  return std::exp(x) * (below - 3 * s * s * c + 3 * c * c * s) / (below * below);
}

const double x = 1.5;

// Relative; one unit of rounding at least, so that it has a logarithm.
double error_of(double derivative) {
  const long double exact = derivative_by_hand(x);
  return std::fmax(0x1p-53, static_cast<double>(std::fabs(derivative / exact - 1)));
}

struct method {
  const char* name;
  const char* colour;
  double (*derivative)(double step);
};
const method methods[] = {
    {"(f(x + h) - f(x)) / h", "#f58518",
     [](double h) {
       return dad::coordinate_gradient(f, x, {.step = h, .differences = dad::differences::one_sided});
     }},
    {"(f(x + h) - f(x - h)) / 2h", "#4c78a8",
     [](double h) { return dad::coordinate_gradient(f, x, {.step = h}); }},
    {"dad, which has no step", "#54a24b", [](double) { return dad::derivative(f, x); }}};

}  // namespace

int main(int argc, char** argv) {
  std::vector<support::curve> curves;
  for (const auto& [name, colour, derivative] : methods) {
    support::curve errors{name, colour, {}};
    support::point best{0, 1};
    for (int k = 0; k <= 150; ++k) {
      const double power = -15 + 0.1 * k, error = error_of(derivative(std::pow(10.0, power)));
      errors.points.emplace_back(power, std::log10(error));
      if (error < best.second) best = {power, error};
    }
    std::printf("%-26s best error %.0e at step 10^%.1f, at step 0.001 %.1e\n", name, best.second, best.first,
                error_of(derivative(1e-3)));
    curves.push_back(errors);
  }
  const auto report = dad::check_gradient(f, x);
  std::printf("check_gradient: differences agree to %.0e, Taylor slope %.2f\n",
              std::fabs(report.derivative / report.difference - 1), report.slope.value_or(0));
  if (argc > 1) {
    support::svg drawing(640, 400);
    support::draw_chart(
        drawing, {0, 0, 640, 400}, "Relative error of the derivative of exp(x) / (sin³ x + cos³ x) at 1.5",
        {.title = "step h, as a power of ten"}, {.title = "error, as a power of ten"}, curves);
    drawing.save(argv[1]);
  }
}
