// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation in batches, all of its points as the inputs of one call, against the oracle.

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dad/batch/batch.hpp>

#include "op/against_oracle.hpp"

namespace {

template <std::size_t N>
using input = std::conditional_t<N == 1, double, std::array<double, N>>;

template <std::size_t N>
std::vector<input<N>> inputs_of(std::span<const oracle::point<N>> points) {
  std::vector<input<N>> inputs(points.size());
  for (std::size_t k = 0; k < points.size(); ++k) {
    if constexpr (N == 1)
      inputs[k] = points[k].x[0];
    else
      std::copy(std::begin(points[k].x), std::end(points[k].x), inputs[k].begin());
  }
  return inputs;
}

template <room Where>
void hold_batches() {
  for_each_trial<Where>([]<class Op>(const trial<Op>& t) {
    constexpr auto n = trial<Op>::arity;
    using row = domain<Op>;
    const auto f = [op = t.op](const auto& x) {
      if constexpr (n == 1)
        return row::call(op, x);
      else
        return std::apply([&op](const auto&... operand) { return row::call(op, operand...); }, x);
    };
    const auto results = dad::batch_eval(f, inputs_of<n>(t.points));
    REQUIRE(results.size() == t.points.size());
    for (std::size_t k = 0; k < results.size(); ++k) {
      const auto [value, gradient] = results[k];
      outcome<n> got;
      got.value = value;
      if constexpr (n == 1)
        got.first[0] = gradient;
      else
        got.first = gradient;
      hold_outcome<row>(t.op, t.points[k], got, "batch", 1, value_rule::one_ulp);
    }
  });
}

}  // namespace

TEST_CASE("batches of op/arithmetic.hpp agree with the oracle", "[batch]") {
  hold_batches<room::arithmetic>();
}
TEST_CASE("batches of op/exponential.hpp agree with the oracle", "[batch]") {
  hold_batches<room::exponential>();
}
TEST_CASE("batches of op/trigonometric.hpp agree with the oracle", "[batch]") {
  hold_batches<room::trigonometric>();
}
TEST_CASE("batches of op/hyperbolic.hpp agree with the oracle", "[batch]") {
  hold_batches<room::hyperbolic>();
}
TEST_CASE("batches of op/probability.hpp agree with the oracle", "[batch]") {
  hold_batches<room::probability>();
}
TEST_CASE("batches of op/piecewise.hpp agree with the oracle", "[batch]") { hold_batches<room::piecewise>(); }
