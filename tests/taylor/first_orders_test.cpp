// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Value and first coefficient of every operation at the ends of its domain, against the tables of operations:
// the recurrences begin where the partials do.

#include <dad/taylor/series.hpp>

#include "op/against_oracle.hpp"

namespace {

/// series<double, 2>, one operand after the other, the rest plain numbers.
struct by_series {
  static constexpr const char* name = "series";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    for_each_index<N>([&](auto i) {
      const auto r = call_with_one<i>(f, dad::series<double, 2>(x[i], 1.0), x);
      y.value = r.value();
      y.first[i] = r.coefficient(1);
    });
    return y;
  }
};

}  // namespace

TEST_CASE("coefficients begin as partials: op/arithmetic.hpp", "[taylor]") {
  hold_against_oracle<room::arithmetic, by_series>();
}
TEST_CASE("coefficients begin as partials: op/exponential.hpp", "[taylor]") {
  hold_against_oracle<room::exponential, by_series>();
}
TEST_CASE("coefficients begin as partials: op/trigonometric.hpp", "[taylor]") {
  hold_against_oracle<room::trigonometric, by_series>();
}
TEST_CASE("coefficients begin as partials: op/hyperbolic.hpp", "[taylor]") {
  hold_against_oracle<room::hyperbolic, by_series>();
}
TEST_CASE("coefficients begin as partials: op/probability.hpp", "[taylor]") {
  hold_against_oracle<room::probability, by_series>();
}
TEST_CASE("coefficients begin as partials: op/piecewise.hpp", "[taylor]") {
  hold_against_oracle<room::piecewise, by_series>();
}
