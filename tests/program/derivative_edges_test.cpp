// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Replay at and beyond the ends of domains, on ties and at infinity: first and second partials are those of
// duals, and zero seeds stay zero.

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "op/domain.hpp"
#include "program/replay_mode.hpp"

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Every tuple of hostile operands.
template <std::size_t N>
std::vector<operands<N>> hostile_points() {
  const std::vector<double> pool =
      N == 3 ? std::vector<double>{-2, -0.0, 0, 0.5, 1, inf}
             : std::vector<double>{-800, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 3, 800, 1e-320, inf, nan};
  std::size_t count = 1;
  for (std::size_t i = 0; i < N; ++i) count *= pool.size();
  std::vector<operands<N>> points(count);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0, rest = k; i < N; ++i, rest /= pool.size())
      points[k][i] = pool[rest % pool.size()];
  return points;
}

bool agree(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-12 * std::abs(b) + 1e-300;
}

template <std::size_t N>
std::string text_of(const operands<N>& x) {
  std::string text;
  for (const double operand : x) text += " " + std::to_string(operand);
  return text;
}

/// First and second partials of f in replay and by a tape of duals.
template <std::size_t N, class F>
void hold_at(const char* name, const F& f, const operands<N>& x) {
  const outcome<N> expected = forward_over_reverse::differentiate(f, x);
  const outcome<N> got = replay_mode::differentiate(f, x);
  bool has_nan = false;
  for (const double operand : x) has_nan = has_nan || std::isnan(operand);
  for (std::size_t i = 0; i < N; ++i) {
    INFO(name << ", partial " << i << " at" << text_of(x) << ": " << got.first[i] << ", expected "
              << expected.first[i]);
    CHECK(agree(got.first[i], expected.first[i]));
    if (has_nan) continue;  // what is flat may stay 0 or become NaN then
    for (std::size_t j = i; j < N; ++j) {
      // Row i of a Hessian is the derivative of the gradient along axis i, right of the diagonal.
      INFO("by " << j << ": " << got.second[i][j] << ", expected " << expected.second[j][i]);
      CHECK(agree(got.second[i][j], expected.second[j][i]));
      CHECK(agree(got.second[j][i], got.second[i][j]));
    }
  }
}

/// fn(trial) for every operation with each of its parameters.
template <class... Op, class Fn>
void for_each_trial(dad::op::type_list<Op...>, Fn&& fn) {
  const auto each = [&](const auto& trials) {
    for (const auto& t : trials) fn(t);
  };
  (each(domain<Op>::trials()), ...);
}

TEST_CASE("every operation at hostile points, to second order") {
  for_each_trial(dad::op::all{}, []<class Op>(const trial<Op>& t) {
    const auto f = [&t](const auto&... x) { return domain<Op>::call(t.op, x...); };
    for (const auto& x : hostile_points<trial<Op>::arity>()) hold_at(Op::name, f, x);
  });
}

TEST_CASE("powers of plain exponents and bases") {
  for (const double x : {-800.0, -2.0, -0.0, 0.0, 1e-320, 0.5, 1.0, 3.0, inf}) {
    for (const double c : {-3.0, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 1e300, inf, nan}) {
      INFO("exponent or base " << c);
      hold_at<1>("pow(x, c)", [c](const auto& a) { return pow(a, c); }, {x});
      hold_at<1>("pow(c, x)", [c](const auto& a) { return pow(c, a); }, {x});
    }
  }
}

TEST_CASE("what is not chosen leaves no trace, however infinite its derivative") {
  const auto chosen = [](const auto& x, const auto& y) { return dad::select(x > 0, sqrt(x) * y, x * y); };
  for (const double x : {0.0, -0.0, 1.0, -1.0}) hold_at<2>("select", chosen, {x, 3.0});
  const auto other = [](const auto& x) { return dad::select(x != 0, sin(x) / x, 1); };
  for (const double x : {0.0, 1e-300, 1.0}) hold_at<1>("sin(x) / x", other, {x});
  const auto entropy = [](const auto& x, const auto& y) {
    return dad::select(x > 0, -(x * y) * log(x), y * 0);
  };
  for (const double x : {0.0, 0.5}) hold_at<2>("x log(x)", entropy, {x, 2.0});
  const auto sum = [](const auto& x, const auto& y) {
    const auto z = y / x;
    return dad::select(x == 0, x + 2 * y, z * y - (z + x * log(x)) - z);
  };
  for (const double x : {0.0, 0.5}) hold_at<2>("several uses", sum, {x, 2.0});
  const auto nested = [](const auto& x) {
    return 3 * dad::select(x < 0, x, dad::select(x == 0, sin(x), log(x) * exp(x) * log(x)) * 2);
  };
  for (const double x : {0.0, -1.0, 0.5}) hold_at<1>("nested", nested, {x});
  // Not only in a product: the tangent itself is infinite.
  const outcome<1> at_zero = replay_mode::differentiate(
      [](const auto& x) { return dad::select(x > 0, sqrt(x), 2 * x); }, operands<1>{0.0});
  CHECK(at_zero.first[0] == 2);
  CHECK(at_zero.second[0][0] == 0);
  const outcome<1> guarded = replay_mode::differentiate(
      [](const auto& x) { return dad::select(x > 0, x * log(x), 5 * x); }, operands<1>{0.0});
  CHECK(guarded.first[0] == 5);
  CHECK(guarded.second[0][0] == 0);
}

