#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Writes taylor.inc: Taylor coefficients 0 to 30 of every operation along curves, for tests/taylor.

A row holds an operation, its operands as curves, and for each coefficient y_k, correctly rounded, its unit of error,
2^-52 (|y_k| + sum over operands and j of |x_j dy_k/dx_j|): one ULP times one plus the condition number with respect to all
coefficients of the operands. The curves are those of curve() here and in taylor_points.hpp. y_k comes from values alone: the
operation, without derivatives, at 41 points beside t = 0 in a thousand digits, and the polynomial through them. Only the
polygamma family, which takes minutes at these digits, is composed of its derivatives.

Run with Debian's python3-mpmath; the output is deterministic and committed, so no build needs this program.
"""

import os
from fractions import Fraction

from mpmath import mp, mpf

from derivatives import psi
from generate import hex_literal, nearest_double, unit_literal

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = 30
HALF = 20  # points on each side
STEP = mpf(10) ** -25
MOVE = mpf(10) ** -300  # of an operand, for its partial
DIGITS = 1300

CONSTANT, LINE, DENSE = range(3)


def curve(kind, x, scale, order=ORDER):
    """x + scale t, or all coefficients, with changing signs: 5/8, -3/8, -1/8, 5/64, ... times scale."""
    row = [mpf(x)] + [mpf(0)] * order
    if kind == LINE:
        row[1] = mpf(scale)
    if kind == DENSE:
        for j in range(1, order + 1):
            row[j] = mpf(scale) * (1 + mpf(j % 3) / 4) / mpf(2) ** j * (-1) ** (j // 2)
    return row


def at(row, t):
    total = mpf(0)
    for c in reversed(row):
        total = total * t + c
    return total


def interpolation():
    """W[k][i]: coefficient k of the polynomial that is 1 at i and 0 at the other integers up to HALF."""
    nodes = range(-HALF, HALF + 1)
    rows = []
    for i in nodes:
        polynomial = [Fraction(1)]
        for j in nodes:
            if j == i:
                continue
            shifted = [Fraction(0)] + polynomial
            for k, c in enumerate(polynomial):
                shifted[k] -= j * c
            polynomial = [c / (i - j) for c in shifted]
        rows.append(polynomial)
    return rows


WEIGHTS = interpolation()


def coefficients(f, curves, order):
    values = [f(*[at(c, i * STEP) for c in curves]) for i in range(-HALF, HALF + 1)]
    return [sum(v * w[k].numerator / w[k].denominator for v, w in zip(values, WEIGHTS)) / STEP**k for k in range(order + 1)]


def product(a, b, n):
    return [sum(a[j] * b[k - j] for j in range(k + 1)) for k in range(n + 1)]


def composed(derivatives, row, order):
    """sum of derivatives[k] / k! (x - x_0)^k."""
    inner = [mpf(0)] + row[1:]
    total = [mpf(0)] * (order + 1)
    for k in range(order, -1, -1):
        total = product(total, inner, order)
        total[0] += derivatives[k] / mp.factorial(k)
    return total


class PsiFamily:
    """polygamma of an order >= 0; log |gamma| for -1."""

    def __init__(self, n):
        self.n = n

    def measured(self, row):
        x = row[0]
        with mp.workdps(120):
            orders = range(self.n, self.n + ORDER + 2)
            d = [psi(n, x) if n >= 0 else mp.log(abs(mp.gamma(x))) for n in orders]
            return composed(d, row, ORDER), [composed(d[1:], row, ORDER)]


def measured(f, curves):
    """The coefficients, and for each operand the coefficients of its partial."""
    if isinstance(f, PsiFamily):
        return f.measured(curves[0])
    y = coefficients(f, curves, ORDER)
    partials = []
    for i in range(len(curves)):
        if f is power and all(c == 0 for c in curves[i][1:]):  # no powers of negative numbers beside integers
            partials.append([mpf(0)] * (ORDER + 1))
            continue
        moved = [([c[0] + MOVE] + c[1:]) if i == j else c for j, c in enumerate(curves)]
        ahead = coefficients(f, moved, ORDER)
        partials.append([(a - b) / MOVE for a, b in zip(ahead, y)])
    return y, partials


def logistic_density(x):
    e = mp.exp(-x)
    return e / (1 + e) ** 2


def fmod(x, y):
    q = x / y
    return x - y * (mp.floor(q) if q > 0 else mp.ceil(q))


def power(x, y):
    return mp.power(x, y) if x > 0 else x ** int(y)


def either(*starts):
    """Each start along a line and along a dense curve, as operands (kind, x, scale)."""
    return [((kind, x, scale),) for x, scale in starts for kind in (LINE, DENSE)]


def plain(*starts):
    return either(*[(x, 1.0) for x in starts])


def two(*starts):
    rows = []
    for x, y in starts:
        rows += [((DENSE, x, 1.0), (DENSE, y, -0.5)), ((LINE, x, 1.0), (CONSTANT, y, 0.0)), ((CONSTANT, x, 0.0), (DENSE, y, 1.0))]
    return rows


def three(*starts):
    rows = []
    for x, y, z in starts:
        rows += [((DENSE, x, 1.0), (DENSE, y, -0.5), (LINE, z, 2.0)), ((CONSTANT, x, 0.0), (LINE, y, 1.0), (DENSE, z, 0.25)),
                 ((DENSE, x, 1.0), (CONSTANT, y, 0.0), (CONSTANT, z, 0.0))]
    return rows


sqrt_half = lambda: mp.sqrt(mpf(1) / 2)
ROWS = {
    "negate": (lambda x: -x, plain(0.7)),
    "add": (lambda x, y: x + y, two((0.7, -2.0))),
    "subtract": (lambda x, y: x - y, two((0.7, -2.0))),
    "multiply": (lambda x, y: x * y, two((0.7, -2.0), (0.0, 3.0))),
    "scale": (lambda x, y: x * y, two((0.7, -2.0))),
    "divide": (lambda x, y: x / y, two((0.7, -2.0), (0.0, 0.25), (1e3, 30.0))),
    "square": (lambda x: x * x, plain(0.7, 0.0)),
    "one_minus_square": (lambda x: 1 - x * x, plain(0.7, 0.999)),
    "fma": (lambda x, y, z: x * y + z, three((0.7, -2.0, 3.0))),
    "lerp": (lambda a, b, t: a + t * (b - a), three((0.7, -2.0, 0.25), (1.0, 1e8, 1.0))),
    "exp": (mp.exp, plain(0.5, -20.0) + either((3.0, -8.0))),
    "exp2": (lambda x: mp.power(2, x), plain(0.5, -20.0)),
    "expm1": (mp.expm1, plain(1e-9, -20.0, 3.0)),
    "log": (mp.log, plain(0.1, 1.0, 40.0)),
    "log2": (lambda x: mp.log(x) / mp.ln2, plain(0.1, 3.0)),
    "log10": (lambda x: mp.log(x) / mp.ln10, plain(0.1, 3.0)),
    "log1p": (mp.log1p, plain(-0.9, 1e-9, 40.0)),
    "sqrt": (mp.sqrt, plain(0.1, 1.0, 40.0)),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), plain(0.1, -3.0)),
    "pow": (power, two((0.7, 2.5), (3.0, -1.25), (20.0, 0.0625), (0.5, 1e-9)) +
            [((kind, x, 1.0), (CONSTANT, y, 0.0)) for kind in (LINE, DENSE)
             for x, y in ((0.7, 3.0), (0.0, 5.0), (-0.3, 4.0), (2.0, -3.0), (-2.0, -1.0), (1e-9, 7.0))]),
    "sin": (mp.sin, plain(0.5, 30.0) + either((3.0, -8.0))),
    "cos": (mp.cos, plain(0.5, 30.0) + either((3.0, -8.0))),
    "tan": (mp.tan, plain(0.5, 1.5, -20.0)),
    "asin": (mp.asin, plain(0.0, 0.5, -0.99)),
    "acos": (mp.acos, plain(0.0, 0.5, -0.99)),
    "atan": (mp.atan, plain(0.0, 0.5, -1.0, 30.0)),
    "atan2": (mp.atan2, two((0.7, -2.0), (3.0, 1e-3), (1e-3, 5.0))),
    "direction": (lambda x, y: x / mp.sqrt(x * x + y * y), two((0.7, -2.0), (3.0, 1e-3), (1e-3, 5.0))),
    "hypot": (lambda x, y: mp.sqrt(x * x + y * y), two((0.7, -2.0), (3.0, 1e-3), (1e-3, 5.0))),
    "hypot3": (lambda x, y, z: mp.sqrt(x * x + y * y + z * z), three((0.7, -2.0, 3.0), (0.0, 0.0, 2.0), (1e-3, 3.0, 0.0))),
    "sinh": (mp.sinh, plain(0.5, -20.0)),
    "cosh": (mp.cosh, plain(0.5, -20.0)),
    "tanh": (mp.tanh, plain(0.0, 0.5, -20.0)),
    "asinh": (mp.asinh, plain(0.0, 0.5, -30.0)),
    "acosh": (mp.acosh, plain(1.01, 2.0, 30.0)),
    "atanh": (mp.atanh, plain(0.0, 0.5, -0.99)),
    "gaussian": (lambda x: mp.exp(-x * x), plain(0.0, 0.5, -5.0)),
    "erf": (mp.erf, plain(0.0, 0.5, -5.0)),
    "erfc": (mp.erfc, plain(0.5, 5.0)),
    "norm_pdf": (lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi), plain(0.5, -5.0)),
    "norm_cdf": (lambda x: mp.erfc(-x * sqrt_half()) / 2, plain(0.5, -5.0)),
    "lgamma": (PsiFamily(-1), plain(0.3, 2.5, 40.0, -1.7)),
    "tgamma": (mp.gamma, plain(0.3, 2.5, 20.0, -1.7)),
    "digamma": (PsiFamily(0), plain(0.3, 2.5, -1.7)),
    "polygamma 1": (PsiFamily(1), plain(0.3, 2.5, -1.7)),
    "polygamma 7": (PsiFamily(7), plain(0.3, 40.0)),
    "polygamma 40": (PsiFamily(40), plain(2.5, 40.0)),
    "logistic_density": (logistic_density, plain(0.0, 0.5, -20.0, 20.0)),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), plain(0.0, 0.5, -20.0, 20.0)),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), plain(0.0, 0.5, -20.0, 20.0)),
    "log_sum_exp": (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), two((0.7, -2.0), (1.0, 1.0), (-30.0, 2.0))),
    "sign": (mp.sign, plain(-0.7)),
    "abs": (abs, plain(-0.7, 0.7)),
    "relu": (lambda x: max(x, mpf(0)), plain(-0.7, 0.7)),
    "copysign": (lambda x, y: abs(x) * mp.sign(y), two((0.7, -2.0))),
    "min": (min, two((0.7, -2.0), (0.7, 2.0))),
    "max": (max, two((0.7, -2.0), (0.7, 2.0))),
    "fmin": (min, two((0.7, -2.0), (0.7, 2.0))),
    "fmax": (max, two((0.7, -2.0), (0.7, 2.0))),
    "clamp": (lambda x, a, b: min(max(x, a), b), three((0.7, -2.0, 3.0), (-3.0, -2.0, 3.0), (5.0, -2.0, 3.0))),
    "fdim": (lambda x, y: max(x - y, mpf(0)), two((0.7, -2.0), (0.7, 2.0))),
    "fmod": (fmod, two((7.3, 2.0), (-7.3, 2.0))),
    "remainder": (lambda x, y: x - y * mp.nint(x / y), two((7.3, 2.0), (-7.9, 2.0))),
    "nextafter": (lambda x, y: x, two((0.7, 2.0))),
    "ldexp 3": (lambda x: 8 * x, plain(0.7)),
    "floor": (mp.floor, plain(2.5)),
    "ceil": (mp.ceil, plain(2.5)),
    "round": (mp.nint, plain(2.7)),
    "trunc": (mp.floor, plain(2.7)),
    "rint": (mp.nint, plain(2.7)),
    "nearbyint": (mp.nint, plain(2.7)),
    "logb": (lambda x: mpf(1), plain(2.7)),
}


def row(name, f, operands):
    curves = [curve(*operand) for operand in operands]
    y, partials = measured(f, curves)
    units = []
    for k in range(ORDER + 1):
        total = abs(y[k])
        for c, g in zip(curves, partials):
            total += sum(abs(c[j] * g[k - j]) for j in range(k + 1))
        units.append(total * mpf(2) ** -52)
    operation, _, parameter = name.partition(" ")
    # What the polynomial leaves of a number that is exactly 0.
    exact = [mpf(0) if abs(v) < u * mpf(10) ** -30 or abs(v) < mpf(10) ** -330 else v for v, u in zip(y, units)]
    return '{"%s", %s, {%s}, {%s}, {%s}},' % (
        operation, parameter or 0, ", ".join("{%d, %s, %s}" % (kind, hex_literal(x), hex_literal(scale)) for kind, x, scale in operands),
        ", ".join(hex_literal(nearest_double(v)) for v in exact), ", ".join(unit_literal(u) for u in units))


def main():
    mp.dps = DIGITS
    lines = ["// SPDX-License-Identifier: BSL-1.0", "// Copyright the dad authors", "",
             "// Written by taylor.py: do not edit.", ""]
    for name, (f, points) in ROWS.items():
        lines += [row(name, f, operands) for operands in points]
    with open(os.path.join(HERE, "taylor.inc"), "w") as file:
        file.write("\n".join(lines) + "\n")
    print(len(lines) - 5, "rows")


if __name__ == "__main__":
    main()
