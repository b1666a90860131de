// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse derivatives: where their entries are, which columns or rows share a colour, and the few dense
// columns and rows that are computed instead. sparse [FIGURE.svg] draws that.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "figure.hpp"
#include "functions.hpp"

namespace {

using point = std::vector<double>;

void compare(const char* title, const dad::sparse_matrix& m, const std::string& what,
             const dad::matrix& dense) {
  double difference = 0;
  for (std::size_t i = 0; i < dense.rows(); ++i)
    for (std::size_t j = 0; j < dense.cols(); ++j)
      difference = std::max(difference, std::abs(m(i, j) - dense(i, j)));
  std::printf("%-24s %3zu x %zu, %4zu entries, %s, %s the dense one\n", title, m.rows(), m.cols(),
              m.values().size(), what.c_str(), difference < 1e-12 ? "equal to" : "NOT");
}

void show_hessian(support::svg& figure, support::point corner, const char* title, const auto& f,
                  const point& x) {
  auto plan = dad::sparse_hessian_plan(f, x);
  const std::string what = sparse::counted(plan.colour_count(), "direction");
  compare(title, plan(x), what, dad::hessian(f, x));
  sparse::draw(figure, corner, title, what, plan.pattern(), plan.colours(), {});
}

void show_jacobian(support::svg& figure, support::point corner, const char* title, const auto& f,
                   const point& x) {
  auto plan = dad::sparse_jacobian_plan(f, x);
  std::string what = sparse::counted(plan.tangent_count(), "tangent");
  if (plan.adjoint_count() > 0) what += " and " + sparse::counted(plan.adjoint_count(), "adjoint");
  compare(title, plan(x), what, dad::jacobian(f, x));
  sparse::draw(figure, corner, title, what, plan.pattern(), plan.column_colours(), plan.row_colours());
}

}  // namespace

int main(int argc, char** argv) try {
  support::svg figure(764, 710);
  point x(36);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.1 * static_cast<double>(1 + i * i % 11);
  show_hessian(figure, {20, 24}, "Hessian of a surface", sparse::surface_area{6}, x);
  show_hessian(figure, {390, 24}, "Hessian of a chain", sparse::chain, x);
  show_jacobian(figure, {20, 350}, "Jacobian of residuals", sparse::residuals, x);
  show_jacobian(figure, {390, 350}, "Jacobian of a market", sparse::market, x);
  sparse::explain(figure, {20, 680});
  if (argc > 1) figure.save(argv[1]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sparse: %s\n", e.what());
  return 1;
}
