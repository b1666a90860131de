// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Checks of every operation of a room at every point of its table: no false alarms.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include <dad/check/check.hpp>

#include "../op/domain.hpp"
#include "catch.hpp"

namespace every_operation {

template <class Op, class... Other>
inline constexpr bool is_one_of = (std::is_same_v<Op, Other> || ...);

/// x is an integer, or nearer to one than the steps.
inline bool is_integer(double x) {
  return std::fabs(x - std::nearbyint(x)) <= 1e-8 * std::fmax(1, std::fabs(x));
}

/// Where the operation itself is not differentiable, or jumps, or next to that.
template <class Op, std::size_t N>
bool is_edge(const std::array<double, N>& x) {
  namespace op = dad::op;
  if constexpr (is_one_of<Op, op::abs, op::relu, op::sign>) {
    return x[0] == 0;
  } else if constexpr (is_one_of<Op, op::floor, op::ceil, op::trunc>) {
    return is_integer(x[0]);
  } else if constexpr (is_one_of<Op, op::round, op::rint, op::nearbyint>) {
    return is_integer(x[0] - 0.5);
  } else if constexpr (is_one_of<Op, op::logb>) {
    int exponent = 0;
    return is_integer(2 * std::frexp(x[0], &exponent));
  } else if constexpr (is_one_of<Op, op::min, op::max, op::fmin, op::fmax, op::fdim, op::nextafter>) {
    return x[0] == x[1];
  } else if constexpr (is_one_of<Op, op::clamp>) {
    return x[0] == x[1] || x[0] == x[2] || x[1] == x[2];
  } else if constexpr (is_one_of<Op, op::copysign>) {
    return x[0] == 0 || x[1] == 0;
  } else if constexpr (is_one_of<Op, op::fmod>) {
    return is_integer(x[0] / x[1]);
  } else if constexpr (is_one_of<Op, op::remainder>) {
    return is_integer(x[0] / x[1] - 0.5);
  } else if constexpr (is_one_of<Op, op::hypot, op::hypot3>) {
    return std::all_of(x.begin(), x.end(), [](double xi) { return xi == 0; });
  } else {
    return false;
  }
}

/// Where the operation changes over less than a step can be: between neighbouring doubles, or, beside an
/// entry of 0, at the scale of another, tiny entry.
template <class Op, std::size_t N>
bool is_beyond_differences(const std::array<double, N>& x, double value, const double* first) {
  namespace op = dad::op;
  const double largest = std::fabs(
      *std::max_element(x.begin(), x.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); }));
  if (largest > 0x1p1023) return true;  // no step away from zero
  for (std::size_t i = 0; i < N; ++i) {
    if (std::fabs(x[i] * first[i]) * 0x1p-52 > 1e-3 * std::fabs(value)) return true;
    if (N > 1 && x[i] == 0 && largest > 0 && largest < 1e-12) return true;
  }
  if constexpr (is_one_of<Op, op::floor, op::ceil, op::trunc, op::round, op::rint, op::nearbyint>)
    return largest > 1e12;
  if constexpr (is_one_of<Op, op::fmod, op::remainder>) return std::fabs(x[0] / x[1]) > 1e6;
  if constexpr (is_one_of<Op, op::log_sum_exp>) return largest > 0x1p50;
  if constexpr (is_one_of<Op, op::clamp>) return largest < 1e-12 || std::fabs(x[2]) < 1e-12;
  return false;
}

struct counts {
  std::size_t points = 0, entries = 0, undecided = 0, edges = 0, found_edges = 0;
};

template <class Op>
void check_operation(counts& all) {
  for (const auto& t : domain<Op>::trials()) {
    const auto f = [&t](const auto& x) {
      return std::apply([&](const auto&... a) { return domain<Op>::call(t.op, a...); }, x);
    };
    for (const auto& p : t.points) {
      std::array<double, static_cast<std::size_t>(Op::arity)> x{};
      std::copy(std::begin(p.x), std::end(p.x), x.begin());
      bool is_finite = std::isfinite(p.value);
      for (std::size_t i = 0; i < x.size(); ++i)
        is_finite = is_finite && std::isfinite(x[i]) && std::isfinite(p.first[i]);
      if (!is_finite || is_beyond_differences<Op>(x, p.value, p.first)) continue;
      const auto r = dad::check_gradient(f, x);
      INFO(Op::name << " at " << x[0] << ' ' << x.back() << ": " << r.text());
      ++all.points;
      if (is_edge<Op>(x)) {
        ++all.edges;
        all.found_edges += !r.passed();
        CHECK(
            (r.passed() || r.cause == dad::check_cause::kink || r.cause == dad::check_cause::discontinuity));
      } else {
        CHECK(r.passed());
        all.entries += r.entries;
        all.undecided += r.undecided;
      }
    }
  }
}

template <room Where>
counts check_room() {
  counts all;
  for_each_operation<Where>(dad::op::all{}, [&]<class Op>(Op) { check_operation<Op>(all); });
  return all;
}

}  // namespace every_operation
