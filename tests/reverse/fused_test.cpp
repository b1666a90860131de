// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Assignments recorded as statements: the same derivatives as by operations, whatever was assigned to what.

#include <dad/fused.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

#include "catch.hpp"
#include "core/close.hpp"

namespace {

using dad::fused_var;
using dad::var;

/// A tape with three inputs.
struct recording {
  dad::tape<> tape;
  dad::tape<>::activation guard = tape.activate();
  fused_var<> x = 2.0, y = 3.0, z = 5.0;
  recording() {
    tape.input(x);
    tape.input(y);
    tape.input(z);
  }
  [[nodiscard]] std::size_t statements() const { return tape.statistics().statements - 3; }
  std::vector<double> gradient(const fused_var<>& f) {
    tape.backward(f);
    return {x.adjoint(), y.adjoint(), z.adjoint()};
  }
};

TEST_CASE("an assignment is one statement") {
  recording r;
  const fused_var<> f = r.x * r.y + exp(r.z - 5.0) * r.x - sin(r.y) / r.z;
  CHECK(r.statements() == 1);
  CHECK(f.value() == close_to(6.0 + 2.0 - std::sin(3.0) / 5.0, 1e-15));
  const std::vector<double> expected{3.0 + 1.0, 2.0 - std::cos(3.0) / 5.0, 2.0 + std::sin(3.0) / 25.0};
  CHECK_ROW(r.gradient(f), expected, 1e-15, 0.0);
}

TEST_CASE("a sum that grows in place is one value") {
  recording r;
  fused_var<> sum = 0.0;
  for (int i = 0; i < 10; ++i) sum += r.x * r.y;
  sum -= exp(r.x - 2.0);
  sum += 7.0;
  CHECK(r.tape.statistics().values == 4);
  CHECK(sum.value() == 66.0);
  CHECK(r.gradient(sum) == std::vector<double>{29.0, 20.0, 0.0});
}

TEST_CASE("sums that grow in turns") {
  recording r;
  fused_var<> first = r.x * r.y, second = r.y * r.z;
  for (int i = 0; i < 3; ++i) {
    first += r.x * r.z;
    second += r.x * r.y;
    second -= exp(r.z - 5.0);
    first += r.y;
  }
  const fused_var<> f = first - 2.0 * second;
  CHECK(r.gradient(f) == std::vector<double>{3.0 + 15 - 2 * 9, 2.0 + 3 - 2 * (5 + 6), 6.0 - 2 * (3 - 3)});
}

TEST_CASE("a value that somebody else knows does not change") {
  recording r;
  fused_var<> sum = r.x * r.y;
  SECTION("a copy") {
    const fused_var<> before = sum;
    sum += r.z;
    const fused_var<> f = before * sum;  // xy (xy + z)
    CHECK(r.gradient(f) == std::vector<double>{6.0 * 3 + 11 * 3, 6.0 * 2 + 11 * 2, 6.0});
  }
  SECTION("an expression that was made before") {
    const auto product = sum * r.z;
    sum += r.x;
    sum += product;  // xy + x + xyz
    CHECK(sum.value() == 38.0);
    CHECK(r.gradient(sum) == std::vector<double>{3.0 + 1 + 15, 2.0 + 10, 6.0});
  }
  SECTION("itself") {
    sum += sum * r.z;
    sum += sum;  // 2 xy (1 + z)
    CHECK(r.gradient(sum) == std::vector<double>{36.0, 24.0, 12.0});
  }
  SECTION("a var of the same value") {
    const var<> before = sum;
    sum *= r.z;
    sum -= before;  // xy (z - 1)
    CHECK(r.gradient(sum) == std::vector<double>{12.0, 8.0, 6.0});
  }
  SECTION("a factor that grows after it was used") {
    const fused_var<> square = sum * sum;
    sum += r.z;
    const fused_var<> f = square + sum * r.x;  // (xy)^2 + (xy + z) x
    CHECK(r.gradient(f) == std::vector<double>{2 * 6.0 * 3 + 11 + 6, 2 * 6.0 * 2 + 4, 2.0});
  }
}

TEST_CASE("expressions outlive what they were made of") {
  recording r;
  const auto f = [](const fused_var<>& x) {
    const fused_var<> t = x * x;
    return t * x;
  };
  const fused_var<> y = f(r.x);
  CHECK(r.gradient(y) == std::vector<double>{12.0, 0.0, 0.0});
  const auto e = f(r.y);
  const auto g = e + e;  // used twice
  const fused_var<> z = g * r.x;
  CHECK(r.gradient(z) == std::vector<double>{54.0, 108.0, 0.0});
}

TEST_CASE("passive variables take part") {
  recording r;
  const fused_var<> p = 4.0, q = p * 2.0 + 1.0;
  CHECK_FALSE(q.is_active());
  fused_var<> sum;
  sum += q;
  CHECK_FALSE(sum.is_active());
  sum += p * r.x;
  sum -= r.y;
  const fused_var<> f = sum * p + p * q;
  CHECK(f.value() == 4.0 * (9 + 8 - 3) + 36);
  CHECK(r.gradient(f) == std::vector<double>{16.0, -4.0, 0.0});
}

TEST_CASE("a partial of zero stops what comes before it") {
  recording r;
  const double infinity = std::numeric_limits<double>::infinity();
  // As a sweep over single operations does, which goes no further from an adjoint of zero.
  const fused_var<> f = 0.0 * sqrt(r.x - 2.0) + r.y;
  CHECK(r.gradient(f) == std::vector<double>{0.0, 1.0, 0.0});
  const fused_var<> g = sqrt(r.x - 2.0) + r.y;
  CHECK(r.gradient(g) == std::vector<double>{infinity, 1.0, 0.0});
}

TEST_CASE("var and fused_var record on one tape") {
  recording r;
  const var<> a = r.x;
  var<> b = a * a + sin(a);
  b += a;
  fused_var<> c = b;
  c += r.y * b;
  const var<> d = var<>(c) * b;
  const auto run = [](auto x, auto y) {
    auto s = x * x + sin(x) + x;
    return (s + y * s) * s;
  };
  using dual = dad::dual<>;
  CHECK_ROW(r.gradient(d),
            (std::vector<double>{run(dual(2.0, 1.0), dual(3.0)).tangent(),
                                 run(dual(2.0), dual(3.0, 1.0)).tangent(), 0.0}),
            1e-15, 0.0);
}

TEST_CASE("terms of a sum, rewound one by one") {
  recording r;
  r.tape.clear_adjoints();
  double sum = 0.0;
  const auto before = r.tape.position();
  for (int k = 0; k < 100; ++k) {
    fused_var<> term = r.x * double(k);
    term += r.y * r.y;
    term -= exp(r.z - 5.0) * r.x;
    sum += term.value();
    r.tape.accumulate(term, 1.0, before);
    r.tape.rewind(before);
  }
  CHECK(sum == 4950.0 * 2 + 900 - 200);
  CHECK(r.x.adjoint() == 4950.0 - 100.0);
  CHECK(r.y.adjoint() == 600.0);
  CHECK(r.z.adjoint() == -200.0);
  CHECK(r.tape.statistics().statements == 3);
}

TEST_CASE("a long recording grows its memory") {
  recording r;
  fused_var<> sum = 0.0, power = 1.0, last = r.x;
  std::size_t count = 400'000;
  for (std::size_t i = 0; i < count; ++i) {
    power = power * r.y - power * 2.0;         // stays 1 and has derivative i + 1
    sum += power * r.x;                        // a product
    sum += 0.5 * r.z + exp(r.x - 2.0) * 0.25;  // partials
    last = last + r.z - r.z;                   // ones
  }
  sum += last;
  const double n = static_cast<double>(count);
  CHECK(sum.value() == close_to(n * (2.0 + 2.5 + 0.25) + 2.0, 1e-12));
  CHECK_ROW(r.gradient(sum), (std::vector<double>{n * 1.25 + 1, n * (n + 1), n * 0.5}), 1e-12, 0.0);
  r.tape.clear();
  fused_var<> x = 3.0;
  r.tape.input(x);
  const fused_var<> f = x * x;
  r.tape.backward(f);
  CHECK(x.adjoint() == 6.0);
}

TEST_CASE("statements of what the tape does not own are refused") {
  const auto message = [](auto&& statement) -> std::string {
    try {
      statement();
    } catch (const dad::tape_error& e) {
      return e.what();
    }
    return "";
  };
  fused_var<> kept, result;
  {
    recording r;
    kept = r.x * r.y;
    const auto expression = kept * 2.0;
    recording other;
    CHECK(message([&] { result = kept * other.x; }).find("another, a cleared or a rewound recording") !=
          std::string::npos);
    CHECK(message([&] { result = expression; }).find("a statement got a var of another") !=
          std::string::npos);
    CHECK(message([&] { other.x += kept; }).find("a statement got a var of another") != std::string::npos);
    const fused_var<> still = other.x * other.y;
    CHECK(other.gradient(still) == std::vector<double>{3.0, 2.0, 0.0});
  }
  CHECK(message([&] { result = kept * 2.0; }).find("not active in this thread") != std::string::npos);
  CHECK_FALSE(result.is_active());
  recording r;
  const auto before = r.tape.position();
  fused_var<> rewound = r.x * r.y;
  r.tape.rewind(before);
  fused_var<> fresh = r.x + r.y;
  CHECK(message([&] { fresh += rewound * r.x; }).find("rewound") != std::string::npos);
  CHECK(message([&] { rewound += r.x; }).find("rewound") != std::string::npos);
  CHECK(r.gradient(fresh) == std::vector<double>{1.0, 1.0, 0.0});
}

/// A function that a user might write, of many kinds of statements.
struct mixed {
  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::log, std::sin, std::max, std::tanh, std::fabs, std::hypot;
    using T = std::remove_cvref_t<decltype(x[0])>;
    const auto logistic = [](const T& z) -> T { return 1.0 / (1.0 + exp(-z)); };
    std::vector<T> state(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) state[i] = x[i] * 0.5;
    T sum = 0.0;
    for (int step = 0; step < 5; ++step) {
      for (std::size_t i = 0; i + 1 < state.size(); ++i) {
        const T gate = logistic(state[i] * x[i + 1] + 0.25);
        state[i] = state[i] * gate + tanh(state[i + 1]) * (1.0 - gate);
        state[i + 1] += gate * state[i];
        std::swap(state[i], state[i + 1]);
      }
      sum += max(state[0], state[1]) - fabs(state[2]) / (1.0 + state[0] * state[0]);
      sum -= dad::log_sum_exp(state) * 0.125;
      sum += hypot(state[0], x[2]) + (sum > 1.0 ? T(sin(sum)) : T(sum * x[1]));
      T product = state[0];
      product *= x[1];
      product /= 2.0 + square(x[2]);
      sum += product;
    }
    return sum;
  }
};

