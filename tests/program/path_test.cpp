// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A path: its recording without what folds away, its guards apart, and derivatives in one program or row by
// row where that would be too long.

#include <dad/program/path.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "program/interpreted.hpp"
#include "program/random_function.hpp"
#include "program/recorded.hpp"
#include "program/replayed.hpp"

namespace {

using dad::traced;
using dad::detail::block_lanes;
using dad::detail::derivative_code;
using dad::detail::derivative_kind;
using dad::detail::foundation;
using dad::detail::path;
using dad::detail::recording;
using names = std::vector<std::string>;
using row = std::vector<double>;

TEST_CASE("what folds away is not differentiated") {
  const recording r = test::record(
      [](const auto& x) {
        traced y = x[0] * 1 + -0.0;
        y = y * 2 - 0;
        if (traced(1) < 2) y = -(-y);
        return y / 1;
      },
      {0.5});
  CHECK(test::operations_of(r.operations) ==
        names{"multiply", "add", "multiply", "subtract", "negate", "negate", "divide"});
  const foundation base(r);
  dad::detail::list<dad::detail::node_id> roots = base.outputs;
  CHECK(test::operations_of(dad::detail::merge_subexpressions(base.operations, roots)) == names{"multiply"});
  CHECK(test::interpreted(base.operations, base.outputs, {3.0}) == row{6});
  CHECK(base.guards.empty());
}

TEST_CASE("inputs stay nodes 1 to n, also those that nothing takes") {
  const recording r = test::record([](const auto& x) { return x[2] * 5; }, {1, 2, 3});
  const foundation base(r);
  for (dad::detail::node_id i = 1; i <= 3; ++i)
    CHECK((base.operations[i] == dad::detail::node{dad::detail::opcode::input, 0, {i - 1, 0, 0}}));
  CHECK(test::replay_one(derivative_code(r, derivative_kind::gradient).main(), {1, 2, 4}) ==
        row{20, 0, 0, 5});
}

TEST_CASE("guards keep their order and outcomes; those that always hold are dropped") {
  const recording r = test::record(
      [](const auto& x) {
        traced y = 0;
        if (x[1] > 0) y += x[1];
        if (dad::select(traced(2) < 3, 1, x[0]) > 0) y += 1;  // folds only after it was met
        if (!(x[0] > x[1])) y += x[0];
        return y;
      },
      {0.5, 0.75});
  const foundation base(r);
  REQUIRE(base.guards.size() == 2);
  CHECK(base.guards[0].outcome == 1);
  CHECK(base.guards[1].outcome == 0);
  const row values = test::all_interpreted(base.operations, {0.5, 0.75});
  for (const auto& g : base.guards) CHECK(values[g.condition] == g.outcome);
}

TEST_CASE("a path knows its inputs by its guards") {
  path p(
      test::record([](const auto& x) { return x[0] > 0 ? (x[1] > 0 ? x[0] * x[1] : x[0]) : x[1]; }, {1, 2}),
      derivative_kind::gradient);
  REQUIRE(p.check());
  CHECK(p.check()->guard_count() == 2);
  CHECK(p.check()->output_count() == 0);
  const auto left_at =
      test::replay(*p.check(), {{1, 2}, {1, -2}, {-1, 2}, {-1, -2}, {NAN, 1}, {3, 4}}).left_at;
  CHECK(left_at == std::vector<std::uint32_t>{block_lanes::on_path, 1, 0, 0, 0, block_lanes::on_path});
  REQUIRE(p.derivative());
  CHECK(p.derivative()->main().guard_count() == 0);
  CHECK(test::replay_one(p.derivative()->main(), {3, 4}) == row{12, 4, 3});
  CHECK_FALSE(p.is_confirmed);
  CHECK(p.recorded().guards.size() == 2);
  // Without branches there is nothing to check.
  const path straight(test::record([](const auto& x) { return x[0] * x[1]; }, {1, 2}),
                      derivative_kind::gradient);
  CHECK_FALSE(straight.check());
}

TEST_CASE("a path on which f throws has guards and no derivative") {
  recording r = test::record([](const auto& x) { return x[0] > 0 ? x[0] : x[0] * 2; }, {1});
  r.outputs.clear();
  r.has_failed = true;
  r.error = "no";
  const path p(std::move(r), derivative_kind::gradient);
  CHECK_FALSE(p.derivative());
  REQUIRE(p.check());
  CHECK(test::replay(*p.check(), {{1}, {-1}}).left_at == std::vector<std::uint32_t>{block_lanes::on_path, 0});
}

TEST_CASE("the input that recorded a path is on it, whatever its branches") {
  std::mt19937 engine(89);
  std::size_t guards = 0;
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    const std::size_t n = 2 + engine() % 4;
    const auto f = test::make_random_function(engine, n, 40);
    const row x = test::random_point(engine, n);
    const path p(test::record(f, x), derivative_kind::none);
    if (!p.check()) continue;
    guards += p.check()->guard_count();
    // Alone, and among others.
    std::vector<row> rows{x};
    for (int i = 0; i < 40; ++i) rows.push_back(test::random_point(engine, n));
    rows.push_back(x);
    const auto left_at = test::replay(*p.check(), rows).left_at;
    CHECK(left_at.front() == block_lanes::on_path);
    CHECK(left_at.back() == block_lanes::on_path);
    for (std::size_t i = 1; i < rows.size(); ++i)
      CHECK((left_at[i] == block_lanes::on_path) == test::record(f, rows[i]).is_same_as(p.recorded()));
  }
  CHECK(guards > 200);
}

