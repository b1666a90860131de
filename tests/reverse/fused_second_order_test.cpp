// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Second partials of every operation by duals in statements of fused_var, against the oracle.

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
