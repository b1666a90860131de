# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Where every operation is looked at: pools of points that reach the ends of the domains, and the table of rows."""

import itertools
import math
import sys

from mpmath import mp, mpf

from derivatives import *

TINY = [5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-200, 1e-155, 1e-100, 1e-50, 1e-20, 1e-16, 1e-10, 1e-8]
MIDDLE = [1e-5, 1e-3, 0.03, 0.1, 0.25, 0.5, 0.7, 0.9, 0.999]
NEAR_ONE = [1 - 2.0**-53, 1.0, 1 + 2.0**-52, 1.001, 1.5]
LARGE = [2.0, math.e, 3.0, 5.5, 10.0, 30.0, 100.0, 700.0]
HUGE = [1e4, 1e6, 1e8, 1e10, 1e16, 1e50, 1e100, 1e153, 1e155, 1e200, 1e300, 1.7e308, sys.float_info.max]


def both_signs(points):
    return [-x for x in reversed(points) if x != 0] + [0.0] + [x for x in points if x != 0]


POSITIVE = TINY + MIDDLE + NEAR_ONE + LARGE + HUGE
REAL = both_signs(POSITIVE)
INSIDE = TINY + MIDDLE + [0.99999, 1 - 1e-10, 1 - 2.0**-50, 1 - 2.0**-53, 1.0]
ABOVE_ONE = [1.0, 1 + 2.0**-52, 1 + 2.0**-50, 1 + 1e-14, 1 + 1e-12, 1 + 1e-10, 1 + 1e-8, 1 + 1e-6, 1.0001, 1.001, 1.01,
             1.1, 1.25, 1.5, 1.75] + LARGE + [20.0, 50.0, 1e3, 1e5, 1e7] + HUGE
HALVES = [0.5, 1.5, 2.5, 3.5, 1e15 + 0.5, 0.49999999999999994, 4503599627370495.5, 4503599627370497.0, 2.0**53, 0.75]
POLES = [-0.5, -1.5, -2.5, -0.504083008264455409, -1 + 1e-10, -1 - 1e-10, -1 - 2.0**-52, -1 + 2.0**-53, -2 + 1e-15,
         -2.0000001, -0.75, -3.3, -5.7, -10.5, -10.001, -20.25, -30.6, -100.5]
GAMMA = TINY + [-x for x in TINY] + MIDDLE + NEAR_ONE + [1.4616321449683623, 1.46, 2 - 1e-10, 2 + 1e-10] + POLES + LARGE

FAR_ORDER = [0.1, 0.3, 0.45, 0.5, 0.75, 1.0, 1.25, 1.46, 2.0, 3.5, 7.0, 10.0, 17.5, 30.0, 50.0, 80.0, 99.5, 120.0, 150.0, 160.0,
             165.0, 200.0, 300.0, 500.0, 1e3, 2e3, 4e3] + [-k - f for k in range(4) for f in (0.05, 0.25, 0.49999, 0.7, 0.95)]

CIRCLE = [math.pi / 4, math.pi / 2, math.pi, 3 * math.pi / 2, 2 * math.pi, 22.0, 355.0, 1e22, 1.5707]