/// The conventions of docs/architecture.md, section "Edge points", in numbers. NaN in `first` asks for NaN.
template <std::size_t N, class F>
void holds(const F& f, const operands<N>& x, const operands<N>& first) {
  const outcome<N> got = replay_mode::differentiate(f, x);
  for (std::size_t i = 0; i < N; ++i) {
    INFO("at" << text_of(x) << ", partial " << i << ": " << got.first[i] << ", expected " << first[i]);
    CHECK((got.first[i] == first[i] || (std::isnan(got.first[i]) && std::isnan(first[i]))));
  }
}

TEST_CASE("the table of edge points") {
  for (const double zero : {0.0, -0.0}) {
    holds<1>([](const auto& x) { return sqrt(x); }, {zero}, {inf});
    holds<1>([](const auto& x) { return log(x); }, {zero}, {inf});
    holds<1>([](const auto& x) { return abs(x); }, {zero}, {0});
    holds<1>([](const auto& x) { return dad::relu(x); }, {zero}, {0});
    holds<1>([](const auto& x) { return floor(x) + ceil(x) + round(x) + trunc(x) + dad::sign(x); }, {zero},
             {0});
    holds<1>([](const auto& x) { return pow(x, 0.0); }, {zero}, {0});
    holds<1>([](const auto& x) { return pow(x, 1.0); }, {zero}, {1});
    holds<1>([](const auto& x) { return pow(x, 2); }, {zero}, {0});
    holds<2>([](const auto& x, const auto& y) { return hypot(x, y); }, {zero, 0.0}, {0, 0});
    holds<2>(
        [](const auto& x, const auto& y) {
          return dad::norm(std::vector{x, y, x, y});
        },
        {zero, 0.0}, {0, 0});
    holds<2>([](const auto& x, const auto& y) { return min(x, y); }, {zero, 0.0}, {1, 0});
    holds<2>([](const auto& x, const auto& y) { return max(x, y); }, {zero, 0.0}, {1, 0});
    holds<2>([](const auto& x, const auto& y) { return pow(x, y); }, {zero, 2.0}, {0, 0});
    holds<2>([](const auto& x, const auto& y) { return pow(x, y); }, {zero, 1.0}, {1, 0});
    holds<2>([](const auto& x, const auto& y) { return atan2(x, y); }, {zero, 0.0}, {nan, nan});
  }
  holds<1>([](const auto& x) { return asin(x); }, {1.0}, {inf});
  holds<1>([](const auto& x) { return asin(x); }, {-1.0}, {inf});
  holds<1>([](const auto& x) { return acos(x); }, {1.0}, {-inf});
  holds<1>([](const auto& x) { return acos(x); }, {-1.0}, {-inf});
  holds<1>([](const auto& x) { return pow(x, 0.0); }, {nan}, {0});
  holds<1>([](const auto& x) { return pow(x, 1); }, {-2.0}, {1});
  holds<2>([](const auto& x, const auto& y) { return min(x, y); }, {2.0, 2.0}, {1, 0});
  holds<2>([](const auto& x, const auto& y) { return max(x, y); }, {2.0, 2.0}, {1, 0});
  holds<2>([](const auto& x, const auto& y) { return pow(x, y); }, {-2.0, 3.0}, {12, nan});
}

/// Numbers at and beyond the ends of domains, none of them infinite.
template <std::size_t N>
std::vector<std::vector<double>> finite_hostile_rows() {
  const double pool[] = {-800, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 800, 1e-320, 1.7e308};
  std::size_t count = 1;
  for (std::size_t i = 0; i < N; ++i) count *= std::size(pool);
  std::vector<std::vector<double>> rows(count, std::vector<double>(N));
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0, rest = k; i < N; ++i, rest /= std::size(pool))
      rows[k][i] = pool[rest % std::size(pool)];
  return rows;
}

TEST_CASE("zero seeds stay zero through every operation") {
  using dad::detail::derivative_code;
  using dad::detail::derivative_kind;
  for_each_trial(dad::op::all{}, []<class Op>(const trial<Op>& t) {
    constexpr auto n = trial<Op>::arity;
    const auto f = [&t](const auto& x) {
      return [&]<std::size_t... I>(std::index_sequence<I...>) { return domain<Op>::call(t.op, x[I]...); }
      (std::make_index_sequence<n>{});
    };
    const std::vector<double> harmless(t.points[0].x, t.points[0].x + n);
    const dad::detail::recording r = test::record(f, harmless);
    REQUIRE(r.guards.empty());
    const auto points = finite_hostile_rows<n>();
    const std::pair<const char*, derivative_kind> kinds[] = {{"tangent", derivative_kind::tangent},
                                                             {"adjoint", derivative_kind::adjoint},
                                                             {"product", derivative_kind::product}};
    for (const auto& [name, kind] : kinds) {
      const derivative_code d(r, kind);
      auto rows = points;
      for (auto& row : rows) row.resize(n + d.seed_count(), 0.0);
      const auto got = test::replay(d.main(), rows).outputs;
      for (std::size_t k = 0; k < rows.size(); ++k)
        for (std::size_t i = 1; i < got[k].size(); ++i) {
          INFO(Op::name << ", " << name << ", derivative " << i << " at " << rows[k][0] << ", "
                        << rows[k][n - 1] << ": " << got[k][i]);
          if (!(got[k][i] == 0)) CHECK(got[k][i] == 0);
        }
      SUCCEED();
    }
  });
}

}  // namespace
