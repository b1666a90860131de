// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients through linear least squares and through the singular value decomposition: by dad through every
// operation of the solvers, and by the closed forms, given to dad as rules. With a file's name, also writes
// them as a table.
//   least_squares_svd gradients.csv

#include <cmath>
#include <cstdio>
#include <exception>
#include <tuple>

#include <dad/dad.hpp>

#include "least_squares.hpp"
#include "svd.hpp"
#include "table.hpp"

namespace {

using namespace decompositions;

// A cost of the solution, through a solver.
const auto cost_of_solution = [](const auto& solver) {
  return [&solver](const auto& a, const auto& b) {
    const auto x = solver(a, b);
    return exp(x[0]) + x[1] * x[2] + square(x[2]);
  };
};

// p' A_1 q, where A_1 is the best approximation of A of rank 1, and the logarithm of A's volume.
const auto cost_of_parts = [](const auto& decompose) {
  return [&decompose](const auto& a) {
    const auto [u, s, v] = decompose(a);
    auto sum = 0 * s[0];
    for (std::size_t i = 0; i < u.size(); ++i)
      for (std::size_t j = 0; j < v.size(); ++j) sum += weight(i) * u[i][0] * s[0] * v[j][0] * weight(j + 7);
    for (const auto& of_a_direction : s) sum += log(of_a_direction);
    return sum;
  };
};

}  // namespace

int main(int argc, char** argv) try {
  const std::tuple system(some_matrix(), some_right_side());
  const auto [cost, recorded] = dad::value_and_gradient(cost_of_solution(solve), system);
  const auto ruled = dad::gradient(cost_of_solution(solve_by_rule), system);
  const auto implied = dad::gradient(cost_of_solution(solve_by_equation), system);
  compare("least squares", cost, {{"closed form", numbers(ruled)}, {"equation", numbers(implied)}},
          numbers(recorded));

  // Closed forms are generic, so that they have derivatives too.
  const auto bend = dad::hvp(cost_of_solution(solve), system, system);
  const auto ruled_bend = dad::hvp(cost_of_solution(solve_by_rule), system, system);
  compare("second derivatives", cost, {{"closed form", numbers(ruled_bend)}}, numbers(bend));

  const auto [parts, through] = dad::value_and_gradient(cost_of_parts(svd), some_matrix());
  const auto closed = dad::gradient(cost_of_parts(svd_by_rule), some_matrix());
  compare("singular values", parts, {{"closed form", numbers(closed)}}, numbers(through));

  if (argc > 1)
    write_table(argv[1], numbers(system), numbers(recorded), numbers(ruled), numbers(through),
                numbers(closed));
} catch (const std::exception& e) {
  std::fprintf(stderr, "least_squares_svd: %s\n", e.what());
  return 1;
}
