// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Costs of second derivatives over the number of variables, as a table and a chart in multiples of a
// gradient, and a table of the products.

#pragma once

#include <filesystem>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace hvp {

template <class F>
void write_product(support::csv& table, const F& f, std::size_t n) {
  const std::vector<double> product = dad::hvp(f, point(n), direction(n));
  for (std::size_t i = 0; i < n; ++i) table.row(F::name, i, product[i]);
}

/// The Hessian of each function at sin(i), times cos(i).
inline void write_products(const std::filesystem::path& path, std::size_t n) {
  support::csv table(path, {"function", "i", "product"});
  write_product(table, springs(), n);
  write_product(table, rosenbrock(), n);
  write_product(table, log_sum_exp(), n);
  table.close();
}

inline void write_costs(const std::filesystem::path& path, const std::vector<series>& all) {
  support::csv table(path, {"function", "n", "gradient_seconds", "hvp", "hvp_at", "hessian"});
  for (const auto& [function, costs] : all)
    for (const cost& c : costs)
      table.row(function, c.n, c.gradient, c.hvp, c.hvp_at, c.hessian ? support::to_text(*c.hessian) : "");
  table.close();
}

inline void write_figure(const std::filesystem::path& path, const std::vector<series>& all) {
  constexpr double width = 480, height = 400;
  support::svg drawing(width * static_cast<double>(all.size()), height);
  double left = 0;
  for (const auto& [function, costs] : all) {
    support::curve limit{"limit of 4", "#999999", {}, 1.5}, eighth{"n / 8", "#c9a58b", {}, 1.5};
    support::curve hessian{"hessian", "#a0522d", {}, 2, 1, true};
    support::curve product{"hvp", "#1f77b4", {}, 2, 1, true}, again{"hvp_at", "#2ca02c", {}, 2, 1, true};
    for (const cost& c : costs) {
      const auto n = static_cast<double>(c.n);
      limit.points.emplace_back(n, 4);
      eighth.points.emplace_back(n, n / 8);
      product.points.emplace_back(n, c.hvp);
      again.points.emplace_back(n, c.hvp_at);
      if (c.hessian) hessian.points.emplace_back(n, *c.hessian);
    }
    support::draw_chart(drawing, {left, 0, width, height}, function,
                        {.title = "variables n", .logarithmic = true},
                        {.title = "time over a gradient's", .least = 0.1, .logarithmic = true},
                        {product, again, hessian, eighth, limit});
    left += width;
  }
  drawing.save(path);
}

}  // namespace hvp
