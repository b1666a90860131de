// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Estimates of a trace over the number of probes, as a table and as an SVG drawing.

#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"
#include "../support/csv.hpp"

namespace hessian_trace {

using estimates = std::vector<dad::trace_estimate<double>>;

/// What the Hessian itself says: its trace, and the standard deviation of one probe, the root of twice the
/// sum of the squares off the diagonal (Hutchinson 1990).
struct truth {
  double trace = 0, deviation = 0;
};

inline truth truth_of(const dad::matrix& hessian) {
  truth t;
  for (std::size_t i = 0; i < hessian.rows(); ++i) {
    t.trace += hessian(i, i);
    for (std::size_t j = 0; j < hessian.cols(); ++j)
      if (i != j) t.deviation = std::hypot(t.deviation, std::sqrt(2.0) * hessian(i, j));
  }
  return t;
}

inline void write_table(const std::string& path, const estimates& found, const truth& exact) {
  support::csv table(path, {"probes", "estimate", "standard_error", "exact", "expected_error"});
  for (const auto& e : found)
    table.row(e.probes, e.value, e.standard_error, exact.trace,
              exact.deviation / std::sqrt(static_cast<double>(e.probes)));
  table.close();
}

/// On the left each estimate with a bar of one standard error to both sides, on the right how errors fall.
inline void write_figure(const std::string& path, const estimates& found, const truth& exact) {
  const std::string blue = "#4c78a8", orange = "#f58518", dark = "#333333";
  support::curve mean{"estimate, ± its standard error", blue, {}, 1.5, 1, true};
  support::curve line{"exact trace", dark, {}, 1.5};
  support::curve reported{"standard error", blue, {}, 1.5, 1, true};
  support::curve actual{"distance from the trace", orange, {}, 0, 1, true};
  support::curve theory{"theory", dark, {}, 1.5};
  std::vector<support::curve> left;
  for (const auto& e : found) {
    const double n = static_cast<double>(e.probes), at = std::log2(n);
    mean.points.emplace_back(at, e.value);
    line.points.emplace_back(at, exact.trace);
    left.push_back({"", blue, {{at, e.value - e.standard_error}, {at, e.value + e.standard_error}}, 3, 0.45});
    reported.points.emplace_back(at, std::log10(e.standard_error));
    actual.points.emplace_back(at, std::log10(std::abs(e.value - exact.trace)));
    theory.points.emplace_back(at, std::log10(exact.deviation / std::sqrt(n)));
  }
  left.push_back(line), left.push_back(mean);
  support::svg drawing(1000, 390);
  support::draw_chart(drawing, {0, 0, 500, 390}, "The trace of a Hessian from its products with probes",
                      {.title = "probes, as a power of two"}, {.title = "trace"}, left);
  support::draw_chart(drawing, {500, 0, 500, 390}, "Its error falls with the root of their number",
                      {.title = "probes, as a power of two"}, {.title = "error, as a power of ten"},
                      {theory, reported, actual});
  drawing.save(path);
}

}  // namespace hessian_trace
