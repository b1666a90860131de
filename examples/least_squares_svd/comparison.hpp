// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients of many inputs by several ways, beside the exact ones: their errors, and all numbers as a table.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "../support/csv.hpp"
#include "costs.hpp"

namespace decompositions {

/// The entries of a matrix row by row, then those of a right side.
template <class T, std::size_t M, std::size_t N>
std::vector<T> numbers(const matrix<T, M, N>& a, const std::array<T, M>& b) {
  std::vector<T> all;
  for (const auto& row : a) all.insert(all.end(), row.begin(), row.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

/// The distance of two gradients over the length of the second.
inline double relative_difference(const std::vector<double>& a, const std::vector<quad>& b) {
  quad distance = 0, length = 0;
  for (std::size_t i = 0; i < b.size(); ++i) distance += (a[i] - b[i]) * (a[i] - b[i]), length += b[i] * b[i];
  return static_cast<double>(quad(sqrt(quad(distance / length))));
}

/// Of the numbers; where one is not a number it is the largest of all.
inline double median(std::vector<double> numbers) {
  for (double& x : numbers)
    if (std::isnan(x)) x = HUGE_VAL;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

class comparison {
 public:
  struct way {
    std::string name;
    std::vector<std::vector<double>> gradients;  // for each input
    std::vector<double> medians;                 // of the relative errors, for each point
  };

  /// As many of the problems belong to each of `points`, values of what `axis` names.
  comparison(std::string axis, std::vector<double> points)
      : axis_(std::move(axis)), points_(std::move(points)) {}

  /// Values and exact gradients of the problems.
  template <class Exact>
  void expect(const std::vector<problem<double>>& problems, const Exact& exact) {
    for (const auto& p : problems) {
      const auto [of_a, of_b] = exact(p.a, p.b);
      values_.push_back(numbers(p.a, p.b)), exact_.push_back(numbers(of_a, of_b));
    }
  }

  /// After `expect`: the results from number `first` on are of the same problems.
  void add(const std::string& name, const auto& results, std::size_t first) {
    way& added = ways_.emplace_back();
    added.name = name;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      std::vector<double> errors;
      for (std::size_t i = p * many(); i < (p + 1) * many(); ++i) {
        const auto gradient = results[first + i].gradient;
        added.gradients.push_back(numbers(gradient.a, gradient.b));
        errors.push_back(relative_difference(added.gradients.back(), exact_[i]));
      }
      added.medians.push_back(median(errors));
    }
  }

  [[nodiscard]] const std::string& axis() const { return axis_; }
  [[nodiscard]] const std::vector<double>& points() const { return points_; }
  [[nodiscard]] const std::vector<way>& ways() const { return ways_; }

  /// NAME.csv has a row for each point, NAME-gradients.csv one for each entry of each input.
  void write(const std::filesystem::path& folder, const std::string& name) const {
    support::csv errors(folder / (name + ".csv"), headed({axis_}));
    for (std::size_t p = 0; p < points_.size(); ++p) {
      std::vector<std::string> cells = {support::to_text(points_[p])};
      for (const way& w : ways_) cells.push_back(support::to_text(w.medians[p]));
      errors.row_of(cells);
    }
    errors.close();
    support::csv gradients(folder / (name + "-gradients.csv"),
                           headed({axis_, "input", "entry", "value", "exact"}));
    for (std::size_t i = 0; i < values_.size(); ++i)
      for (std::size_t k = 0; k < values_[i].size(); ++k) {
        std::vector<std::string> cells = {support::to_text(points_[i / many()]), std::to_string(i),
                                          std::to_string(k), support::to_text(values_[i][k]),
                                          exact_[i][k].str(25, std::ios::scientific)};
        for (const way& w : ways_) cells.push_back(support::to_text(w.gradients[i][k]));
        gradients.row_of(cells);
      }
    gradients.close();
  }

 private:
  [[nodiscard]] std::size_t many() const { return values_.size() / points_.size(); }
  [[nodiscard]] std::vector<std::string> headed(std::vector<std::string> names) const {
    for (const way& w : ways_) names.push_back(w.name);
    return names;
  }

  std::string axis_;
  std::vector<double> points_;
  std::vector<std::vector<double>> values_;
  std::vector<std::vector<quad>> exact_;
  std::vector<way> ways_;
};

/// The first and the last point's errors.
inline void print(const char* what, const comparison& c) {
  std::printf("%s, %s from %.1e to %.1e\n", what, c.axis().c_str(), c.points().front(), c.points().back());
  for (const auto& w : c.ways())
    std::printf("  %-20s error from %.0e to %.0e\n", w.name.c_str(), w.medians.front(), w.medians.back());
}

}  // namespace decompositions
