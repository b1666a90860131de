// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation as a statement of fused_var, against the oracle.

#include <dad/fused.hpp>

#include "op/against_oracle.hpp"

namespace {

/// Records the expression that f returns, over T.
template <class T, std::size_t N, class F, class Seeded, class Take>
void record(const F& f, const operands<N>&, Seeded&& seeded, Take&& take) {
  dad::tape<T> tape;
  const auto guard = tape.activate();
  std::array<dad::fused_var<T>, N> active;
  for (std::size_t i = 0; i < N; ++i) {
    active[i] = seeded(i);
    tape.input(active[i]);
  }
  const auto r = call_with(f, active);
  if (r.is_active()) tape.backward(r);
  take(r, active);
}

struct fused {
  static constexpr const char* name = "fused";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    record<double>(
        f, x, [&](std::size_t i) { return x[i]; },
        [&](const auto& r, const auto& active) {
          y.value = r.value();
          for (std::size_t i = 0; r.is_active() && i < N; ++i) y.first[i] = active[i].adjoint();
        });
    return y;
  }
};

/// Inside a larger expression, with a partial for each operand.
struct fused_inside {
  static constexpr const char* name = "fused, inside an expression";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y = fused::differentiate(f, x);
    record<double>([&](const auto&... a) { return 0.5 - (-1.0) * (f(a...) - 0.5); }, x,
                   [&](std::size_t i) { return x[i]; },
                   [&](const auto& r, const auto& active) {
                     for (std::size_t i = 0; r.is_active() && i < N; ++i) y.first[i] = active[i].adjoint();
                   });
    return y;
  }
};

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
    record<inner>(f, x, seeded, [&](const auto& r, const auto& active) {
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

TEMPLATE_TEST_CASE("operations of fused_var agree with the oracle", "[op]", fused, fused_inside,
                   forward_over_fused) {
  hold_against_oracle<room::arithmetic, TestType>();
  hold_against_oracle<room::exponential, TestType>();
  hold_against_oracle<room::trigonometric, TestType>();
  hold_against_oracle<room::hyperbolic, TestType>();
  hold_against_oracle<room::probability, TestType>();
  hold_against_oracle<room::piecewise, TestType>();
}
