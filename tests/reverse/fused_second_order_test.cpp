// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Second derivatives by duals in statements of fused_var: partials of every operation against the oracle, and
// what drivers make of them.

#include <cmath>
#include <type_traits>
#include <vector>

#include <dad/driver/forward.hpp>
#include <dad/driver/hessian.hpp>
#include <dad/fused.hpp>

#include "catch.hpp"
#include "core/close.hpp"
#include "reverse/fused_record.hpp"

namespace {

struct forward_over_fused {
  static constexpr const char* name = "forward over fused";
  static constexpr int order = 2;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    using inner = dad::dual<double, N>;
    outcome<N> y;
    const auto seeded = [&](std::size_t i) {
      inner v = x[i];
      v.tangent(i) = 1;
      return v;
    };
    test::record_fused<inner>(f, x, seeded, [&](const auto& r, const auto& active) {
      y.value = dad::value(r);
      for (std::size_t i = 0; r.is_active() && i < N; ++i) {
        const inner adjoint = active[i].adjoint();
        y.first[i] = adjoint.value();
        for (std::size_t j = 0; j < N; ++j) y.second[i][j] = adjoint.tangent(j);
      }
    });
    return y;
  }
};

}  // namespace

TEST_CASE("second partials of operations of fused_var agree with the oracle", "[op]") {
  hold_against_oracle<room::arithmetic, forward_over_fused>();
  hold_against_oracle<room::exponential, forward_over_fused>();
  hold_against_oracle<room::trigonometric, forward_over_fused>();
  hold_against_oracle<room::hyperbolic, forward_over_fused>();
  hold_against_oracle<room::probability, forward_over_fused>();
  hold_against_oracle<room::piecewise, forward_over_fused>();
}

namespace {

template <class T>
constexpr bool is_fused = false;
template <class T>
constexpr bool is_fused<dad::fused_var<T>> = true;

/// exp(x_0 x_1) + x_0^3, which counts its calls by numbers of either kind.
struct watched {
  int* fused_calls;
  int* other_calls;
  template <class X>
  auto operator()(const X& x) const {
    using T = std::remove_cvref_t<decltype(x[0])>;
    ++*(is_fused<T> ? fused_calls : other_calls);
    const T product = x[0] * x[1];
    T sum = exp(product);
    sum += x[0] * x[0] * x[0];
    return sum;
  }
};

const std::vector<double> at{0.5, -0.75};
// Its derivatives by hand there: by the first and by the second input, and by two of them.
const double e = std::exp(at[0] * at[1]);
const double first = at[1] * e + 3 * at[0] * at[0], second = at[0] * e;
const double xx = at[1] * at[1] * e + 6 * at[0], xy = (1 + at[0] * at[1]) * e, yy = at[0] * at[0] * e;

}  // namespace

TEST_CASE("a product with the Hessian of a fused function records its assignments") {
  int fused_calls = 0, other_calls = 0;
  const auto f = dad::fused(watched{&fused_calls, &other_calls});
  const auto [value, product] = dad::value_and_hvp(f, at, std::vector<double>{2.0, -1.0});
  CHECK(fused_calls == 1);
  CHECK(other_calls == 0);
  CHECK(value == close_to(e + 0.125, 1e-15));
  CHECK_ROW(product, (std::vector<double>{2 * xx - xy, 2 * xy - yy}), 1e-15, 0.0);
}

TEST_CASE("gradients of fused functions inside derivatives") {
  int fused_calls = 0, other_calls = 0;
  const auto f = dad::fused(watched{&fused_calls, &other_calls});
  // Along (2, -1): the derivative of the gradient's squared norm.
  const double slope = dad::derivative(
      [&](const auto& t) {
        using T = std::remove_cvref_t<decltype(t)>;
        const auto g = dad::gradient(f, std::vector<T>{at[0] + 2.0 * t, at[1] - t});
        return g[0] * g[0] + g[1] * g[1];
      },
      0.0);
  CHECK(fused_calls == 1);
  CHECK(other_calls == 0);
  CHECK(slope == close_to(2 * first * (2 * xx - xy) + 2 * second * (2 * xy - yy), 1e-14));
}

TEST_CASE("fused functions of gradients") {
  const auto squared = dad::fused([](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    int fused_calls = 0, other_calls = 0;
    const std::vector<T> g = dad::gradient(watched{&fused_calls, &other_calls}, x);
    T sum = g[0] * g[0];
    sum -= g[1] * g[1];
    return sum;
  });
  const std::vector<double> gradient{2 * first * xx - 2 * second * xy, 2 * first * xy - 2 * second * yy};
  CHECK_ROW(dad::gradient(squared, at), gradient, 1e-14, 0.0);
  const double step = 1e-5;
  const std::vector<double> before = dad::gradient(squared, std::vector<double>{at[0] - step, at[1]}),
                            after = dad::gradient(squared, std::vector<double>{at[0] + step, at[1]});
  const std::vector<double> differences{(after[0] - before[0]) / (2 * step),
                                        (after[1] - before[1]) / (2 * step)};
  CHECK_ROW(dad::hvp(squared, at, std::vector<double>{1.0, 0.0}), differences, 1e-8, 0.0);
}
