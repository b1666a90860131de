#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Prints the coefficients of include/dad/lanes/exponential.hpp and error_function.hpp, and the relative error that
each polynomial has with its coefficients rounded to double. Needs mpmath."""

from mpmath import cos, erf, erfc, exp, log, mp, mpf, nstr, pi, sqrt

mp.dps = 80


def interpolate(f, a, b, degree):
    """The monomial coefficients of the polynomial that meets f in the Chebyshev points of [a, b]."""
    n = degree + 1
    x = [(a + b) / 2 + (b - a) / 2 * cos(pi * (k + mpf(1) / 2) / n) for k in range(n)]
    c = [f(point) for point in x]
    for j in range(1, n):  # Newton's divided differences
        for i in range(n - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - j])
    p = [mpf(0)]
    for i in range(n - 1, -1, -1):
        product = [mpf(0)] * (len(p) + 1)
        for k, value in enumerate(p):
            product[k + 1] += value
            product[k] -= value * x[i]
        product[0] += c[i]
        p = product
    return p[:n]


def evaluate(p, x):
    y = mpf(0)
    for c in reversed(p):
        y = y * x + c
    return y


def rounded(x):
    return mpf(float(x))


def show(name, f, a, b, degree, pairs=0):
    """The first `pairs` coefficients are sums of two doubles."""
    p = interpolate(f, a, b, degree)
    q = [rounded(c) + (rounded(c - rounded(c)) if i < pairs else 0) for i, c in enumerate(p)]
    points = [a + (b - a) * k / 1000 for k in range(1001)]
    error = max(abs(evaluate(q, x) / f(x) - 1) for x in points)
    print(f"{name}: error {nstr(error, 2)}")
    print("{" + ", ".join(float(c).hex() for c in p) + "}")
    for i in range(pairs):
        print(f"  rest of coefficient {i}: {float(p[i] - rounded(p[i])).hex()}")


def exp_rest(r):
    return (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -25 else mpf(1) / 2


def scaled_erfc(t):
    x = 2 * (1 - t) / (1 + t)
    return exp(x * x) * erfc(x) * (x + 2)


def erf_rest(z):
    x = sqrt(z)
    return (erf(x) / x - 2 / sqrt(pi)) / z if x > mpf(10) ** -15 else -2 / (3 * sqrt(pi))


half = log(mpf(2)) / 2 * mpf("1.0001")
show("exp_rest", exp_rest, -half, half, 10)
show("scaled_erfc", scaled_erfc, (2 - mpf(28)) / (2 + mpf(28)), mpf(1), 26, pairs=3)
show("erf_rest", erf_rest, mpf(0), mpf("0.25"), 8)
c = 2 / sqrt(pi)
print("2/sqrt(pi):", float(c).hex(), float(c - rounded(c)).hex())
ln2 = log(mpf(2))
high = mpf(int(ln2 * 2**42)) / 2**42
print("ln 2, 42 bits and the rest:", float(high).hex(), float(ln2 - high).hex(), "log2(e):", float(1 / ln2).hex())
