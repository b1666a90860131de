// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse derivatives: where their entries are, which columns share a colour, and the few dense rows that are
// computed instead. sparse [FIGURE.svg] draws that.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <vector>

#include <dad/dad.hpp>

#include "figure.hpp"
#include "functions.hpp"

namespace {

/// The largest difference of two matrices.
double difference(const dad::sparse_matrix& sparse, const dad::matrix& dense) {
  double largest = 0;
  for (std::size_t i = 0; i < dense.rows(); ++i)
    for (std::size_t j = 0; j < dense.cols(); ++j)
      largest = std::max(largest, std::abs(sparse(i, j) - dense(i, j)));
  return largest;
}

template <class Plan, class X>
void show(support::svg& figure, double left, const char* title, Plan&& plan, const X& x,
          const dad::matrix& dense) {
  const dad::sparse_matrix m = plan(x);
  std::printf("%-24s %3zu x %zu, %4zu entries, %zu colours, %s the dense one\n", title, m.rows(), m.cols(),
              m.values().size(), plan.colour_count(), difference(m, dense) < 1e-12 ? "equal to" : "NOT");
  sparse::draw(figure, left, title, m.pattern(), plan.colours());
}

}  // namespace

int main(int argc, char** argv) try {
  support::svg figure(852, 424);
  const sparse::surface_area surface{6};
  std::vector<double> x(36);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.1 * static_cast<double>(i * i % 11);
  show(figure, 20, "Hessian of a surface", dad::sparse_hessian_plan(surface, x), x, dad::hessian(surface, x));
  show(figure, 300, "Hessian of a chain", dad::sparse_hessian_plan(sparse::chain, x), x,
       dad::hessian(sparse::chain, x));
  show(figure, 580, "Jacobian of residuals", dad::sparse_jacobian_plan(sparse::residuals, x), x,
       dad::jacobian(sparse::residuals, x));
  if (argc > 1) figure.save(argv[1]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "sparse: %s\n", e.what());
  return 1;
}
