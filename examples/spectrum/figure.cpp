// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "figure.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "../support/svg.hpp"

namespace spectrum {

void write_figure(const std::filesystem::path& path, const dad::extreme_eigenvalues& before,
                  const dad::extreme_eigenvalues& after, std::size_t weights) {
  const auto curve = [](const std::string& name, const std::string& colour, const dad::eigenpairs& pairs) {
    support::curve c{.name = name, .colour = colour, .points = {}, .width = 1, .dots = true};
    for (std::size_t i = 0; i < pairs.values.size(); ++i)
      c.points.emplace_back(static_cast<double>(i + 1), pairs.values[i]);
    return c;
  };
  support::svg drawing(980, 420);
  drawing.text({24, 34}, "The Hessian of a network's loss, before and after training",
               {.size = 19, .colour = "#222222", .bold = true});
  drawing.text({24, 56},
               std::to_string(weights) + " weights; eigenvalues by Lanczos on products with the Hessian",
               {.size = 13});
  const auto panel = [&](double left, const std::string& title, const dad::eigenpairs& first,
                         const dad::eigenpairs& last) {
    draw_chart(drawing, {left, 74, 470, 330}, title, {.title = "number, from the end"},
               {.title = "eigenvalue", .most = 0},
               {curve("before", "#d95f02", first), curve("after", "#08519c", last)});
  };
  panel(10, "The smallest eigenvalues", before.smallest, after.smallest);
  panel(495, "The largest eigenvalues", before.largest, after.largest);
  drawing.save(path);
}

void write_table(const std::filesystem::path& path, const dad::extreme_eigenvalues& before,
                 const dad::extreme_eigenvalues& after) {
  support::csv table(path, {"training", "end", "number", "eigenvalue", "residual"});
  const auto rows = [&](const char* training, const char* end, const dad::eigenpairs& pairs) {
    for (std::size_t i = 0; i < pairs.values.size(); ++i)
      table.row(std::string_view(training), std::string_view(end), i + 1, pairs.values[i],
                pairs.residuals[i]);
  };
  rows("before", "smallest", before.smallest), rows("before", "largest", before.largest);
  rows("after", "smallest", after.smallest), rows("after", "largest", after.largest);
  table.close();
}

}  // namespace spectrum
