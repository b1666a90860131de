// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An exactly zero tangent or adjoint that enters an operation leaves it as zero, whatever the partial:
// unrelated inputs never turn NaN or inf.

#include <array>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "op/domain.hpp"
#include "op/modes.hpp"

namespace {

/// Operands at and beyond the ends of domains, where partials are infinite or NaN: every combination of them.
template <std::size_t N>
std::vector<operands<N>> hostile_points() {
  const double pool[] = {-800, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 800, 1e-320, 1.7e308};
  constexpr std::size_t size = std::size(pool);
  std::size_t count = 1;
  for (std::size_t i = 0; i < N; ++i) count *= size;
  std::vector<operands<N>> points(count);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0, rest = k; i < N; ++i, rest /= size) points[k][i] = pool[rest % size];
  return points;
}

template <class Op, std::size_t N>
void hold_forward(const Op& op, const operands<N>& x) {
  using row = domain<Op>;
  // One operand has the direction 1, no operand the direction 0.
  for (std::size_t i = 0; i < N; ++i) {
    std::array<dad::dual<double, 2>, N> active;
    for (std::size_t j = 0; j < N; ++j) active[j] = x[j];
    active[i].tangent(1) = 1;
    const auto y = std::apply([&op](const auto&... a) { return row::call(op, a...); }, active);
    CHECK(y.tangent(0) == 0);
  }
}

template <class Op, std::size_t N>
void hold_nested(const Op& op, const operands<N>& x) {
  using row = domain<Op>;
  using inner = dad::dual<double, 1>;
  // No inner tangent at all: neither the value's nor the tangent's derivative by that direction is anything
  // but zero.
  std::array<dad::dual<inner, 1>, N> active;
  for (std::size_t j = 0; j < N; ++j) active[j] = dad::dual<inner, 1>(inner(x[j]), inner(1));
  const auto y = std::apply([&op](const auto&... a) { return row::call(op, a...); }, active);
  CHECK(y.value().tangent() == 0);
  CHECK(y.tangent().tangent() == 0);
}

template <class Op, std::size_t N>
void hold_reverse(const Op& op, const operands<N>& x) {
  using row = domain<Op>;
  dad::tape<> tape;
  const auto guard = tape.activate();
  std::array<dad::var<>, N> active;
  for (std::size_t j = 0; j < N; ++j) {
    active[j] = x[j];
    tape.input(active[j]);
  }
  dad::var<> other = 3;
  tape.input(other);
  const auto y = std::apply([&op](const auto&... a) { return row::call(op, a...); }, active);
  const auto unrelated = 2 * other;
  tape.backward(unrelated);
  for (const auto& a : active) CHECK(a.adjoint() == 0);
  CHECK(other.adjoint() == 2);
  if (!y.is_active()) return;
  tape.backward(y, 0.0);
  for (const auto& a : active) CHECK(a.adjoint() == 0);
  // The seed of y is zero because it is multiplied by zero.
  const auto damped = 0 * y + other;
  if (!std::isfinite(y.value())) return;
  tape.backward(damped);
  for (const auto& a : active) CHECK(a.adjoint() == 0);
}

template <room Where>
void hold_room() {
  for_each_operation<Where>(dad::op::all{}, []<class Op>(Op) {
    constexpr auto n = trial<Op>::arity;
    for (const auto& t : domain<Op>::trials())
      for (const operands<n>& x : hostile_points<n>()) {
        INFO(Op::name << " at " << x[0] << (n > 1 ? ", " : "") << (n > 1 ? x[n - 1] : 0));
        hold_forward(t.op, x);
        hold_nested(t.op, x);
        hold_reverse(t.op, x);
      }
  });
}

}  // namespace

TEST_CASE("zero seeds stay zero through op/arithmetic.hpp", "[op]") { hold_room<room::arithmetic>(); }
TEST_CASE("zero seeds stay zero through op/exponential.hpp", "[op]") { hold_room<room::exponential>(); }
TEST_CASE("zero seeds stay zero through op/trigonometric.hpp", "[op]") { hold_room<room::trigonometric>(); }
TEST_CASE("zero seeds stay zero through op/hyperbolic.hpp", "[op]") { hold_room<room::hyperbolic>(); }
TEST_CASE("zero seeds stay zero through op/probability.hpp", "[op]") { hold_room<room::probability>(); }
TEST_CASE("zero seeds stay zero through op/piecewise.hpp", "[op]") { hold_room<room::piecewise>(); }