TEST_CASE("drivers record fused functions") {
  const mixed f;
  const auto g = dad::fused(f);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> x(3 + static_cast<std::size_t>(trial) % 4), w;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = 2.0 * std::sin(1.7 * trial + 2.3 * double(i));
    const auto [value, gradient] = dad::value_and_gradient(g, x);
    const auto [expected_value, expected] = dad::value_and_gradient(f, x);
    CHECK(value == close_to(expected_value, 1e-14));
    CHECK_ROW(gradient, expected, 1e-12, 1e-13);
    if (trial % 20 != 0) continue;
    w.assign(x.size(), 0.5);
    CHECK_ROW(dad::hvp(g, x, w), dad::hvp(f, x, w), 1e-10, 1e-11);
    const auto hessian = dad::hessian(g, x), expected_hessian = dad::hessian(f, x);
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK_ROW(std::vector<double>(hessian.row(i).begin(), hessian.row(i).end()),
                std::vector<double>(expected_hessian.row(i).begin(), expected_hessian.row(i).end()), 1e-10,
                1e-11);
  }
}

TEST_CASE("fused functions of several outputs, several arguments, and none") {
  const auto f = dad::fused([](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    return std::vector<T>{x[0] * x[1], x[1] - exp(x[0]), T(3.0)};
  });
  const std::vector<double> x{0.5, 2.0};
  const dad::matrix J = dad::jacobian(f, x, dad::reverse);
  const std::vector<double> expected{2.0, 0.5, -std::exp(0.5), 1.0, 0.0, 0.0};
  for (std::size_t k = 0; k < 6; ++k) CHECK(J(k / 2, k % 2) == close_to(expected[k], 1e-15));
  const auto [value, adjoint] = dad::vjp(f, x, std::vector<double>{1.0, 10.0, 100.0});
  CHECK_ROW(value, (std::vector<double>{1.0, 2.0 - std::exp(0.5), 3.0}), 1e-15, 0.0);
  CHECK_ROW(adjoint, (std::vector<double>{2.0 - 10 * std::exp(0.5), 10.5}), 1e-15, 0.0);

  const auto h = dad::fused([](const auto& a, const auto& b) { return a * a * b; });
  const auto [by_a, by_b] = dad::gradient(h, std::pair(3.0, 2.0f));
  CHECK(by_a == 12.0);
  CHECK(by_b == 9.0f);
  CHECK(dad::gradient(dad::fused([](const auto&) { return 1; }), x) == std::vector<double>{0.0, 0.0});
}

