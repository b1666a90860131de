// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Edge points in all orders, and functions of whole ranges.

#include <dad/taylor/series.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/close.hpp"
#include "op/domain.hpp"

namespace {

using S = dad::series<double, 4>;
constexpr double inf = std::numeric_limits<double>::infinity();
using list = std::vector<double>;

/// Coefficients 1 to 4.
list rest(const S& x) { return {x.coefficient(1), x.coefficient(2), x.coefficient(3), x.coefficient(4)}; }
S line(double x) { return {x, 1.0}; }

TEST_CASE("ends of a domain have the one-sided limits of all derivatives") {
  CHECK(rest(sqrt(line(0))) == list{inf, -inf, inf, -inf});
  CHECK(rest(sqrt(line(-0.0))) == list{inf, -inf, inf, -inf});
  CHECK(log(line(0)).coefficient(1) == inf);
  CHECK(log(line(-0.0)).coefficient(2) == -inf);
  CHECK(log1p(line(-1)).coefficient(1) == inf);
  CHECK(log1p(line(-1)).coefficient(2) == -inf);
  CHECK(asin(line(1)).coefficient(2) == inf);
  CHECK(asin(line(-1)).coefficient(2) == -inf);
  CHECK(acos(line(1)).coefficient(1) == -inf);
  CHECK(acosh(line(1)).coefficient(2) == -inf);
  CHECK(atanh(line(1)).coefficient(1) == inf);
  CHECK(cbrt(line(0)).coefficient(1) == inf);
}

TEST_CASE("subgradients are flat, ties flow to the first argument") {
  const list flat(4, 0.0);
  CHECK(rest(abs(S(0.0, 1.0, 2.0))) == flat);
  CHECK(rest(dad::relu(line(0))) == flat);
  CHECK(rest(hypot(line(0), S(0.0, 2.0))) == flat);
  CHECK(rest(hypot(line(0), line(0), 0)) == flat);
  CHECK(rest(norm(std::array{line(0), S(0.0, 2.0)})) == flat);
  CHECK(rest(min(S(1.0, 1.0, 5.0), S(1.0, 2.0))) == list{1, 5, 0, 0});
  CHECK(rest(max(S(1.0, 1.0, 5.0), S(1.0, 2.0))) == list{1, 5, 0, 0});
  CHECK(rest(floor(line(2))) == flat);
  CHECK(std::isnan(atan2(line(0), line(0)).coefficient(1)));
}

TEST_CASE("powers with a plain exponent") {
  CHECK(rest(pow(line(0), 0)) == list{0, 0, 0, 0});
  CHECK(rest(pow(line(inf), 0.0)) == list{0, 0, 0, 0});
  CHECK(rest(pow(line(0), 1)) == list{1, 0, 0, 0});
  CHECK(rest(pow(line(0), 2)) == list{0, 1, 0, 0});
  CHECK(rest(pow(S(0.0, 1.0, 1.0), 3.0)) == list{0, 0, 1, 3});
  CHECK(rest(pow(S(-2.0, 1.0), 3)) == list{12, -6, 1, 0});
  CHECK(rest(pow(S(0.0, 0.0, 1.0), 2)) == list{0, 0, 0, 1});
  CHECK(rest(pow(line(0), 0.5)) == list{inf, -inf, inf, -inf});
  CHECK(rest(pow(line(0), 1.5)) == list{0, inf, -inf, inf});
  CHECK(rest(pow(line(0), -1)) == list{-inf, inf, -inf, inf});
  CHECK(rest(pow(0.0, line(2))) == list{0, 0, 0, 0});
  CHECK(std::isnan(pow(-2.0, line(3)).coefficient(1)));
  CHECK(rest(pow(line(-2), S(3.0))) == list{12, -6, 1, 0});  // an exponent that does not move is a constant
  // The value and the first derivatives are beyond the range, or the reciprocal of x is.
  const S tiny = pow(line(1e-200), 2.5);
  CHECK(tiny.coefficient(1) == close_to(2.5e-300));
  CHECK(tiny.coefficient(2) == close_to(1.875e-100));
}

TEST_CASE("integer powers are products") {
  for (const double x : {0.3, -1.7, 12.0, 0.0})
    for (const int n : {2, 3, 7, 20, 63, 64, 65, 100}) {
      if (x == 0 && n > 64) continue;  // of a curve through 0, by the binomial series
      const S base(x, 1.0, 0.5, 0.25);
      S product = 1;
      for (int i = 0; i < n; ++i) product *= base;
      INFO(x << "^" << n);
      CHECK_ROW(rest(pow(base, n)), rest(product), 1e-12);
      if (x != 0)
        CHECK_ROW(rest(pow(base, -n)), rest(1 / product), 1e-12, 1e-14 * std::fabs(1 / product.value()));
    }
}

TEST_CASE("an exactly zero seed stays zero through every operation") {
  const auto hold = []<class Op>(Op) {
    constexpr auto n = trial<Op>::arity;
    for (const auto& t : domain<Op>::trials())
      for (const auto& point : t.points) {
        std::array<S, n> x;
        for (std::size_t i = 0; i < n; ++i) x[i] = point.x[i];
        const S y = std::apply([&](const auto&... a) { return S(domain<Op>::call(t.op, a...)); }, x);
        bool all_zero = true;
        for (std::size_t k = 1; k <= 4; ++k) all_zero = all_zero && y.coefficient(k) == 0;
        // Where x has t^3 alone, y begins with the derivative times its coefficient.
        x[0].coefficient(3) = 1;
        const S z = std::apply([&](const auto&... a) { return S(domain<Op>::call(t.op, a...)); }, x);
        const bool begins = z.coefficient(1) == 0 && z.coefficient(2) == 0;
        const S by_line = [&] {
          x[0] = line(point.x[0]);
          return std::apply([&](const auto&... a) { return S(domain<Op>::call(t.op, a...)); }, x);
        }();
        const double slope = by_line.coefficient(1), third = z.coefficient(3);
        const bool continues = third == slope || (std::isnan(third) && std::isnan(slope)) ||
                               std::fabs(third - slope) <= 1e-13 * std::fabs(slope) + 1e-320;
        if (!all_zero || !begins || !continues)
          FAIL_CHECK(Op::name << " at " << point.x[0] << ", " << point.x[n - 1] << ": " << third << ", slope "
                              << slope);
      }
  };
  [&]<class... Op>(dad::op::type_list<Op...>) { (hold(Op{}), ...); }(dad::op::all{});
}

TEST_CASE("functions of ranges are those of their parts") {
  const std::vector<S> x{S(0.5, 1.0), S(2.0, 0.5, -1.0), S(-1.0), S(0.0, 1.0)};
  S squares = 0, exponentials = 0;
  for (const S& part : x) squares += part * part, exponentials += exp(part);
  CHECK_ROW(rest(norm(x)), rest(sqrt(squares)), 1e-14);
  CHECK_ROW(rest(dad::log_sum_exp(x)), rest(log(exponentials)), 1e-14);
  CHECK_ROW(rest(dad::dot(x, std::vector{1.0, 2.0, 3.0, 4.0})), rest(x[0] + 2 * x[1] + 4 * x[3]));
  CHECK_ROW(rest(dad::dot(x, x)), rest(squares));
  CHECK(norm(x).value() == dad::norm(std::array{0.5, 2.0, -1.0, 0.0}));
  CHECK(dad::log_sum_exp(x).value() == dad::log_sum_exp(std::array{0.5, 2.0, -1.0, 0.0}));
  // The first element is where a length is not smooth, the whole is not there.
  const std::vector<S> singular{S(0.0, 1.0), S(0.0, 1.0), S(2.0)};
  CHECK_ROW(rest(norm(singular)), list{0, 0.5, 0, -0.0625}, 1e-14);  // sqrt(4 + 2 t^2)
  CHECK(rest(norm(std::vector<S>{line(-3)})) == list{-1, 0, 0, 0});
  CHECK(norm(std::vector<S>{}).value() == 0);
  CHECK(dad::log_sum_exp(std::vector<S>{}).value() == -inf);
  const std::vector<S> far{S(-800.0, 1.0), S(800.0, 2.0), S(-inf)};
  CHECK(rest(dad::log_sum_exp(far)) == list{2, 0, 0, 0});
}

}  // namespace
