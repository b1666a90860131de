// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A Jacobian accumulated by hand, operation by operation, and by dad: the same numbers, and as few
// multiplications.
//   elimination --output elimination

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/one_process.hpp"
#include "figure.hpp"
#include "functions.hpp"
#include "graph.hpp"

namespace {

using namespace elimination;

// The partials of each operation of the waist, put together from the middle out.
std::array<double, 4> from_the_middle(double x0, double x1, std::size_t& multiplications) {
  const auto times = [&](double a, double b) { return ++multiplications, a * b; };
  const double v1 = x0 * x1, v2 = std::sin(v1), v3 = v1 * v2;
  const double c1 = x1, c2 = x0;                  // v1 by x0 and x1
  const double c6 = -std::sin(v3);                // v4 by v3
  const double c7 = std::exp(v3);                 // v5 by v3
  const double r = v2 + times(v1, std::cos(v1));  // v3 by v1, on both ways
  const double r1 = times(r, c1), r2 = times(r, c2);
  return {times(c6, r1), times(c6, r2), times(c7, r1), times(c7, r2)};
}

std::size_t compare_waist(const std::array<double, 2>& x) {
  std::size_t multiplications = 0;
  const auto hand = from_the_middle(x[0], x[1], multiplications);
  auto plan = dad::sparse_jacobian_plan(waist, x);
  const dad::sparse_matrix J = plan(x);
  std::printf("            by hand      dad\n");
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      std::printf("dv%zu/dx%zu    % .6f   % .6f\n", i + 4, j, hand[2 * i + j], J(i, j));
  std::printf("products    %9zu   %9zu\n", multiplications, plan.multiplication_count());
  return multiplications;
}

template <std::size_t N, class F>
counts count_ways(support::csv& entries, const std::string& name, const F& f,
                  const std::array<double, N>& x) {
  auto plan = dad::sparse_jacobian_plan(f, x);
  const dad::matrix J = plan(x).dense();
  const auto colours = dad::sparse_jacobian_plan(f, x, {.eliminates = false, .by = dad::compressed_by::both});
  const by_hand graph(f, x);
  const eliminated forward = graph.eliminate(true), reverse = graph.eliminate(false);
  write_entries(entries, name, J, forward.jacobian, reverse.jacobian);
  const std::size_t sweep = graph.products_of_sweep();
  return {name,
          std::to_string(N) + " inputs, " + std::to_string(J.rows()) + " outputs",
          {{"forward sweeps", "#b8c9de", N * sweep},
           {"reverse sweeps", "#b8c9de", J.rows() * sweep},
           {"sweeps by colours", "#b8c9de", colours.colour_count() * sweep},
           {"inputs to outputs", "#e8c39e", forward.products},
           {"outputs to inputs", "#e8c39e", reverse.products},
           {"dad", "#1f77b4", plan.multiplication_count()}}};
}

void run(const std::filesystem::path& folder) {
  const std::array x{1.2, 0.7};
  const eight<double> z{1.2, 0.7, -0.4, 0.3, 0.9, -1.1, 0.5, 0.1};
  support::csv entries(folder / "jacobians.csv", {"function", "row", "column", "dad", "forward", "reverse"});
  std::vector all{count_ways(entries, "waist", waist, x), count_ways(entries, "chain", chain, x),
                  count_ways(entries, "arrowhead", arrowhead, z), count_ways(entries, "stencil", stencil, z)};
  entries.close();
  all[0].ways.insert(all[0].ways.end() - 1, {"from the middle out", "#e8c39e", compare_waist(x)});
  write_counts(folder / "counts.csv", all);
  write_figure(folder / "elimination.svg", all);
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_into_folder(
      argc, argv, "elimination", "Multiplications of a Jacobian, by hand and by dad.", [](CLI::App&) {}, run);
}