/// Values are noted one by one for var, all of them from the first statement on.
TEST_CASE("a statement after operations of var that noted its variables") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> p = 2.0, q = 3.0;
  t.input(p);
  t.input(q);
  var<> z = p * q;
  for (int i = 0; i < 2000; ++i) (void)var<>(p * 2.0);
  const fused_var<> a = p, b = q;
  const fused_var<> sum = a + b;  // value 2003, where the first two are noted
  for (int i = 0; i < 9000; ++i) {
    const var<> w = q * 2.0;
    z += w * q;
  }
  const fused_var<> product = a * sum;
  t.backward(product);
  CHECK(p.adjoint() == 7.0);
  CHECK(q.adjoint() == 2.0);
}

TEST_CASE("a product of duals and a number in a statement") {
  using dual = dad::dual<>;
  dad::tape<dual> t;
  const auto guard = t.activate();
  fused_var<dual> x = dual(0.75, 0.5), y = dual(0.5, 2.0);
  t.input(x);
  t.input(y);
  const fused_var<dual> z = x * x * 0.25 + 2 * (y * x) * -0.5;
  t.backward(z);
  CHECK(x.adjoint().value() == 0.5 * 0.75 - 0.5);
  CHECK(x.adjoint().tangent() == 0.5 * 0.5 - 2.0);
  CHECK(y.adjoint().value() == -0.75);
  CHECK(y.adjoint().tangent() == -0.5);
}

}  // namespace
