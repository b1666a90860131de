// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Holds one mode's results for a whole room of operations against the oracle.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>

#include "catch.hpp"
#include "op/domain.hpp"
#include "op/modes.hpp"

inline bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

inline std::string exactly(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%a (%.17g)", x, x);
  return text;
}

/// A result next to the oracle's row, with the number of operands forgotten, so that this compiles once.
struct comparison {
  const char* operation;
  const char* mode;
  std::span<const double> x;

  // Every comparison is an assertion that names operation, mode and operands.
  void expect(bool agrees, const std::string& what, double got, double exact, double unit) const {
    if (agrees) {
      SUCCEED();
      return;
    }
    std::string at;
    for (const double operand : x) at.append(" ").append(exactly(operand));
    FAIL_CHECK(operation << ", " << mode << ", " << what << " at" << at << ": got " << exactly(got)
                         << ", exact " << exactly(exact) << ", off by " << std::fabs(got - exact) / unit
                         << " units");
  }

  void value_bits(double got, double expected) const {
    expect(same_bits(got, expected), "value", got, expected, 0);
  }
  /// <cmath>'s number or the next one, or near the exact one: <cmath> itself can be off by more.
  void value_of_lanes(double got, double expected, double exact, double unit) const {
    const bool agrees = same_bits(got, expected) || std::nextafter(got, expected) == expected ||
                        oracle::agrees(got, exact, unit, 2);
    expect(agrees, "value", got, exact, unit);
  }
  void value(double got, double exact, double unit) const {
    expect(oracle::agrees(got, exact, unit, 4), "value", got, exact, unit);
  }

  /// lost: the factor by which numbers rounded on the way are coarser than normal ones; partials add to it.
  void partials(const char* order, std::span<const double> got, std::span<const double> exact,
                std::span<const double> unit, double& lost) const {
    for (std::size_t i = 0; i < got.size(); ++i)
      expect(oracle::agrees(got[i], exact[i], unit[i], 8, lost), std::string(order).append(std::to_string(i)),
             got[i], exact[i], unit[i]);
    for (const double partial : exact) lost = std::max(lost, oracle::spacing(partial));
  }
};

/// What the value of a <cmath> function is held to: its very bits, or one ULP of it or of the exact value
/// where lanes have their own kernels.
enum class value_rule { same_bits, one_ulp };

/// What one mode gave for an operation at one point. order 0 looks at the value alone, 1 at first partials
/// too.
template <class Row, class Op, std::size_t N>
void hold_outcome(const Op& op, const oracle::point<N>& at, const outcome<N>& got, const char* mode,
                  int order, value_rule rule = value_rule::same_bits) {
  operands<N> x{};
  std::copy(std::begin(at.x), std::end(at.x), x.begin());
  const comparison compare{Op::name, mode, x};
  if constexpr (Row::value == value_of::std) {
    const double expected =
        std::apply([&op](const auto&... operand) { return Row::call(op, operand...); }, x);
    if (rule == value_rule::same_bits)
      compare.value_bits(got.value, expected);
    else
      compare.value_of_lanes(got.value, expected, at.value, at.value_unit);
  } else {
    compare.value(got.value, at.value, at.value_unit);
  }
  double lost = oracle::spacing(at.value);
  if (order >= 1) compare.partials("partial ", got.first, at.first, at.first_unit, lost);
  if (order >= 2) {
    std::array<double, N * N> second, exact, unit;
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t j = 0; j < N; ++j) {
        const std::size_t k = oracle::point<N>::second_index(i, j);
        second[i * N + j] = got.second[i][j];
        exact[i * N + j] = at.second[k];
        unit[i * N + j] = at.second_unit[k];
      }
    compare.partials("second partial ", second, exact, unit, lost);
  }
}

/// fn(trial) for every operation of a room with each of its parameters, after a look at the number of its
/// points.
template <room Where, class Fn>
void for_each_trial(Fn&& fn) {
  for_each_operation<Where>(dad::op::all{}, [&]<class Op>(Op) {
    for (const auto& trial : domain<Op>::trials()) {
      CHECK(trial.points.size() >= 40);
      fn(trial);
    }
  });
}

/// Every operation of a room at all of its points in one mode.
template <room Where, class Mode>
void hold_against_oracle() {
  for_each_trial<Where>([]<class Op>(const trial<Op>& t) {
    using row = domain<Op>;
    const auto f = [&t](const auto&... x) { return row::call(t.op, x...); };
    for (const auto& point : t.points) {
      operands<trial<Op>::arity> x{};
      std::copy(std::begin(point.x), std::end(point.x), x.begin());
      hold_outcome<row>(t.op, point, Mode::differentiate(f, x), Mode::name, Mode::order);
    }
  });
}
