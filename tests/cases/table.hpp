// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows of a table of known derivatives, each checked in every way dad has: numbers by hand, drivers and
// batches.

#pragma once

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/close.hpp"

namespace test {

/// The numbers of a printed table, each with half a unit of its last digit.
struct printed_number {
  double value, tolerance;
};
inline std::vector<printed_number> numbers_in(const std::string& text) {
  std::vector<printed_number> numbers;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of("+-.0123456789", i), text.size());
    if (end == i) {
      ++i;
      continue;
    }
    const std::string digits = text.substr(i, end - i);
    const std::size_t point = digits.find('.');
    const double decimals = point == std::string::npos ? 0.0 : static_cast<double>(digits.size() - point - 1);
    numbers.push_back({std::strtod(digits.c_str(), nullptr), 0.5000001 * std::pow(10.0, -decimals)});
    i = end;
  }
  return numbers;
}

/// The same structure with every real replaced by to(real); ints are data. A struct brings its own, found by
/// its type.
template <class To>
auto lift(double x, const To& to) {
  return to(x);
}
template <class To>
int lift(int x, const To&) {
  return x;
}
template <class E, std::size_t N, class To>
auto lift(const std::array<E, N>& xs, const To& to) {
  std::array<decltype(lift(xs[0], to)), N> lifted{};
  for (std::size_t i = 0; i < N; ++i) lifted[i] = lift(xs[i], to);
  return lifted;
}
template <class E, class To>
auto lift(const std::vector<E>& xs, const To& to) {
  std::vector<decltype(lift(xs[0], to))> lifted;
  for (const E& x : xs) lifted.push_back(lift(x, to));
  return lifted;
}
template <class... X, class To>
auto lift(const std::tuple<X...>& xs, const To& to) {
  return std::apply([&](const auto&... x) { return std::tuple<decltype(lift(x, to))...>{lift(x, to)...}; },
                    xs);
}

/// use(real) for every real of a result, in order.
template <class S, class Use>
requires(dad::scalar<S> || std::is_floating_point_v<S>) void visit(const S& x, const Use& use) { use(x); }
template <class Use>
void visit(int, const Use&) {}
template <class E, std::size_t N, class Use>
void visit(const std::array<E, N>& xs, const Use& use) {
  for (const E& x : xs) visit(x, use);
}
template <class E, class Use>
void visit(const std::vector<E>& xs, const Use& use) {
  for (const E& x : xs) visit(x, use);
}
template <class... X, class Use>
void visit(const std::tuple<X...>& xs, const Use& use) {
  std::apply([&](const auto&... x) { (visit(x, use), ...); }, xs);
}

template <class X>
std::vector<double> reals(const X& x) {
  std::vector<double> numbers;
  if constexpr (std::is_integral_v<X>)
    numbers.push_back(x);
  else
    visit(x, [&](double real) { numbers.push_back(real); });
  return numbers;
}

template <class F, class X>
auto evaluate(const F& f, const X& x) {
  if constexpr (requires { f(x); })
    return f(x);
  else
    return std::apply(f, x);
}

inline std::vector<double> interleaved(const std::vector<double>& values,
                                       const std::vector<double>& tangents) {
  REQUIRE(values.size() == tangents.size());
  std::vector<double> pairs;
  for (std::size_t i = 0; i < values.size(); ++i) pairs.insert(pairs.end(), {values[i], tangents[i]});
  return pairs;
}
inline void append(std::vector<double>& all, const std::vector<double>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

/// Values and tangents of f's result, one dual per real of the point.
template <class F, class X>
std::vector<double> by_duals(const F& f, const X& x, const std::vector<double>& direction) {
  std::size_t k = 0;
  const auto y = evaluate(f, lift(x, [&](double real) { return dad::dual<>(real, direction.at(k++)); }));
  std::vector<double> values, tangents;
  if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(y)>>) {
    return {static_cast<double>(y), 0.0};
  } else {
    visit(y, [&](const dad::dual<>& real) {
      values.push_back(real.value());
      tangents.push_back(real.tangent());
    });
    return interleaved(values, tangents);
  }
}

/// Adjoints of the reals of the point, by one recording and one sweep.
template <class F, class X>
std::vector<double> by_tape(const F& f, const X& x, const std::vector<double>& seeds) {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<dad::var<>> inputs, outputs;
  const auto point = lift(x, [&](double real) {
    dad::var<> input = real;
    t.input(input);
    inputs.push_back(input);
    return input;
  });
  const auto y = evaluate(f, point);
  bool is_active = false;
  if constexpr (!std::is_integral_v<std::remove_cvref_t<decltype(y)>>)
    visit(y, [&](const dad::var<>& output) {
      outputs.push_back(output);
      is_active = is_active || output.is_active();
    });
  if (is_active) t.backward(outputs, seeds);
  std::vector<double> adjoints;
  for (const auto& input : inputs) adjoints.push_back(input.adjoint());
  return adjoints;
}

inline void check_printed(const std::vector<double>& numbers, const std::string& text) {
  const auto expected = numbers_in(text);
  REQUIRE(numbers.size() == expected.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    CAPTURE(text, i);
    CHECK(numbers[i] == close_to(expected[i].value, 0.0, expected[i].tolerance));
  }
}

/// A row of a forward table: for each point the (value, tangent) of every real of f's result. `closed` is the
/// closed form, `printed` what the table says.
template <class F, class X>
void check_forward(const F& f, const std::vector<X>& points, const std::vector<X>& directions,
                   const std::vector<double>& closed, const std::string& printed) {
  check_printed(closed, printed);
  const auto batch = dad::batch_jvp(f, points, directions);
  REQUIRE(batch.size() == points.size());
  std::vector<double> duals, drivers, batched;
  for (std::size_t i = 0; i < points.size(); ++i) {
    append(duals, by_duals(f, points[i], reals(directions[i])));
    const auto [value, tangent] = dad::jvp(f, points[i], directions[i]);
    append(drivers, interleaved(reals(value), reals(tangent)));
    append(batched, interleaved(reals(batch[i].value), reals(batch[i].tangent)));
  }
  CHECK_ROW(duals, closed, 1e-12, 1e-15);
  CHECK_ROW(drivers, closed, 1e-12, 1e-15);
  CHECK(drivers == duals);
  CHECK(batched == drivers);
}

/// A row of a reverse table: for each point and seed of f's result the adjoints of the point's reals.
template <class F, class X, class W>
void check_reverse(const F& f, const std::vector<X>& points, const std::vector<W>& seeds,
                   const std::vector<double>& closed, const std::string& printed, double margin = 1e-15) {
  check_printed(closed, printed);
  const auto batch = dad::batch_vjp(f, points, seeds);
  REQUIRE(batch.size() == points.size());
  std::vector<double> recorded, drivers, batched;
  for (std::size_t i = 0; i < points.size(); ++i) {
    append(recorded, by_tape(f, points[i], reals(seeds[i])));
    const auto [value, adjoint] = dad::vjp(f, points[i], seeds[i]);
    CHECK(reals(value) == reals(batch[i].value));
    append(drivers, reals(adjoint));
    append(batched, reals(batch[i].adjoint));
  }
  CHECK_ROW(recorded, closed, 1e-12, margin);
  CHECK_ROW(drivers, closed, 1e-12, margin);
  CHECK(drivers == recorded);
  CHECK(batched == drivers);
}

}  // namespace test
