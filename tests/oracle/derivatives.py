# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What every operation is, exactly: its derivatives up to the third, for mpmath operands, as {multi-index: value}, e.g.
{(0,): f, (1,): f', ...}. The formulas are this file's own, with hundreds of digits instead of care; generate.py --check
differentiates them numerically. None stands where no convention asks for a number.
"""

import itertools
import math
from fractions import Fraction

from mpmath import mp, mpf

INF = mpf("inf")


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
