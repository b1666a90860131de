// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation in replay against the oracle: value, first and second partials at all of its points.

#include "op/against_oracle.hpp"
#include "program/replay_mode.hpp"

namespace {

/// Vector functions are held to the exact value: <cmath>'s may be off by as much as they are.
template <class Op>
struct exact_row : domain<Op> {
  static constexpr value_of value = value_of::oracle;
};

template <room Where>
void hold_replay() {
  for_each_trial<Where>([]<class Op>(const trial<Op>& t) {
    const auto f = [&t](const auto&... x) { return domain<Op>::call(t.op, x...); };
    for (const auto& point : t.points) {
      operands<trial<Op>::arity> x{};
      std::copy(std::begin(point.x), std::end(point.x), x.begin());
      hold_outcome<exact_row<Op>>(t.op, point, replay_mode::differentiate(f, x), replay_mode::name,
                                  replay_mode::order);
    }
  });
}

}  // namespace

TEST_CASE("op/arithmetic.hpp in replay", "[program]") { hold_replay<room::arithmetic>(); }
TEST_CASE("op/exponential.hpp in replay", "[program]") { hold_replay<room::exponential>(); }
TEST_CASE("op/trigonometric.hpp in replay", "[program]") { hold_replay<room::trigonometric>(); }
TEST_CASE("op/hyperbolic.hpp in replay", "[program]") { hold_replay<room::hyperbolic>(); }
TEST_CASE("op/probability.hpp in replay", "[program]") { hold_replay<room::probability>(); }
TEST_CASE("op/piecewise.hpp in replay", "[program]") { hold_replay<room::piecewise>(); }
