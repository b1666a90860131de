// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Polynomials to be minimised.

#pragma once

namespace polynomial {

/// Of two variables, with a minimum near the origin, two saddles and a maximum; unbounded below.
struct third_order {
  template <class P>
  auto operator()(const P& p) const {
    const auto &x = p[0], &y = p[1];
    return .05 * x * x * x + .03 * y * y * y - .02 * x * x * y - .04 * x * y * y + 1.2 * x * x + .6 * y * y -
           .5 * x * y + .3 * x - .2 * y - .15;
  }
};

struct five_variables {
  template <class X>
  auto operator()(const X& x) const {
    return .02 * x[0] * x[0] * x[1] * x[2] * x[4] - .01 * x[1] * x[2] * x[3] * x[4] * x[4] +
           .1 * x[0] * x[1] * x[4] + .2 * x[2] * x[2] * x[3] - .2 * x[1] * x[3] * x[3] + .5 * x[0] * x[0] +
           .6 * x[1] * x[1] + .4 * x[2] * x[2] + .5 * x[3] * x[3] + .3 * x[4] * x[4] + .1 * x[3] + .2 * x[4] -
           .1;
  }
};

}  // namespace polynomial
