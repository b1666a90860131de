// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The product of a Hessian with a vector without the Hessian: the gradient of (gradient of f) . v.
//   hvp --output hvp

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <dad/dad.hpp>

#include "../support/one_process.hpp"
#include "figure.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace {

void compare(std::size_t n) {
  const std::vector<double> x = hvp::point(n), v = hvp::direction(n);
  const std::vector<double> product = dad::hvp(hvp::springs(), x, v);
  const auto slope = [&](const auto& u) { return dad::dot(dad::gradient(hvp::springs(), u), v); };
  const std::vector<double> nested = dad::gradient(slope, x);
  double difference = 0.0;
  for (std::size_t i = 0; i < n; ++i) difference = std::max(difference, std::abs(product[i] - nested[i]));

  // hvp records the same statements as a gradient, in dual numbers: a product of two is three products.
  dad::tape<> t;
  (void)dad::gradient(t, hvp::springs(), x);
  dad::tape<dad::dual<>> along_v;
  std::vector<dad::dual<>> u;
  for (std::size_t i = 0; i < n; ++i) u.emplace_back(x[i], v[i]);
  (void)dad::gradient(along_v, hvp::springs(), u);
  const auto plain = t.statistics().arguments, dual = 3 * along_v.statistics().arguments;
  std::printf("%5zu   %18s   %36zu %5zu   %5.1f\n", n, difference < 1e-13 ? "below 1e-13" : "too large",
              plain, dual, static_cast<double>(dual) / static_cast<double>(plain));
}

// At a point that stays, f is called once for all products; the rows of a matrix are many directions.
void print_products() {
  const std::vector x{0.5, -0.25, 1.0};
  auto hessian = dad::hvp_at(hvp::springs(), x);
  for (int step = 0; step < 2; ++step) {
    const auto p = hessian(std::vector{1.0, 0.0, static_cast<double>(step)});
    std::printf("H v = %.4f %.4f %.4f\n", p[0], p[1], p[2]);
  }
  dad::matrix v(2, 3);
  v(0, 0) = v(1, 0) = v(1, 2) = 1.0;
  const dad::matrix products = dad::hvp(hvp::springs(), x, v);
  std::printf("V H = %.4f %.4f %.4f, %.4f %.4f %.4f\n", products(0, 0), products(0, 1), products(0, 2),
              products(1, 0), products(1, 1), products(1, 2));
}

void run(const std::filesystem::path& folder, std::size_t largest) {
  std::printf("    n   largest difference   multiplications of a sweep: gradient   hvp   ratio\n");
  for (const std::size_t n : {10u, 100u, 1000u}) compare(n);
  print_products();
  hvp::write_products(folder / "products.csv", 100);
  const std::vector costs{hvp::measure_all(hvp::rosenbrock(), largest),
                          hvp::measure_all(hvp::log_sum_exp(), largest)};
  hvp::write_costs(folder / "costs.csv", costs);
  hvp::write_figure(folder / "hvp.svg", costs);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t largest = 10000;
  return support::run_into_folder(
      argc, argv, "hvp", "Products of Hessians with vectors, and their cost beside a gradient's.",
      [&](CLI::App& app) {
        app.add_option("--largest", largest, "number of variables that is measured")
            ->check(CLI::Range(10, 1000000));
      },
      [&](const std::filesystem::path& folder) { run(folder, largest); });
}
