// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every operation as a statement of fused_var, alone and inside an expression, against the oracle.

#include "reverse/fused_record.hpp"

namespace {

struct fused {
  static constexpr const char* name = "fused";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    test::record_fused<double>(
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
    test::record_fused<double>([&](const auto&... a) { return 0.5 - (-1.0) * (f(a...) - 0.5); }, x,
                               [&](std::size_t i) { return x[i]; },
                               [&](const auto& r, const auto& active) {
                                 for (std::size_t i = 0; r.is_active() && i < N; ++i)
                                   y.first[i] = active[i].adjoint();
                               });
    return y;
  }
};

}  // namespace

TEMPLATE_TEST_CASE("operations of fused_var agree with the oracle", "[op]", fused, fused_inside) {
  hold_against_oracle<room::arithmetic, TestType>();
  hold_against_oracle<room::exponential, TestType>();
  hold_against_oracle<room::trigonometric, TestType>();
  hold_against_oracle<room::hyperbolic, TestType>();
  hold_against_oracle<room::probability, TestType>();
  hold_against_oracle<room::piecewise, TestType>();
}
