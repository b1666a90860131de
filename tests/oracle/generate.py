#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Writes the tables that the operator tests compare with: tests/oracle/*.inc, one per room of include/dad/op.

Every operation has a function here that gives all its derivatives up to the third, in mpmath with hundreds of
digits, from formulas of its own (--check compares them with mpmath's numerical differentiation). A row holds operands,
value, first partials and second partials, each correctly rounded, and for each of them its unit of error,
2^-52 (|p| + sum over operands of |x_j dp/dx_j|): one ULP of p times one plus its condition number.

Run with Debian's python3-mpmath; the output is deterministic and committed, so no build needs this program.
"""

import itertools
import math
import os
import sys

from mpmath import mp, mpf

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = 700  # covers 1 + 5e-324; more where an operation needs the square of such ratios
INF = mpf("inf")

# ---------------------------------------------------------------------------------------------------------------
# Derivatives: a function of operands that returns {multi-index: exact value}, e.g. {(0,): f, (1,): f', ...}.


def unary(f):
    def derivatives(x):
        return {(k,): value for k, value in enumerate(f(x))}

    return derivatives


def polynomial(arity, coefficients):
    """A multilinear polynomial: {exponents (0 or 1 each): coefficient}."""

    def derivatives(*x):
        result = {}
        for index in indices(arity, 3):
            total = mpf(0)
            for exponents, coefficient in coefficients.items():
                if all(i <= e for i, e in zip(index, exponents)):
                    term = mpf(coefficient)
                    for xi, i, e in zip(x, index, exponents):
                        term *= xi ** (e - i)
                    total += term
            result[index] = total
        return result

    return derivatives


def piecewise(choose):
    """choose(*operands as floats) -> (value, partials): straight pieces, all higher derivatives 0."""

    def derivatives(*x):
        value, partials = choose(*[float(xi) for xi in x])
        result = {index: mpf(0) for index in indices(len(x), 3)}
        result[(0,) * len(x)] = mpf(value)
        for i, p in enumerate(partials):
            result[unit(len(x), i)] = mpf(p)
        return result

    return derivatives


def indices(arity, order):
    return [index for index in itertools.product(range(order + 1), repeat=arity) if sum(index) <= order]


def unit(arity, *which):
    return tuple(sum(1 for w in which if w == i) for i in range(arity))


def log_like(scale):
    return lambda x: (-INF, INF, -INF, INF) if x == 0 else (
        mp.log(x) * scale, scale / x, -scale / x**2, 2 * scale / x**3)


def log1p(x):
    u = 1 + x
    return (-INF, INF, -INF, INF) if u == 0 else (mp.log(u), 1 / u, -1 / u**2, 2 / u**3)


def sqrt(x):
    if x == 0:
        return mpf(0), INF, -INF, INF
    s = mp.sqrt(x)
    return s, 1 / (2 * s), -1 / (4 * s * x), 3 / (8 * s * x**2)


def cbrt(x):
    if x == 0:
        return mpf(0), INF, None, None  # the second derivative has another sign on either side
    c = mp.sign(x) * mp.cbrt(abs(x))
    return c, 1 / (3 * c**2), -2 / (9 * c**5), 10 / (27 * c**8)


def tan(x):
    t = mp.tan(x)
    s = 1 / mp.cos(x) ** 2
    return t, s, 2 * t * s, 2 * s * (1 + 3 * t**2)


def asin(x):
    w = 1 - x * x
    if w == 0:
        return mp.asin(x), INF, INF * x, INF
    r = mp.sqrt(w)
    return mp.asin(x), 1 / r, x / (r * w), (1 + 2 * x * x) / (r * w**2)


def acos(x):
    return (mp.acos(x),) + tuple(-d for d in asin(x)[1:])


def atan(x):
    w = 1 + x * x
    return mp.atan(x), 1 / w, -2 * x / w**2, (6 * x * x - 2) / w**3


def sinh(x):
    return mp.sinh(x), mp.cosh(x), mp.sinh(x), mp.cosh(x)


def cosh(x):
    return mp.cosh(x), mp.sinh(x), mp.cosh(x), mp.sinh(x)


def tanh(x):
    t, s = mp.tanh(x), 1 / mp.cosh(x) ** 2
    return t, s, -2 * t * s, s * (4 * t**2 - 2 * s)


def asinh(x):
    w = 1 + x * x
    r = mp.sqrt(w)
    return mp.asinh(x), 1 / r, -x / (r * w), (2 * x * x - 1) / (r * w**2)


def acosh(x):
    w = x * x - 1
    if w == 0:
        return mpf(0), INF, -INF, INF
    r = mp.sqrt(w)
    return mp.acosh(x), 1 / r, -x / (r * w), (2 * x * x + 1) / (r * w**2)


def atanh(x):
    w = 1 - x * x
    if w == 0:
        return INF * x, INF, INF * x, INF
    return mp.atanh(x), 1 / w, 2 * x / w**2, (2 + 6 * x * x) / w**3


def gaussian(x):
    g = mp.exp(-x * x)
    return g, -2 * x * g, (4 * x * x - 2) * g, (12 * x - 8 * x**3) * g


def erf(x):
    value = mp.sign(x) if abs(x) > 1000 else mp.erf(x)
    return (value,) + tuple(2 / mp.sqrt(mp.pi) * d for d in gaussian(x)[:3])


def erfc(x):
    value = (mpf(0) if x > 0 else mpf(2)) if abs(x) > 1000 else mp.erfc(x)
    return (value,) + tuple(-d for d in erf(x)[1:])


def norm_pdf(x):
    p = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
    return p, -x * p, (x * x - 1) * p, (3 * x - x**3) * p


def norm_cdf(x):
    return (erfc(-x / mp.sqrt(2))[0] / 2,) + norm_pdf(x)[:3]


def psi(n, x):
    if x == 0:
        return (-1) ** (n + 1) * INF
    if x > mpf(10) ** 12:  # Euler and Maclaurin; the next term is below 1e-40 of the first
        if n == 0:
            return mp.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4)
        total = mp.factorial(n - 1) / x**n + mp.factorial(n) / (2 * x ** (n + 1))
        total += mp.factorial(n + 1) / (12 * x ** (n + 2)) - mp.factorial(n + 3) / (720 * x ** (n + 4))
        return (-1) ** (n + 1) * total
    if abs(x) < mpf(10) ** -60:  # one step of the recurrence and the Taylor series of the rest
        rest = psi(n, mpf(1)) + x * psi(n + 1, mpf(1)) + x * x / 2 * psi(n + 2, mpf(1))
        return (-1) ** (n + 1) * mp.factorial(n) / x ** (n + 1) + rest
    if x < -50:
        if n == 0:
            return mp.psi(0, 1 - x) - mp.pi * mp.cot(mp.pi * x)
        r = x - mp.nint(x)
        s = n + 1
        z = lambda a: mp.zeta(s, a)
        return (-1) ** s * mp.factorial(n) * (r**-s + z(1 + r) + (-1) ** s * (z(1 - r) - z(1 - x)))
    return mp.psi(n, x)


def at_digits(digits, f):
    """The gamma functions at 700 digits take minutes; their operands need no more than these."""

    def lowered(*x):
        with mp.workdps(digits):
            return f(*x)

    return lowered


def polygamma(n):
    return at_digits(120, lambda x: tuple(psi(n + k, x) for k in range(4)))


def lgamma(x):
    if x == 0:
        return INF, -INF, INF, -INF
    if x > mpf(10) ** 12:
        value = (x - mpf(1) / 2) * mp.log(x) - x + mp.log(2 * mp.pi) / 2 + 1 / (12 * x) - 1 / (360 * x**3)
    else:
        value = mp.log(abs(mp.gamma(x)))
    return (value,) + tuple(psi(k, x) for k in range(3))


def tgamma(x):
    g = mp.gamma(x) if x < 1000 else INF
    if g == INF:
        return INF, INF, INF, INF
    p0, p1, p2 = psi(0, x), psi(1, x), psi(2, x)
    return g, g * p0, g * (p0**2 + p1), g * (p0**3 + 3 * p0 * p1 + p2)


def logistic(x):
    """s(x), s(-x), their product and their difference, without cancellation."""
    e = mp.exp(-abs(x))
    s, q = (1 / (1 + e), e / (1 + e)) if x >= 0 else (e / (1 + e), 1 / (1 + e))
    return s, q, s * q, q - s


def logistic_density(x):
    s, q, p, m = logistic(x)
    return p, p * m, p * (m**2 - 2 * p), p * m * (m**2 - 8 * p)


def sigmoid(x):
    return (logistic(x)[0],) + logistic_density(x)[:3]


def softplus(x):
    value = (x if x > 0 else 0) + mp.log1p(mp.exp(-abs(x)))
    return (value,) + sigmoid(x)[:3]


def divide(x, y):
    return {(i, j): (x if i == 0 else 1) * (-1) ** j * mp.factorial(j) / y ** (j + 1) if i < 2 else mpf(0)
            for i, j in indices(2, 3)}


def power(x, y):
    if x < 0:  # y is an integer here; the partials by y do not exist
        return {(i, j): (mp.ff(y, i) * x ** int(y - i) if j == 0 else None) for i, j in indices(2, 3)}
    l = mp.log(x)
    p = lambda k: mp.exp((y - k) * l)
    return {
        (0, 0): p(0), (1, 0): y * p(1), (0, 1): l * p(0),
        (2, 0): y * (y - 1) * p(2), (1, 1): (1 + y * l) * p(1), (0, 2): l**2 * p(0),
        (3, 0): y * (y - 1) * (y - 2) * p(3), (2, 1): (2 * y - 1 + y * (y - 1) * l) * p(2),
        (1, 2): (2 * l + y * l**2) * p(1), (0, 3): l**3 * p(0),
    }


def atan2(y, x):
    r2 = x * x + y * y
    return {
        (0, 0): mp.atan2(y, x), (1, 0): x / r2, (0, 1): -y / r2,
        (2, 0): -2 * x * y / r2**2, (1, 1): (y * y - x * x) / r2**2, (0, 2): 2 * x * y / r2**2,
        (3, 0): (6 * x * y * y - 2 * x**3) / r2**3, (2, 1): (6 * x * x * y - 2 * y**3) / r2**3,
        (1, 2): (2 * x**3 - 6 * x * y * y) / r2**3, (0, 3): (2 * y**3 - 6 * x * x * y) / r2**3,
    }


def length(*x):
    n = len(x)
    h = mp.sqrt(sum(xi * xi for xi in x))
    if h == 0:  # the subgradient that dad takes
        return {index: (mpf(0) if sum(index) < 2 else None) for index in indices(n, 3)}
    result = {}
    for index in indices(n, 3):
        which = [i for i in range(n) for _ in range(index[i])]
        if not which:
            d = h
        elif len(which) == 1:
            d = x[which[0]] / h
        elif len(which) == 2:
            i, j = which
            squares = sum(x[k] ** 2 for k in range(n) if k != i)
            d = squares / h**3 if i == j else -x[i] * x[j] / h**3
        else:
            i, j, k = which
            d = -((i == j) * x[k] + (i == k) * x[j] + (j == k) * x[i]) / h**3 + 3 * x[i] * x[j] * x[k] / h**5
        result[index] = d
    return result


def direction(x, y):
    h2 = x * x + y * y
    h = mp.sqrt(h2)
    if h == 0:
        return {index: (mpf(0) if index == (0, 0) else None) for index in indices(2, 3)}
    return {
        (0, 0): x / h, (1, 0): y * y / h**3, (0, 1): -x * y / h**3,
        (2, 0): -3 * x * y * y / h**5, (1, 1): y * (2 * x * x - y * y) / h**5, (0, 2): x * (2 * y * y - x * x) / h**5,
        (3, 0): 3 * y * y * (4 * x * x - y * y) / h**7, (2, 1): 3 * x * y * (3 * y * y - 2 * x * x) / h**7,
        (1, 2): (2 * x**4 - 11 * x * x * y * y + 2 * y**4) / h**7, (0, 3): 3 * x * y * (3 * x * x - 2 * y * y) / h**7,
    }


def log_sum_exp(x, y):
    s, q, p, m = logistic(x - y)
    value = max(x, y) + mp.log1p(mp.exp(-abs(x - y)))
    return {(0, 0): value, (1, 0): s, (0, 1): q, (2, 0): p, (1, 1): -p, (0, 2): p,
            (3, 0): p * m, (2, 1): -p * m, (1, 2): p * m, (0, 3): -p * m}


def without(derivatives, leaves_the_range):
    """Orders of partials that a formula in doubles cannot give at some points, as None: leaves_the_range(*x) -> the
    lowest of them, or None."""

    def restricted(*x):
        order = leaves_the_range(*x)
        exact = derivatives(*x)
        return exact if order is None else {i: None if sum(i) >= order else p for i, p in exact.items()}

    return restricted


def length_leaves(*x):
    """A length beyond the range spoils every partial, a length whose reciprocal is, the second ones."""
    squares = sum(xi * xi for xi in x)
    return 1 if squares > mpf(2) ** 2048 else 2 if squares < mpf(2) ** -2046 else None


def cosine_leaves(x, y):
    squares = x * x + y * y
    return 0 if squares > mpf(2) ** 2048 or squares < mpf(2) ** -2044 else angle_leaves(x, y)


def angle_leaves(y, x):
    squares = x * x + y * y
    return 1 if squares > mpf(2) ** 2048 else 2 if squares < mpf(2) ** -1023 else None


def power_leaves(x, y):
    """A denormal value, or a reciprocal of x or partials beyond the range, spoil the second partials."""
    exact = power(x, y)
    first = max(abs(exact[i]) for i in ((1, 0), (0, 1)) if exact[i] is not None)
    fits = exact[0, 0] == 0 or abs(exact[0, 0]) > mpf(2) ** -1022
    fits = fits and not (abs(y) < 0.5 and abs(exact[2, 0]) > mpf(2) ** 1023)
    return None if fits and first < mpf(2) ** 1023 and abs(x) > mpf(2) ** -1024 else 2


def sign(x):
    return (x > 0) - (x < 0)


def exact_quotient(x, y, rounding):
    from fractions import Fraction

    n = rounding(Fraction(x) / Fraction(y))
    return Fraction(x) - n * Fraction(y), n


def fmod(x, y):
    rest, n = exact_quotient(x, y, math.trunc)
    return float(rest), (1, -n)


def remainder(x, y):
    rest, n = exact_quotient(x, y, round)
    return float(rest), (1, -n)


def logb(x):
    return (-INF if x == 0 else math.frexp(x)[1] - 1), (0,)


def round_away(x):
    return mp.sign(x) * mp.floor(abs(mpf(x)) + mpf(1) / 2)


def clamp(x, low, high):
    return (low, (0, 1, 0)) if x < low else (high, (0, 0, 1)) if high < x else (x, (1, 0, 0))


# ---------------------------------------------------------------------------------------------------------------
# Points

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


# ---------------------------------------------------------------------------------------------------------------
# The rows: room -> name -> (derivatives, points)


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

# ---------------------------------------------------------------------------------------------------------------
# Writing


def nearest_double(x):
    """x correctly rounded, also to denormals; inf beyond the range."""
    if mp.isnan(x) or mp.isinf(x) or x == 0:
        return float(x)
    s, man, exp, bc = x._mpf_
    if exp + bc > 1025:
        return -math.inf if s else math.inf
    if exp + bc < -1100:
        return -0.0 if s else 0.0
    man = int(man)
    try:
        magnitude = man * 2**exp / 1 if exp >= 0 else man / 2**-exp  # int / int rounds correctly
    except OverflowError:
        magnitude = math.inf
    return -magnitude if s else magnitude


def hex_literal(x):
    if x is None or math.isnan(x):
        return "any"
    if math.isinf(x):
        return "-inf" if x < 0 else "inf"
    if x == int(x) and abs(x) < 1e6:
        return "%d" % x
    mantissa, exponent = x.hex().split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + "p" + exponent


def unit_literal(x):
    if x is None or mp.isnan(x) or mp.isinf(x):
        return "inf"
    x = nearest_double(x)
    if x == 0:
        return "0"
    if math.isinf(x):
        return "inf"
    return "%.2e" % x if x < 1e-300 else "%.3g" % x


def row(derivatives, x):
    arity = len(x)
    exact = derivatives(*[mpf(xi) for xi in x])

    def entry(index):
        p = exact[index]
        if p is None:
            return "any", "inf"
        total = abs(p)
        for j in range(arity):
            if x[j] != 0:
                next_one = exact[tuple(k + (i == j) for i, k in enumerate(index))]
                total = INF if next_one is None else total + abs(mpf(x[j]) * next_one)
        return hex_literal(nearest_double(p)), unit_literal(total * mpf(2) ** -52)

    def group(which):
        entries = [entry(unit(arity, *w)) for w in which]
        return "{%s}, {%s}" % (", ".join(e[0] for e in entries), ", ".join(e[1] for e in entries))

    firsts = [(i,) for i in range(arity)]
    seconds = [(i, j) for i in range(arity) for j in range(i, arity)]
    value = entry((0,) * arity)
    return "{{%s}, %s, %s, %s, %s}," % (
        ", ".join(hex_literal(xi) for xi in x), value[0], value[1], group(firsts), group(seconds))


def write(room):
    lines = ["// SPDX-License-Identifier: BSL-1.0", "// Copyright the dad authors", "",
             "// Written by generate.py: do not edit.", ""]
    counts = {}
    for name, (derivatives, points) in ROOMS[room].items():
        counts[name] = len(points)
        lines.append("inline constexpr point<%d> %s[] = {" % (len(points[0]), name))
        lines += [row(derivatives, x) for x in points]
        lines.append("};")
    with open(os.path.join(HERE, room + ".inc"), "w") as file:
        file.write("\n".join(lines) + "\n")
    return counts


def check():
    """Compares every formula with numerical differentiation at points of its table where that works."""
    worst = 0
    for room, operations in ROOMS.items():
        if room == "piecewise":  # straight lines, given in doubles
            continue
        for name, (derivatives, points) in operations.items():
            for x in points:
                if not all(1e-4 < abs(xi) < 60 for xi in x) or name in ("pow",) and x[0] < 0:
                    continue
                with mp.workdps(150):
                    exact = derivatives(*[mpf(xi) for xi in x])
                    arity = len(x)
                    for index, p in exact.items():
                        if sum(index) == 0 or p is None or mp.isinf(p):
                            continue
                        lower = next(i for i in range(arity) if index[i])
                        below = tuple(k - (i == lower) for i, k in enumerate(index))
                        line = lambda t: derivatives(*[mpf(xi) + (t if i == lower else 0) for i, xi in enumerate(x)])[below]
                        step = mpf(10) ** -50
                        numerical = (line(step) - line(-step)) / (2 * step)
                        error = abs(numerical - p) / (1 + abs(p) + abs(line(mpf(0))))
                        if error > mpf(10) ** -15:
                            print("check:", name, x, index, mp.nstr(p, 20), mp.nstr(numerical, 20))
                        worst = max(worst, error)
    print("largest difference from numerical differentiation:", mp.nstr(worst, 3))


def main():
    if "--check" in sys.argv:
        return check()
    mp.dps = DIGITS
    total = 0
    for room in ROOMS:
        counts = write(room)
        total += sum(counts.values())
        few = [name for name, count in counts.items() if count < 40]
        print(room, len(counts), "operations", sum(counts.values()), "points", "FEWER THAN 40: %s" % few if few else "")
    print(total, "points")


if __name__ == "__main__":
    main()