TEST_CASE("values of every kind of result") {
  const recording r = test::record(
      [](const auto& x) {
        return std::vector<traced>{x[1], traced(2.5), x[0] * x[1], x[1], -x[0]};
      },
      {3, 4});
  const derivative_code value(r, derivative_kind::none);
  CHECK(value.value_count() == 5);
  CHECK(value.row_size() == 0);
  CHECK(test::replay_one(value.main(), {5, 6}) == row{6, 2.5, 30, 6, -5});
  const derivative_code jacobian(r, derivative_kind::jacobian);
  CHECK(jacobian.payload_count() == 10);
  CHECK(jacobian.row_count() == 1);
  CHECK(test::replay_one(jacobian.main(), {5, 6}) == row{6, 2.5, 30, 6, -5, 0, 1, 0, 0, 6, 5, 0, 1, -1, 0});
  const derivative_code adjoint(r, derivative_kind::adjoint);
  CHECK(adjoint.seed_count() == 5);
  CHECK(adjoint.row_size() == 2);
  CHECK(test::replay_one(adjoint.main(), {5, 6, /**/ 1, 10, 100, 1000, 10000}) ==
        row{6, 2.5, 30, 6, -5, 600 - 10000, 1 + 500 + 1000});
  const derivative_code tangent(r, derivative_kind::tangent);
  CHECK(tangent.seed_count() == 2);
  CHECK(tangent.row_size() == 5);
  CHECK(test::replay_one(tangent.main(), {5, 6, /**/ 1, 10}) ==
        row{6, 2.5, 30, 6, -5, 10, 0, 6 + 50, 10, -1});
}

TEST_CASE("a constant or an input as the whole result") {
  const recording constant = test::record([](const auto&) { return traced(7); }, {1, 2});
  for (const auto kind : {derivative_kind::gradient, derivative_kind::jacobian})
    CHECK(test::replay_one(derivative_code(constant, kind).main(), {1, 2}) == row{7, 0, 0});
  CHECK(test::replay_one(derivative_code(constant, derivative_kind::hessian).main(), {1, 2}) ==
        row{7, 0, 0, 0, 0});
  CHECK(test::replay_one(derivative_code(constant, derivative_kind::product).main(), {1, 2, 3, 4}) ==
        row{7, 0, 0});
  CHECK(test::replay_one(derivative_code(constant, derivative_kind::tangent).main(), {1, 2, 3, 4}) ==
        row{7, 0});
  const recording input = test::record([](const auto& x) { return x[1]; }, {1, 2});
  CHECK(test::replay_one(derivative_code(input, derivative_kind::gradient).main(), {1, 2}) == row{2, 0, 1});
  CHECK(test::replay_one(derivative_code(input, derivative_kind::hessian).main(), {1, 2}) ==
        row{2, 0, 0, 0, 0});
  CHECK(test::replay_one(derivative_code(input, derivative_kind::adjoint).main(), {1, 2, 5}) == row{2, 0, 5});
}