def pairs(first, second, count):
    """A deterministic choice of the product of two pools, every element of either at least once."""
    product = list(itertools.product(first, second))
    n = len(product)
    step = max(1, n // count)
    while math.gcd(step, n) != 1 or (step > 1 and (step % len(second) == 0)):
        step += 1
    chosen = [product[(k * step) % n] for k in range(min(count, n))]
    return sorted(set(chosen))


PAIR = [-sys.float_info.max, -1e200, -1e5, -3.0, -1.0, -0.4, -1e-9, -1e-200, -5e-324, 0.0, 1e-310, 1e-160, 1e-20, 0.3, 1.0,
        1 + 2.0**-52, 2.0, 7.25, 1e3, 1e17, 1e160, 1.7e308]
NONZERO = [x for x in PAIR if x != 0]
TIES = [(1.0, 1.0), (-2.5, -2.5), (0.0, 0.0), (1e300, 1e300), (5e-324, 5e-324)]
MODERATE = [-1e9, -1e4, -30.0, -3.0, -1.0, -0.4, -1e-9, 0.0, 1e-300, 1e-5, 0.3, 0.3000000001, 1.0, 2.0, 7.25, 30.5, 40.0, 1e3]
POW_POINTS = (
    pairs([5e-324, 1e-310, 3e-308, 1e-200, 1e-20, 1e-3, 0.3, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 1.5, 2.0, 10.0, 1e5, 1e100, 1.7e308],
          [-300.0, -17.5, -2.0, -1.0, -0.5, -1e-5, 1e-10, 1e-3, 0.5, 1.0, 1.5, 2.0, 3.0, 10.25, 120.0], 120)
    + [(-2.0, 3.0), (-2.0, 2.0), (-1e-5, -3.0), (-7.5, 1.0), (-1e100, 3.0), (-0.5, 0.0), (-0.3, 5.0), (-1.0, 1e15)]
    + [(2.0, 0.0), (0.5, 0.0), (1e300, 0.0), (1.0, 0.0), (1.0, 1e300), (1 + 1e-10, 1e10), (1 - 1e-10, -1e12)])
TRIPLE = [-1e200, -30.0, -1.0, -0.3, -1e-30, 0.0, 1e-200, 1e-7, 0.5, 1.0, 2.0, 1e8, 1e153]


def triples(pool, count):
    n = len(pool)
    rows = []
    for k in range(count):
        rows.append((pool[(3 * k + k // n) % n], pool[(5 * k + 1 + k // 7) % n], pool[(7 * k + 2 + k // 11) % n]))
    return sorted(set(rows))


def ones(points):
    return [(x,) for x in sorted(set(points))]


def rounding(f):
    return piecewise(lambda x: (f(x), (0,)))


INTEGERS = REAL + both_signs(HALVES)
ROOMS = {
    "arithmetic": {
        "negate": (unary(lambda x: (-x, mpf(-1), mpf(0), mpf(0))), ones(REAL)),
        "add": (polynomial(2, {(1, 0): 1, (0, 1): 1}), pairs(PAIR, PAIR, 60)),
        "subtract": (polynomial(2, {(1, 0): 1, (0, 1): -1}), pairs(PAIR, PAIR, 60)),
        "multiply": (polynomial(2, {(1, 1): 1}), pairs(PAIR, PAIR, 80)),
        "scale": (polynomial(2, {(1, 1): 1}), pairs(PAIR, PAIR, 60)),
        "divide": (divide, pairs(PAIR, NONZERO, 120)),
        "square": (unary(lambda x: (x * x, 2 * x, mpf(2), mpf(0))), ones(REAL)),
        "one_minus_square": (unary(lambda x: (1 - x * x, -2 * x, mpf(-2), mpf(0))), ones(both_signs(INSIDE))),
        "fma": (polynomial(3, {(1, 1, 0): 1, (0, 0, 1): 1}), triples(TRIPLE, 60)),
        "lerp": (polynomial(3, {(1, 0, 0): 1, (1, 0, 1): -1, (0, 1, 1): 1}), triples(TRIPLE, 60)),
    },
    "exponential": {
        "exp": (unary(lambda x: (mp.exp(x),) * 4), ones(REAL + [-708.0, -720.0, -745.0, -746.0, 709.7, 710.0])),
        "exp2": (unary(lambda x: tuple(mp.power(2, x) * mp.ln2**k for k in range(4))),
                 ones(REAL + [-1022.0, -1050.5, -1074.0, -1076.0, 1023.9, 1030.0])),
        "expm1": (unary(lambda x: (mp.expm1(x),) + (mp.exp(x),) * 3), ones(REAL + [-40.0, -745.0, 709.7, 710.0])),
        "log": (unary(log_like(mpf(1))), ones(POSITIVE + [0.0])),
        "log2": (unary(lambda x: log_like(1 / mp.ln2)(x)), ones(POSITIVE + [0.0])),
        "log10": (unary(lambda x: log_like(1 / mp.ln10)(x)), ones(POSITIVE + [0.0])),
        "log1p": (unary(log1p), ones(POSITIVE + [-x for x in INSIDE] + [0.0])),
        "sqrt": (unary(sqrt), ones(POSITIVE + [0.0])),
        "cbrt": (unary(cbrt), ones(REAL)),
        "pow": (without(power, power_leaves), POW_POINTS),
    },
    "trigonometric": {
        "sin": (unary(lambda x: (mp.sin(x), mp.cos(x), -mp.sin(x), -mp.cos(x))), ones(REAL + both_signs(CIRCLE))),
        "cos": (unary(lambda x: (mp.cos(x), -mp.sin(x), -mp.cos(x), mp.sin(x))), ones(REAL + both_signs(CIRCLE))),
        "tan": (unary(tan), ones(REAL + both_signs(CIRCLE))),
        "asin": (unary(asin), ones(both_signs(INSIDE))),
        "acos": (unary(acos), ones(both_signs(INSIDE))),
        "atan": (unary(atan), ones(REAL)),
        "atan2": (without(atan2, angle_leaves), [p for p in pairs(PAIR, PAIR, 120) if p != (0.0, 0.0) and (p[0] != 0 or p[1] > 0)]),
        "hypot": (without(length, length_leaves), pairs(PAIR, PAIR, 120) + [(3.0, 4.0), (0.0, 0.0)]),
        "direction": (without(direction, cosine_leaves), pairs(PAIR, PAIR, 120) + [(3.0, 4.0), (0.0, 0.0)]),
        "hypot3": (without(length, length_leaves), triples(TRIPLE, 70) + [(2.0, 3.0, 6.0), (0.0, 0.0, 0.0)]),
    },
    "hyperbolic": {
        "sinh": (unary(sinh), ones(REAL + [-711.0, 710.0, 711.0])),
        "cosh": (unary(cosh), ones(REAL + [-711.0, 710.0, 711.0])),
        "tanh": (unary(tanh), ones(REAL + [-20.0, -350.0, 20.0, 350.0, 371.0])),
        "asinh": (unary(asinh), ones(REAL)),
        "acosh": (unary(acosh), ones(ABOVE_ONE)),
        "atanh": (unary(atanh), ones(both_signs(INSIDE))),
    },
    "probability": {
        "erf": (unary(erf), ones(REAL + [-6.0, -20.0, 4.0, 6.0, 20.0, 26.5])),
        "erfc": (unary(erfc), ones(REAL + [-6.0, 4.0, 6.0, 20.0, 26.5, 27.2])),
        "gaussian": (unary(gaussian), ones(REAL + [-6.0, 4.0, 20.0, 26.5, 27.2])),
        "norm_pdf": (unary(norm_pdf), ones(REAL + [-6.0, 4.0, 20.0, 37.5, 38.4])),
        "norm_cdf": (unary(norm_cdf), ones(REAL + [-6.0, -20.0, -37.5, -38.3, 4.0])),
        "lgamma": (unary(at_digits(120, lgamma)), ones([x for x in GAMMA + HUGE if x != 0])),
        "tgamma": (unary(at_digits(120, tgamma)), ones([x for x in GAMMA if x != 0] + [140.0, 170.5, 171.6, 172.0, 1e3])),
        "digamma": (unary(polygamma(0)), ones([x for x in GAMMA + HUGE if x != 0])),
        "polygamma_1": (unary(polygamma(1)), ones([x for x in GAMMA + HUGE if x != 0])),
        "polygamma_2": (unary(polygamma(2)), ones([x for x in GAMMA + HUGE if x != 0])),
        "polygamma_7": (unary(polygamma(7)), ones([x for x in GAMMA if x != 0])),
        "polygamma_40": (unary(polygamma(40)), ones([x for x in GAMMA if abs(x) > 1e-12])),
        "polygamma_150": (unary(polygamma(150)), ones(FAR_ORDER)),
        "sigmoid": (unary(sigmoid), ones(REAL + [-36.0, -745.0, 36.0, 745.0])),
        "softplus": (unary(softplus), ones(REAL + [-36.0, -745.0, 36.0, 745.0])),
        "logistic_density": (unary(logistic_density), ones(REAL + [-36.0, -745.0, 36.0, 745.0])),
        "log_sum_exp": (log_sum_exp, pairs(MODERATE, MODERATE, 90) + [(1e300, -1e300), (-800.0, 0.0), (1e300, 1e300)]),
    },
    "piecewise": {
        "sign": (piecewise(lambda x: (sign(x), (0,))), ones(REAL)),
        "abs": (piecewise(lambda x: (abs(x), (sign(x),))), ones(REAL)),
        "relu": (piecewise(lambda x: (max(x, 0.0), (int(x > 0),))), ones(REAL)),
        "floor": (rounding(lambda x: math.floor(x)), ones(INTEGERS)),
        "ceil": (rounding(lambda x: math.ceil(x)), ones(INTEGERS)),
        "round": (rounding(round_away), ones(INTEGERS)),
        "trunc": (rounding(lambda x: math.trunc(x)), ones(INTEGERS)),
        "rint": (rounding(lambda x: round(x)), ones(INTEGERS)),
        "nearbyint": (rounding(lambda x: round(x)), ones(INTEGERS)),
        "logb": (piecewise(logb), ones(REAL)),
        "ldexp_3": (unary(lambda x: (x * 8, mpf(8), mpf(0), mpf(0))), ones(REAL)),
        "ldexp_m1030": (unary(lambda x: (x / mpf(2) ** 1030, mpf(2) ** -1030, mpf(0), mpf(0))), ones(REAL)),
        "copysign": (piecewise(lambda x, y: (math.copysign(x, y), (sign(x) * (1 if y >= 0 else -1), 0))),
                     pairs(PAIR, PAIR, 60)),
        "min": (piecewise(lambda x, y: (y, (0, 1)) if y < x else (x, (1, 0))), pairs(PAIR, PAIR, 60) + TIES),
        "max": (piecewise(lambda x, y: (y, (0, 1)) if x < y else (x, (1, 0))), pairs(PAIR, PAIR, 60) + TIES),
        "fmin": (piecewise(lambda x, y: (y, (0, 1)) if y < x else (x, (1, 0))), pairs(PAIR, PAIR, 60) + TIES),
        "fmax": (piecewise(lambda x, y: (y, (0, 1)) if x < y else (x, (1, 0))), pairs(PAIR, PAIR, 60) + TIES),
        "clamp": (piecewise(clamp), [(x, *sorted((a, b))) for x, a, b in triples(TRIPLE, 60)]),
        "fdim": (piecewise(lambda x, y: (mpf(x) - mpf(y), (1, -1)) if x > y else (0, (0, 0))), pairs(PAIR, PAIR, 60) + TIES),
        "fmod": (piecewise(fmod), pairs(PAIR, NONZERO, 90) + [(7.0, 2.0), (-7.5, 2.0), (5.3, -2.0), (0.3, 0.1), (1e17, 3.0)]),
        "remainder": (piecewise(remainder),
                      pairs(PAIR, NONZERO, 90) + [(7.0, 2.0), (-7.5, 2.0), (5.3, -2.0), (5.0, 2.0), (3.0, 2.0), (1e17, 3.0)]),
        "nextafter": (piecewise(lambda x, y: (math.nextafter(x, y), (1, 0))), pairs(PAIR, PAIR, 60)),
    },
}
