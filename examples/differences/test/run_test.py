# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its errors against what Taylor, rounding and sixty digits say: run_test.py program."""

import math
import os
import re
import sys
import tempfile
from decimal import Decimal, getcontext

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn_axes, drawn_curves, drawn_texts, has_curve, read_table, runner

run = runner(sys.argv[1:])
getcontext().prec = 60
FIRST, PER_POWER = -15, 10
UNIT = 2.0**-53


def check_text(text):
    rows = re.findall(r"best error (\S+) at step 10\^(\S+), at step 0.001 (\S+)", text)
    (one, one_at, one_large), (two, two_at, two_large), (dad, _, dad_large) = [[float(x) for x in row] for row in rows]
    # The best step is about the square root of the precision, or its cube root.
    assert 1e-11 < one < 1e-7 and -10.5 < one_at < -6.5
    assert 1e-13 < two < 1e-9 and -6.5 < two_at < -4.5
    assert dad < 5e-16 and dad_large < 5e-16
    # h f'' / 2f' and h^2 f''' / 6f' of the function, by mpmath: 2.011, 2.615.
    assert abs(one_large / 2.011e-3 - 1) < 0.02 and abs(two_large / 2.615e-6 - 1) < 0.02
    agreement, slope = re.search(r"agree to (\S+), Taylor slope (\S+)", text).groups()
    assert float(agreement) < 1e-9 and abs(float(slope) - 2) < 0.1


def sine_and_cosine(x):
    sums, term, k = [Decimal(1), Decimal(0)], Decimal(1), 0  # of even and odd powers
    while k < 4 or abs(term) > Decimal("1e-70"):
        k += 1
        term *= x / k
        sums[k % 2] += term if k % 4 < 2 else -term
    return sums[1], sums[0]


def f(x):
    s, c = sine_and_cosine(x)
    return x.exp() / (s**3 + c**3)


def rounding_of(x):
    """What f(x) in double may be off by, about: both cubes may be larger than their sum."""
    s, c = sine_and_cosine(x)
    return float(8 * Decimal(UNIT) * abs(f(x)) * (abs(s)**3 + abs(c)**3) / abs(s**3 + c**3))


def check_table(table, text, at, points):
    """Quotients in sixty digits, of arguments as they are in double, have these errors but for the rounding of f over h."""
    assert list(table[0]) == ["step", "one_sided", "central", "dad"] and len(table) == 15 * points + 1
    x, h = Decimal(at), Decimal("1e-20")
    exact = (f(x + h) - f(x - h)) / (2 * h)
    for k, row in enumerate(table):
        step = float(row["step"])
        assert math.isclose(step, 10**(FIRST + k / points), rel_tol=1e-13)
        h, right, left = Decimal(step), Decimal(at + step), Decimal(at - step)
        quotients = {"one_sided": ((f(right) - f(x)) / h, rounding_of(right) + rounding_of(x)),
                     "central": ((f(right) - f(left)) / (2 * h), (rounding_of(right) + rounding_of(left)) / 2)}
        for name, (quotient, rounding) in quotients.items():
            error, bound = abs(float(quotient / exact - 1)), rounding / step / abs(float(exact))
            assert abs(float(row[name]) - error) <= bound + 1e-9 * error + UNIT, (name, row, error, bound)
        assert UNIT <= float(row["dad"]) < 5e-15, row
    for name, best, power in zip(("one_sided", "central"), *zip(*re.findall(r"best error (\S+) at step 10\^([^,]+)", text))):
        row = min(table, key=lambda row: float(row[name]))
        assert f"{float(row[name]):.0e}" == best and f"{math.log10(float(row['step'])):.1f}" == power


def check_figure(path):
    curves = [points for points in drawn_curves(path) if len(points) == 15 * PER_POWER + 1]
    assert len(curves) == 3

    def rise(points, a, b):
        """In pixels, upwards, from the step 10^a to 10^b."""
        at = [points[(power - FIRST) * PER_POWER][1] for power in (a, b)]
        return at[0] - at[1]

    one, two, dad = curves
    assert abs(rise(two, -4, -2) / rise(one, -4, -2) - 2) < 0.02, "orders 1 and 2"
    for v in (one, two):
        assert rise(v, -15, -9) < 0 < rise(v, -4, -1), "a V"
    assert len({y for _, y in dad}) == 1 and dad[0][1] > max(y for _, y in one + two), "a line below both"


def check_places(path, table, at):
    """Every point is where the table has it, on axes of powers of ten."""
    assert {f"Relative error of the derivative of exp(x) / (sin³ x + cos³ x) at {at}", "step h", "error"} < set(drawn_texts(path))
    x, y = drawn_axes(path)
    assert all(math.isclose(2 * axis(1e-6), axis(1e-12) + axis(1)) for axis in (x, y)), "powers of ten are as far from each other"
    for name, colour in (("one_sided", "#f58518"), ("central", "#4c78a8"), ("dad", "#54a24b")):
        assert has_curve(path, colour, [(x(float(row["step"])), y(float(row[name]))) for row in table]), name


with tempfile.TemporaryDirectory() as folder:
    for at, points, options in ((1.5, PER_POWER, ()), (-.3, 2, ("--at", "-0.3", "--points", "2"))):
        output = os.path.join(folder, "new", str(points))
        code, text = run("--output", output, *options)
        assert code == 0
        table, figure = read_table(os.path.join(output, "errors.csv")), os.path.join(output, "differences.svg")
        check_table(table, text, at, points)
        check_places(figure, table, at)
        if not options:
            check_text(text)
            check_figure(figure)

    code, text = run("--help")
    assert code == 0 and all(option in text for option in ("--output", "--at", "--points"))
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    os.makedirs(os.path.join(folder, "in_the_way", "errors.csv"))
    are_refused(run, [("--at", "--at", "11"), ("nan is not a finite number", "--at", "nan"), ("--points", "--points", "0"),
                      ("--points", "--points", "ten"), ("figure.svg", "figure.svg"), (taken + ": cannot be made a folder", "--output", taken),
                      ("errors.csv: cannot be written", "--output", os.path.join(folder, "in_the_way"))])
