// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of Taylor coefficients: of c_k by x_0 along x_0 + t it is (k + 1) c_k+1, for every operation
// and whichever scalar is outside.

#include <dad/reverse/var.hpp>
#include <dad/taylor/series.hpp>

#include <array>
#include <vector>

#include "core/close.hpp"
#include "op/domain.hpp"

namespace {

constexpr std::size_t n = 5;
using plain_series = dad::series<double, n>;

/// (k + 1) c_k+1, for k < n.
std::vector<double> next(const dad::series<double, n + 1>& y) {
  std::vector<double> row;
  for (std::size_t k = 0; k <= n; ++k) row.push_back(static_cast<double>(k + 1) * y.coefficient(k + 1));
  return row;
}

template <class Fn>
std::vector<double> row_of(Fn&& fn) {
  std::vector<double> row;
  for (std::size_t k = 0; k <= n; ++k) row.push_back(fn(k));
  return row;
}

// A point inside each operation's domain, away from kinks and from zeros of derivatives.
template <class Op>
constexpr double point_of = std::is_same_v<Op, dad::op::acosh> ? 1.6 : 0.35;

template <class Op, class... A>
auto call(const Op& op, const A&... a) {
  return domain<Op>::call(op, a...);
}

template <class Op>
void hold(const Op& op) {
  const auto f = [&op](const auto& x) {
    if constexpr (Op::arity == 1)
      return call(op, x);
    else if constexpr (Op::arity == 2)
      return call(op, 2 * x + 0.1, x * x + 0.3);
    else
      return call(op, x * x, 3 * x, x + 2);
  };
  const double at = point_of<Op>;
  const std::vector<double> expected = next(f(dad::series<double, n + 1>(at, 1.0)));
  INFO(Op::name);
  {
    using S = dad::series<dad::dual<>, n>;
    const S y = f(S(dad::dual<>(at, 1.0), dad::dual<>(1.0)));
    CHECK_ROW(row_of([&](std::size_t k) { return y.coefficient(k).tangent(); }), expected, 1e-11, 1e-12);
  }
  {
    using D = dad::dual<plain_series>;
    const D y = f(D(plain_series(at, 1.0), plain_series(1.0)));
    CHECK_ROW(row_of([&](std::size_t k) { return y.tangent().coefficient(k); }), expected, 1e-11, 1e-12);
  }
  {
    dad::tape<> tape;
    const auto guard = tape.activate();
    dad::var<> x = at;
    tape.input(x);
    using S = dad::series<dad::var<>, n>;
    const S y = f(S(x, dad::var<>(1.0)));
    CHECK_ROW(row_of([&](std::size_t k) {
                if (!y.coefficient(k).is_active()) return 0.0;
                tape.backward(y.coefficient(k));
                return x.adjoint();
              }),
              expected, 1e-11, 1e-12);
  }
  {
    dad::tape<plain_series> tape;
    const auto guard = tape.activate();
    dad::var<plain_series> x = plain_series(at, 1.0);
    tape.input(x);
    const dad::var<plain_series> y = f(x);
    std::vector<double> got(n + 1, 0.0);
    if (y.is_active()) {
      tape.backward(y);
      got = row_of([&](std::size_t k) { return x.adjoint().coefficient(k); });
    }
    CHECK_ROW(got, expected, 1e-11, 1e-12);
  }
}

template <room Where>
void hold_room() {
  for_each_operation<Where>(dad::op::all{}, []<class Op>(Op op) { hold(op); });
}

TEST_CASE("derivatives of coefficients: op/arithmetic.hpp") { hold_room<room::arithmetic>(); }
TEST_CASE("derivatives of coefficients: op/exponential.hpp") { hold_room<room::exponential>(); }
TEST_CASE("derivatives of coefficients: op/trigonometric.hpp") { hold_room<room::trigonometric>(); }
TEST_CASE("derivatives of coefficients: op/hyperbolic.hpp") { hold_room<room::hyperbolic>(); }
TEST_CASE("derivatives of coefficients: op/probability.hpp") { hold_room<room::probability>(); }
TEST_CASE("derivatives of coefficients: op/piecewise.hpp") { hold_room<room::piecewise>(); }

TEST_CASE("ranges of nested series") {
  const auto f = [](const auto& x) {
    const std::array row{x, x * x, sin(x) - 2};
    return norm(row) * dad::log_sum_exp(row) + dad::dot(row, row);
  };
  const std::vector<double> expected = next(f(dad::series<double, n + 1>(0.4, 1.0)));
  using S = dad::series<dad::dual<>, n>;
  const S y = f(S(dad::dual<>(0.4, 1.0), dad::dual<>(1.0)));
  CHECK_ROW(row_of([&](std::size_t k) { return y.coefficient(k).tangent(); }), expected, 1e-12);
  using D = dad::dual<plain_series>;
  const D z = f(D(plain_series(0.4, 1.0), plain_series(1.0)));
  CHECK_ROW(row_of([&](std::size_t k) { return z.tangent().coefficient(k); }), expected, 1e-12);
}

}  // namespace
