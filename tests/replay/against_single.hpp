// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches of every kind against the drivers for one input, called for input after input. Values and
// derivatives agree up to rounding: a batch has kernels of its own.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "catch.hpp"

#include <dad/dad.hpp>

namespace test {

inline constexpr double rounding = 5e-13;

/// The reals of a value, a gradient, a matrix, ... in a row.
template <class Part>
std::vector<double> row_of(const Part& part) {
  if constexpr (requires { part.rows(); }) {
    return {part.data(), part.data() + part.size()};
  } else {
    std::vector<double> row;
    dad::detail::for_each_real(part, [&](const auto& leaf) { row.push_back(static_cast<double>(leaf)); });
    return row;
  }
}

/// The largest finite number of a row.
inline double size_of(const std::vector<double>& row) {
  double size = 0;
  for (const double x : row)
    if (std::isfinite(x)) size = std::max(size, std::abs(x));
  return size;
}

/// Where two rows differ by more than the tolerance, relative to the largest finite number that is expected
/// or to `least`; in words, empty where they do not. NaN agrees with NaN, an infinity with itself.
inline std::string disagreement(const std::vector<double>& got, const std::vector<double>& expected,
                                double tolerance, double least = 0) {
  if (got.size() != expected.size())
    return std::to_string(got.size()) + " reals, expected " + std::to_string(expected.size());
  const double allowed = tolerance * std::max(size_of(expected), least);
  for (std::size_t k = 0; k < got.size(); ++k) {
    const double x = got[k], y = expected[k];
    if (x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= allowed) continue;
    char text[120];
    std::snprintf(text, sizeof text, "real %zu is %.17g, expected %.17g, off by %.2g tolerances", k, x, y,
                  std::abs(x - y) / allowed);
    return text;
  }
  return {};
}

/// What is expected of all inputs, and a thousandth of its usual size: a number near its own zero is as exact
/// as what cancelled there.
struct expected_rows {
  std::vector<std::vector<double>> rows;
  double least = 0;

  void close() {
    if (rows.empty()) return;
    std::vector<double> sizes;
    for (const auto& row : rows) sizes.push_back(size_of(row));
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    least = 1e-3 * *middle;
  }
};

/// Item i of a batch result against single(i), which takes apart into value and derivative and is called once
/// for each input in order. Says what is wrong at the first input where something is, and at how many; empty
/// where all is right.
template <class Result, class Single>
std::string mistakes(const Result& result, std::size_t count, double tolerance, Single&& single) {
  if (result.size() != count)
    return std::to_string(result.size()) + " results, expected " + std::to_string(count);
  expected_rows values, parts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [value, part] = single(i);
    values.rows.push_back(row_of(value));
    parts.rows.push_back(row_of(part));
  }
  values.close();
  parts.close();
  std::string first;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto item = result[i];
    const auto& [value, part] = item;
    std::string what = item.has_error() ? "error: " + item.error().text() : std::string();
    if (what.empty()) what = disagreement(row_of(value), values.rows[i], tolerance, values.least);
    if (what.empty()) {
      what = disagreement(row_of(part), parts.rows[i], tolerance, parts.least);
      if (!what.empty()) what = "derivative: " + what;
    }
    if (what.empty()) continue;
    if (wrong++ == 0) first = "input " + std::to_string(i) + ": " + what;
  }
  return wrong == 0 ? first : first + " (and " + std::to_string(wrong - 1) + " more inputs)";
}

/// Values and gradients of f against those of `same_f`, a function that does the same but has a state of its
/// own where f has one.
template <class F, class G, class Inputs>
void check_eval(const F& f, const G& same_f, const Inputs& inputs, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_eval(f, inputs);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::value_and_gradient(same_f, items[i]); }) == "");
}
template <class F, class Inputs>
void check_eval(const F& f, const Inputs& inputs, double tolerance = rounding) {
  check_eval(f, f, inputs, tolerance);
}

template <class F, class Inputs, class Directions>
void check_jvp(const F& f, const Inputs& inputs, const Directions& directions, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_jvp(f, inputs, directions);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::jvp(f, items[i], directions[i]); }) == "");
}

template <class F, class Inputs, class Seeds>
void check_vjp(const F& f, const Inputs& inputs, const Seeds& seeds, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_vjp(f, inputs, seeds);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::vjp(f, items[i], seeds[i]); }) == "");
}

template <class F, class Inputs>
void check_jacobian(const F& f, const Inputs& inputs, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_jacobian(f, inputs);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::value_and_jacobian(f, items[i]); }) == "");
}

template <class F, class Inputs>
void check_hessian(const F& f, const Inputs& inputs, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_hessian(f, inputs);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::value_and_hessian(f, items[i]); }) == "");
}

template <class F, class Inputs, class Directions>
void check_hvp(const F& f, const Inputs& inputs, const Directions& directions, double tolerance = rounding) {
  const auto items = dad::detail::items_of(inputs);
  const auto r = dad::batch_hvp(f, inputs, directions);
  CHECK(mistakes(r, items.size(), tolerance,
                 [&](std::size_t i) { return dad::value_and_hvp(f, items[i], directions[i]); }) == "");
}

/// A gradient, a Hessian of every input.
template <class F, class Inputs>
void check_first_and_second(const F& f, const Inputs& inputs, double tolerance = rounding) {
  check_eval(f, inputs, tolerance);
  check_hessian(f, inputs, tolerance);
}

}  // namespace test
