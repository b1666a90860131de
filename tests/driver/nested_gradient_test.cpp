// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients and adjoints inside other derivatives.

#include "driver/nested.hpp"

namespace {

using nested::outer_function;

TEST_CASE("gradient inside") {
  outer_function<nested::by_gradient, true>::check_forward();
  outer_function<nested::by_gradient, false>::check_forward();
  outer_function<nested::by_gradient, false>::check_reverse();
}
TEST_CASE("gradient of one variable inside") {
  outer_function<nested::by_scalar_gradient, true>::check_forward();
  outer_function<nested::by_scalar_gradient, false>::check_forward();
  outer_function<nested::by_scalar_gradient, true>::check_reverse();
  outer_function<nested::by_scalar_gradient, false>::check_reverse();
}
TEST_CASE("vjp inside") {
  outer_function<nested::by_vjp, false>::check_forward();
  outer_function<nested::by_vjp, false>::check_reverse();
}

TEST_CASE("reverse in reverse at a plain point is refused with advice") {
  const auto check = [](const auto& f) {
    CHECK_THROWS_AS(dad::gradient(f, std::vector{3.0}), dad::tape_error);
    CHECK_THROWS_WITH(
        dad::gradient(f, std::vector{3.0}),
        contains("a captured var of an outer derivative needs the inner one at a point of its type"));
    CHECK(dad::tape<>::active() == nullptr);
  };
  check([](const auto& x) {
    return x[0] * dad::gradient([&](const auto& y) { return x[0] + y[0]; }, std::vector{1.0})[0];
  });
  check([](const auto& x) {
    return x[0] * dad::vjp([&](const auto& y) { return x[0] * y[0]; }, std::array{1.0}, 1.0).adjoint[0];
  });
  check([](const auto& x) {
    return x[0] *
           dad::jacobian([&](const auto& y) { return x[0] * y[0]; }, std::array{1.0}, dad::reverse)(0, 0);
  });
  // Without a captured var there is nothing to confuse.
  const auto fine = [](const auto& x) {
    return x[0] * x[0] * dad::gradient([](const auto& y) { return y[0] * y[0]; }, std::vector{3.0})[0];
  };
  CHECK(dad::gradient(fine, std::vector{1.0})[0] == 12.0);
}

}  // namespace