/// The rows of a code whose derivative comes row by row, by unit seeds.
std::vector<row> rows_of(const derivative_code& d, const row& x) {
  std::vector<row> rows;
  for (std::size_t i = 0; i < d.row_count(); ++i) {
    row input = x;
    input.resize(x.size() + d.seed_count(), 0.0);
    input[x.size() + i] = 1.0;
    const row output = test::replay_one(d.main(), input);
    rows.emplace_back(output.begin() + static_cast<std::ptrdiff_t>(d.value_count()), output.end());
  }
  return rows;
}

TEST_CASE("a Hessian that is too long for one program comes row by row") {
  constexpr std::size_t n = 200;
  // sum_i x_i^2 (i + 1) + (sum_i x_i)^3: 2 (i + 1) on the diagonal, 6 s everywhere
  const auto f = [](const auto& x) {
    traced y = 0, s = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      y += x[i] * x[i] * static_cast<double>(i + 1);
      s += x[i];
    }
    return y + s * s * s;
  };
  row x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(i) / 64;
  double s = 0;
  for (const double value : x) s += value;
  const derivative_code d(test::record(f, x), derivative_kind::hessian);
  CHECK(d.is_symmetric());
  REQUIRE(d.row_count() == n);
  CHECK(d.row_size() == n);
  CHECK(d.seed_count() == n);
  const auto rows = rows_of(d, x);
  bool all = true;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      all = all && rows[i][j] == Approx(6 * s + (i == j ? 2.0 * static_cast<double>(i + 1) : 0.0));
  CHECK(all);
  // A short one does not.
  const derivative_code small(test::record(f, {1, 2}), derivative_kind::hessian);
  CHECK(small.row_count() == 1);
  CHECK_FALSE(small.is_symmetric());
  CHECK(test::replay_one(small.main(), {1, 2}) == row{9 + 27, 20, 18, 18, 22});
}

TEST_CASE("a Jacobian that is too long for one program comes row by row") {
  constexpr std::size_t n = 300;
  const auto f = [](const auto& x) {
    std::vector<traced> y;
    traced s = 0;
    for (const auto& value : x) y.push_back(s += value * value);
    return y;
  };
  row x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(i) / 64;
  const derivative_code d(test::record(f, x), derivative_kind::jacobian);
  CHECK_FALSE(d.is_symmetric());
  REQUIRE(d.row_count() == n);
  CHECK(d.row_size() == n);
  CHECK(d.payload_count() == n * n);
  const auto rows = rows_of(d, x);
  bool all = true;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) all = all && rows[i][j] == (j <= i ? 2 * x[j] : 0.0);
  CHECK(all);
}

TEST_CASE("second derivatives of ranges where one element dominates") {
  // log_sum_exp of (20, 0, 0): p0 (1 - p0) and p0 p1, where 1 - p0 is 4e-9.
  const auto soft = [](const auto& x) { return dad::log_sum_exp(x); };
  const row y = test::replay_one(
      derivative_code(test::record(soft, {1, 2, 3}), derivative_kind::hessian).main(), {20, 0, 0});
  const double q = 2 * std::exp(-20.0);
  CHECK(y[1] == Approx(q / ((1 + q) * (1 + q))).epsilon(1e-12));
  CHECK(y[2] == Approx(-q / 2 / ((1 + q) * (1 + q))).epsilon(1e-12));
  // norm of (1, e, 0, 0): d2/dx0^2 = e^2 / norm^3
  const auto length = [](const auto& x) { return dad::norm(x); };
  const double e = 1e-6;
  const row z = test::replay_one(
      derivative_code(test::record(length, {1, 2, 3, 4}), derivative_kind::hessian).main(), {1, e, 0, 0});
  CHECK(z[1] == Approx(e * e).epsilon(1e-10));
}

}  // namespace
