// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Averages and tables over the fits.

#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "../support/csv.hpp"

namespace nist_fit {

run compared(const problem& p, std::size_t problem_index, std::size_t start, fitted result) {
  run r{problem_index, start, start < p.starts.size(), std::move(result), 0, 11, 0, 0};
  r.parameter_digits = digits(r.result.parameters, p.certified);
  for (std::size_t j = 0; j < p.parameters(); ++j)
    r.least_digits = std::min(r.least_digits, digits(r.result.parameters[j], p.certified[j]));
  r.deviation_digits = digits(r.result.deviations, p.deviations);
  r.sum_digits = digits(r.result.sum_of_squares, p.sum_of_squares);
  return r;
}

namespace {

void print_given(const std::vector<problem>& problems, const std::vector<run>& runs) {
  std::printf("correct digits   start  steps  parameters  (least)  deviations  sum of squares\n");
  std::size_t count = 0, converged = 0;
  double parameters = 0, deviations = 0, sums = 0, least = 11;
  for (const run& r : runs) {
    if (!r.is_given) continue;
    std::printf("  %-14s  %5zu  %5zu  %10.2f  %7.2f  %10.2f  %14.2f%s\n", problems[r.problem].name.c_str(),
                r.start + 1, r.result.steps, r.parameter_digits, r.least_digits, r.deviation_digits,
                r.sum_digits, r.result.has_converged ? "" : "  not converged");
    ++count, converged += r.result.has_converged;
    parameters += r.parameter_digits, deviations += r.deviation_digits, sums += r.sum_digits;
    least = std::min(least, r.least_digits);
  }
  const auto mean = [&](double sum) { return sum / static_cast<double>(count); };
  std::printf("  %-14s  %5zu  %5s  %10.2f  %7.2f  %10.2f  %14.2f\n", "average", count, "", mean(parameters),
              least, mean(deviations), mean(sums));
  std::printf("%zu of %zu runs converged\n", converged, count);
  std::printf("published averages of the parameters' digits over 54 runs:");
  for (const auto& [name, value] : published) std::printf(" %s %.1f", name.c_str(), value);
  std::printf("\n");
}

void print_random(const std::vector<problem>& problems, const std::vector<run>& runs) {
  std::printf("random starts    count  certified  elsewhere  not converged  median steps\n");
  for (std::size_t i = 0; i < problems.size(); ++i) {
    std::size_t certified = 0, elsewhere = 0, nowhere = 0;
    std::vector<std::size_t> steps;
    for (const run& r : runs) {
      if (r.is_given || r.problem != i) continue;
      steps.push_back(r.result.steps);
      ++(r.is_certified() ? certified : r.result.has_converged ? elsewhere : nowhere);
    }
    std::sort(steps.begin(), steps.end());
    std::printf("  %-14s  %5zu  %9zu  %9zu  %13zu  %12zu\n", problems[i].name.c_str(), steps.size(),
                certified, elsewhere, nowhere, steps[steps.size() / 2]);
  }
}

}  // namespace

void print_report(const std::vector<problem>& problems, const std::vector<run>& runs) {
  print_given(problems, runs);
  if (std::any_of(runs.begin(), runs.end(), [](const run& r) { return !r.is_given; }))
    print_random(problems, runs);
}

void write_runs(const std::string& path, const std::vector<problem>& problems, const std::vector<run>& runs) {
  support::csv table(path,
                     {"problem", "start", "kind", "steps", "converged", "sum_of_squares", "parameter_digits",
                      "least_digits", "deviation_digits", "sum_digits", "start_sum_of_squares"});
  for (const run& r : runs)
    table.row(problems[r.problem].name, r.start + 1, r.is_given ? "given" : "random", r.result.steps,
              r.result.has_converged ? 1 : 0, r.result.sum_of_squares, r.parameter_digits, r.least_digits,
              r.deviation_digits, r.sum_digits, r.result.start_sum_of_squares);
  table.close();
}

void write_parameters(const std::string& path, const std::vector<problem>& problems,
                      const std::vector<run>& runs) {
  support::csv table(path, {"problem", "start", "parameter", "fitted", "certified", "deviation",
                            "certified_deviation", "digits"});
  for (const run& r : runs) {
    const problem& p = problems[r.problem];
    for (std::size_t j = 0; r.is_given && j < p.parameters(); ++j)
      table.row(p.name, r.start + 1, j + 1, r.result.parameters[j], p.certified[j], r.result.deviations[j],
                p.deviations[j], digits(r.result.parameters[j], p.certified[j]));
  }
  table.close();
}

}  // namespace nist_fit
