// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random functions over all operations: every kind of derivative in replay is that of the tape and of duals,
// at the input that was recorded and at others of its path.

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>
#include <dad/program/path.hpp>

#include "core/close.hpp"
#include "program/random_function.hpp"
#include "program/recorded.hpp"
#include "program/replayed.hpp"

namespace {

using dad::detail::derivative_code;
using dad::detail::derivative_kind;
using dad::detail::path;
using row = std::vector<double>;

/// got[first, first + size) against expected, relative to the largest of them.
void hold(const char* what, const row& got, std::size_t first, const row& expected, double tolerance) {
  double scale = 0.1;
  for (const double x : expected) scale = std::max(scale, std::abs(x));
  REQUIRE(got.size() >= first + expected.size());
  const auto begin = got.begin() + static_cast<std::ptrdiff_t>(first);
  INFO(what);
  REQUIRE(difference(row(begin, begin + static_cast<std::ptrdiff_t>(expected.size())), expected, 0.0,
                     tolerance * scale) == "");
}

row joined(row a, const row& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// All registers of a random function, as a function of them.
struct all_registers {
  const test::random_function& f;
  template <class T>
  std::vector<T> operator()(const std::vector<T>& x) const {
    return f.registers(x);
  }
};

/// The codes of a path, and what they are to give at a point.
struct codes {
  dad::detail::recording of_value, of_registers;
  derivative_code value{of_value, derivative_kind::none};
  derivative_code gradient{of_value, derivative_kind::gradient};
  derivative_code hessian{of_value, derivative_kind::hessian};
  derivative_code product{of_value, derivative_kind::product};
  derivative_code tangent{of_registers, derivative_kind::tangent};
  derivative_code adjoint{of_registers, derivative_kind::adjoint};
  derivative_code jacobian{of_registers, derivative_kind::jacobian};

  codes(const test::random_function& f, const row& x)
      : of_value(test::record(f, x)), of_registers(test::record(all_registers{f}, x)) {}

  void hold_at(const test::random_function& f, const row& x, const row& v, double tolerance) const {
    const std::size_t n = x.size();
    const auto [y, g] = dad::value_and_gradient(f, x);
    hold("value", test::replay_one(value.main(), x), 0, {y}, tolerance);
    hold("gradient", test::replay_one(gradient.main(), x), 0, joined({y}, g), tolerance);

    row h;
    for (std::size_t i = 0; i < n; ++i) {
      row axis(n, 0.0);
      axis[i] = 1.0;
      h = joined(h, dad::hvp(f, x, axis));
    }
    const row got = test::replay_one(hessian.main(), x);
    hold("hessian", got, 1, h, 100 * tolerance);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) REQUIRE(test::same_bits(got[1 + i * n + j], got[1 + j * n + i]));
    hold("product", test::replay_one(product.main(), joined(x, v)), 1, dad::hvp(f, x, v), 100 * tolerance);

    const all_registers all{f};
    const auto [ys, t] = dad::jvp(all, x, v);
    hold("tangent", test::replay_one(tangent.main(), joined(x, v)), 0, joined(ys, t), tolerance);
    hold("adjoint", test::replay_one(adjoint.main(), joined(x, v)), n, dad::vjp(all, x, v).adjoint,
         tolerance);
    row j;
    for (std::size_t i = 0; i < n; ++i) {
      row axis(n, 0.0);
      axis[i] = 1.0;
      j = joined(j, dad::vjp(all, x, axis).adjoint);
    }
    hold("jacobian", test::replay_one(jacobian.main(), x), n, j, tolerance);
  }
};

TEST_CASE("every kind of derivative of random functions") {
  std::mt19937 engine(20240501);
  std::size_t others = 0;
  for (int trial = 0; trial < 150; ++trial) {
    CAPTURE(trial);
    const std::size_t n = 2 + engine() % 6;
    const auto f = test::make_random_function(engine, n, 3 + engine() % 40);
    const row x = test::random_point(engine, n);
    const codes c(f, x);
    REQUIRE(c.of_value.is_replayable());
    c.hold_at(f, x, test::random_point(engine, n), 1e-11);

    // The rows of a path: neighbours that pass all of its guards.
    path p(test::record(f, x), derivative_kind::gradient);
    for (int i = 0; i < 3; ++i) {
      row other = test::random_point(engine, n);
      for (std::size_t k = 0; k < n; ++k) other[k] = x[k] + 0.02 * other[k];
      if (p.check()) {
        const auto checked = test::replay(*p.check(), {other, x});
        REQUIRE(checked.left_at[1] == dad::detail::block_lanes::on_path);
        const bool is_on_path = checked.left_at[0] == dad::detail::block_lanes::on_path;
        // The guards say who has the same recording.
        REQUIRE(is_on_path == test::record(f, other).is_same_as(p.recorded()));
        if (!is_on_path) continue;
      }
      ++others;
      c.hold_at(f, other, test::random_point(engine, n), 1e-11);
    }
  }
  CHECK(others > 100);
}

TEST_CASE("every statement alone") {
  std::mt19937 engine(73);
  for (int operation = 0; operation < test::statement_kinds; ++operation) {
    for (int i = 0; i < 4; ++i) {
      CAPTURE(operation);
      test::random_function f;
      // One operand twice, and all different.
      f.statements = {{operation, 0, 0, i % 2 == 0 ? 0U : 1U, 2, test::random_point(engine, 1)[0]}};
      const row x = test::random_point(engine, 3);
      codes(f, x).hold_at(f, x, test::random_point(engine, 3), 1e-12);
    }
  }
}

TEST_CASE("values have the bits of the recording, and derivatives do not depend on passes") {
  std::mt19937 engine(79);
  for (int trial = 0; trial < 60; ++trial) {
    CAPTURE(trial);
    const std::size_t n = 2 + engine() % 4;
    const auto f = test::make_random_function(engine, n, 5 + engine() % 40);
    const row x = test::random_point(engine, n);
    double recorded = 0;
    const auto r = test::record(
        [&](const auto& point) {
          const dad::traced y = f(point);
          recorded = y.recorded_value();
          return y;
        },
        x);
    const codes c(f, x);
    for (const auto* code : {&c.value, &c.gradient, &c.hessian})
      CHECK(test::same_bits(test::replay_one(code->main(), x)[0], recorded));
    // The same in a full block of others.
    std::vector<row> rows(200, x);
    for (std::size_t i = 0; i < rows.size(); i += 3) rows[i] = test::random_point(engine, n);
    const row alone = test::replay_one(c.gradient.main(), x);
    const auto together = test::replay(c.gradient.main(), rows).outputs;
    for (std::size_t i = 1; i < rows.size(); i += 3) CHECK(test::same_bits(together[i], alone));
  }
}

}  // namespace
