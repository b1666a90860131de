// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation element by element, on the tape, at all points of its table: values and partials against
// the oracle's exact numbers.

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "op/against_oracle.hpp"

#include <dad/dad.hpp>

namespace {

template <class T, std::size_t N>
using columns = std::array<std::vector<dad::var<T>>, N>;

template <class Op>
columns<double, trial<Op>::arity> columns_of(const trial<Op>& t) {
  columns<double, trial<Op>::arity> x;
  for (const auto& at : t.points)
    for (std::size_t k = 0; k < x.size(); ++k) x[k].push_back(at.x[k]);
  return x;
}

template <class Op>
auto function_of(const trial<Op>& t) {
  return [&t](const auto&... x) { return domain<Op>::call(t.op, x...); };
}

/// All points in one row of a tape; adjoints of each are its partials.
template <class Op>
void hold_gradients(const trial<Op>& t) {
  dad::tape<> tape;
  const auto guard = tape.activate();
  auto x = columns_of(t);
  for (auto& column : x) tape.input(column);
  const auto y =
      std::apply([&](const auto&... column) { return dad::elementwise(function_of(t), column...); }, x);
  CHECK(tape.statistics().statements == t.points.size() * (1 + x.size()));
  tape.backward(y, std::vector<double>(y.size(), 1.0));
  for (std::size_t i = 0; i < y.size(); ++i) {
    outcome<trial<Op>::arity> got{};
    got.value = y[i].value();
    for (std::size_t k = 0; k < x.size(); ++k) got.first[k] = x[k][i].adjoint();
    hold_outcome<domain<Op>>(t.op, t.points[i], got, "elementwise", 1, value_rule::one_ulp);
  }
}

/// In numbers with a tangent along each operand.
template <class Op>
void hold_second_partials(const trial<Op>& t) {
  constexpr std::size_t arity = trial<Op>::arity;
  using number = dad::dual<double, 1>;
  std::vector<outcome<arity>> got(t.points.size());
  for (std::size_t along = 0; along < arity; ++along) {
    dad::tape<number> tape;
    const auto guard = tape.activate();
    columns<number, arity> x;
    for (const auto& at : t.points)
      for (std::size_t k = 0; k < arity; ++k) x[k].push_back(number(at.x[k], k == along ? 1.0 : 0.0));
    for (auto& column : x) tape.input(column);
    const auto y =
        std::apply([&](const auto&... column) { return dad::elementwise(function_of(t), column...); }, x);
    tape.backward(y, std::vector<number>(y.size(), number(1.0)));
    for (std::size_t i = 0; i < y.size(); ++i) {
      got[i].value = y[i].value().value();
      for (std::size_t k = 0; k < arity; ++k) {
        got[i].first[k] = x[k][i].adjoint().value();
        got[i].second[k][along] = x[k][i].adjoint().tangent();
      }
    }
  }
  for (std::size_t i = 0; i < got.size(); ++i)
    hold_outcome<domain<Op>>(t.op, t.points[i], got[i], "elementwise in duals", 2, value_rule::one_ulp);
}

template <class... Op>
void hold_all(dad::op::type_list<Op...>) {
  const auto hold_trials = []<class One>(One) {
    for (const auto& t : domain<One>::trials()) {
      hold_gradients(t);
      hold_second_partials(t);
    }
  };
  (hold_trials(Op{}), ...);
}

}  // namespace

TEST_CASE("every operation element by element against the oracle") { hold_all(dad::op::all{}); }
