// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every elementwise operation, for whatever treats them all alike: tests iterate it, machines number it.

#pragma once

#include <dad/op/functions.hpp>
#include <dad/op/reduction.hpp>
#include <dad/op/refused.hpp>

namespace dad::op {

using all =
    type_list<negate, add, subtract, multiply, scale, divide, square, one_minus_square, fma, lerp,       //
              exp, exp2, expm1, log, log2, log10, log1p, sqrt, cbrt, pow,                                //
              sin, cos, tan, asin, acos, atan, atan2, direction, hypot, hypot3,                          //
              sinh, cosh, tanh, asinh, acosh, atanh,                                                     //
              gaussian, erf, erfc, norm_pdf, norm_cdf, lgamma, tgamma, digamma, polygamma,               //
              logistic_density, sigmoid, softplus, log_sum_exp,                                          //
              sign, abs, relu, copysign, min, max, fmin, fmax, clamp, fdim, fmod, remainder, nextafter,  //
              ldexp, floor, ceil, round, trunc, rint, nearbyint, logb>;

}  // namespace dad::op
