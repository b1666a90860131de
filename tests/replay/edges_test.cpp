// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Operands at and beyond the ends of domains, in all combinations: batches give the NaN, infinities and
// numbers that the drivers give.

#include "replay/hostile_points.hpp"

namespace {

using test::hold_row, test::hostile_points, test::infinite_points;

/// Where the driver's second partials are finite, so are these, and the same.
void hold_finite(const char* what, const dad::matrix& got, const dad::matrix& expected,
                 const std::vector<double>& x) {
  auto row = test::row_of(got);
  const auto other = test::row_of(expected);
  for (std::size_t k = 0; k < row.size(); ++k)
    if (!std::isfinite(other[k])) row[k] = other[k];
  hold_row(what, row, other, x);
}

template <std::size_t N>
void hold_variables() {
  auto points = hostile_points<N>();
  const std::size_t finite_count = points.size();
  for (const auto& x : infinite_points<N>()) points.push_back(x);
  test::for_each_numbered<N>([&]<class Op>(const auto& f, const trial<Op>&) {
    INFO(Op::name);
    const auto gradients = dad::batch_eval(f, points);
    const auto hessians = dad::batch_hessian(f, points);
    for (std::size_t k = 0; k < points.size(); ++k) {
      const auto x = test::row_of(points[k]);
      const auto [value, gradient] = dad::value_and_gradient(f, points[k]);
      test::hold_value(gradients[k].value, value, x);
      // The partials of a length that is denormal are as coarse as it is.
      if (std::fpclassify(value) == FP_SUBNORMAL) continue;
      hold_row("gradient", gradients[k].gradient, gradient, x);
      hold_finite("Hessian", hessians[k].hessian, dad::hessian(f, points[k]), x);
    }
    // The other operands' partials, infinite or not, do not enter a direction along one axis.
    for (std::size_t i = 0; i < N; ++i) {
      const auto along = dad::batch_jvp(f, points, std::vector(points.size(), test::axis<N>(i)));
      for (std::size_t k = 0; k < finite_count; ++k)
        hold_row("tangent", double(along[k].tangent), test::entry<N>(gradients[k].gradient, i),
                 test::row_of(points[k]));
    }
  });
}

}  // namespace

TEST_CASE("one operand at its ends") { hold_variables<1>(); }
TEST_CASE("two operands at their ends") { hold_variables<2>(); }
TEST_CASE("three operands at their ends") { hold_variables<3>(); }
