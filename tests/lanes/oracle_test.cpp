// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The value of every operation over lanes against the oracle's exact numbers.

#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

#include <dad/lanes/math.hpp>

#include "catch.hpp"
#include "op/domain.hpp"

namespace {

using dad::detail::lane_count;
using dad::detail::pack;

/// As scalars are held to: where <cmath> is called lane by lane, it may be off by more than one.
constexpr double units = 4;

void expect(bool agrees, const char* name, std::span<const double> x, double got, double exact, double unit) {
  if (agrees) {
    SUCCEED();
    return;
  }
  std::string at;
  for (const double operand : x) {
    char text[32];
    std::snprintf(text, sizeof text, " %.17g", operand);
    at += text;
  }
  FAIL_CHECK(name << " at" << at << ": got " << got << ", exact " << exact << ", off by "
                  << std::fabs(got - exact) / unit << " units");
}

template <class Op>
void hold(const trial<Op>& t) {
  constexpr std::size_t arity = trial<Op>::arity;
  for (std::size_t first = 0; first < t.points.size(); first += lane_count) {
    const auto point = [&](std::size_t l) -> const auto& {
      return t.points[first + l < t.points.size() ? first + l : first];
    };
    std::array<pack, arity> x;
    for (std::size_t i = 0; i < arity; ++i)
      for (std::size_t l = 0; l < lane_count; ++l) x[i].set(l, point(l).x[i]);
    const pack y = std::apply([&](const auto&... operand) { return pack::apply(t.op, operand...); }, x);
    for (std::size_t l = 0; l < lane_count; ++l) {
      const auto& at = point(l);
      expect(oracle::agrees(y[l], at.value, at.value_unit, units), Op::name, at.x, y[l], at.value,
             at.value_unit);
    }
  }
}

template <class... Op>
void hold_all(dad::op::type_list<Op...>) {
  const auto hold_trials = []<class One>(One) {
    for (const auto& t : domain<One>::trials()) hold(t);
  };
  (hold_trials(Op{}), ...);
}

}  // namespace

TEST_CASE("every operation over lanes against the oracle", "[lanes]") { hold_all(dad::op::all{}); }
