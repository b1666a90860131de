#!/usr/bin/python3
# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Writes the tables that the operator tests compare with: tests/oracle/*.inc, one per room of include/dad/op.

A row holds operands, value, first partials and second partials, each correctly rounded from mpmath's hundreds of digits,
and for each of them its unit of error, 2^-52 (|p| + sum over operands of |x_j dp/dx_j|): one ULP of p times one plus its
condition number. With --check it writes nothing and compares all formulas with numerical differentiation.

Run with Debian's python3-mpmath; the output is deterministic and committed, so no build needs this program.
"""

import math
import os
import sys

from mpmath import mp, mpf

from derivatives import INF, unit
from rows import ROOMS

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = 700  # covers 1 + 5e-324


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
