# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its gradients against differences in ninety digits: run_test.py launcher... program."""

import math
import os
import sys
import tempfile
import xml.etree.ElementTree as xml
from decimal import Decimal, getcontext

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import read_table, runner

run = runner(sys.argv[1:])
getcontext().prec = 90
STEP = Decimal("1e-30")
ROWS, COLUMNS = 6, 3
SVG = "{http://www.w3.org/2000/svg}"


def rows(folder, name):
    return read_table(os.path.join(folder, name))


def normal_matrix(a):
    return [[sum(row[i] * row[j] for row in a) for j in range(COLUMNS)] for i in range(COLUMNS)]


def adjugate(m):
    ((p, q, r), (_, s, t), (_, _, u)) = m
    return [[s * u - t * t, r * t - q * u, q * t - r * s], [r * t - q * u, p * u - r * r, q * r - p * t],
            [q * t - r * s, q * r - p * t, p * s - q * q]]


def determinant(m):
    return sum(x * y for x, y in zip(m[0], adjugate(m)[0]))


def leading_vector(m):
    """By repeated squaring."""
    for _ in range(60):
        m = [[sum(x * y for x, y in zip(row, column)) for column in zip(*m)] for row in m]
        scale = sum(m[k][k] for k in range(COLUMNS))
        m = [[x / scale for x in row] for row in m]
    length = sum(x * x for x in m[0]).sqrt()
    return [x / length for x in m[0]]


WEIGHTS = [Decimal(math.cos(i * i)) for i in range(10)]


def cost_of_solution(a, b):
    """By the normal equations and Cramer's rule."""
    m, rhs = normal_matrix(a), [sum(row[j] * y for row, y in zip(a, b)) for j in range(COLUMNS)]
    x = [sum(e * y for e, y in zip(row, rhs)) / determinant(m) for row in adjugate(m)]
    return x[0] + 2 * x[1] - x[2]


def bilinear(a, v):
    return (sum(w * sum(x * y for x, y in zip(row, v)) for w, row in zip(WEIGHTS, a)) * sum(w * x for w, x in zip(WEIGHTS[7:], v)))


def cost_of_one(a, _):
    return bilinear(a, leading_vector(normal_matrix(a)))


def cost_of_two(a, _):
    """All but what belongs to the least singular value, which leads in the inverse."""
    whole = sum(WEIGHTS[i] * a[i][j] * WEIGHTS[j + 7] for i in range(ROWS) for j in range(COLUMNS))
    return whole - bilinear(a, leading_vector(adjugate(normal_matrix(a))))


def derivative(cost, numbers, k):
    def moved(step):
        x = list(numbers)
        x[k] += step
        return cost([x[i * COLUMNS:(i + 1) * COLUMNS] for i in range(ROWS)], x[ROWS * COLUMNS:])

    return (moved(STEP) - moved(-STEP)) / (2 * STEP)


def check(folder, name, cost, ways, bound, exact_bound):
    """The exact column is that of differences; medians are those of the entries; all ways are within their bounds."""
    axis = "condition" if name == "least-squares" else "gap"
    entries, summary, inputs = rows(folder, name + "-gradients.csv"), rows(folder, name + ".csv"), {}
    for entry in entries:
        inputs.setdefault(entry["input"], []).append(entry)
    assert list(summary[0]) == [axis, *ways] and len(summary) == 3 and len(inputs) == 9
    errors = {}
    for group in inputs.values():
        assert [int(entry["entry"]) for entry in group] == list(range(ROWS * COLUMNS + ROWS))
        numbers = [Decimal(float(entry["value"])) for entry in group]
        m = normal_matrix([numbers[i * COLUMNS:(i + 1) * COLUMNS] for i in range(ROWS)])
        at = float(group[0][axis])
        values = (1, 1 / math.sqrt(at), 1 / at) if axis == "condition" else (1, 1 - at, 0.3)
        assert abs(float(sum(m[k][k] for k in range(COLUMNS))) - sum(s * s for s in values)) < 1e-13
        assert abs(math.sqrt(determinant(m)) / math.prod(values) - 1) < 1e-14 * at + 1e-8, "singular values as they are asked for"
        count = len(group) if axis == "condition" else ROWS * COLUMNS
        exact = [derivative(cost, numbers, k) for k in range(count)] + [Decimal(0)] * (len(group) - count)
        length = sum(x * x for x in exact).sqrt()
        for entry, expected in zip(group, exact):
            assert abs(Decimal(entry["exact"]) - expected) <= Decimal(exact_bound) * length, (name, entry, expected)
        for way in ways:
            distance = sum((Decimal(float(entry[way])) - x)**2 for entry, x in zip(group, exact)).sqrt()
            errors.setdefault((at, way), []).append(float(distance / length))
    for row in summary:
        at = float(row[axis])
        for way in ways:
            median = sorted(errors[at, way])[1]
            assert abs(float(row[way]) / median - 1) < 1e-6, (name, at, way, row[way], median)
            assert median < 100 * 2.2e-16 * bound(way, at), (name, at, way, median)
    # What the figure is about: how much is lost at the last point.
    return {way: float(summary[-1][way]) for way in ways}


with tempfile.TemporaryDirectory() as folder:
    code, text = run("--output", folder, "--points", "3", "--matrices", "3", "--condition", "1e6", "--gap", "1e-8")
    assert code == 0
    lost = check(folder, "least-squares", cost_of_solution, ["operations", "closed form", "equation"],
                 lambda way, condition: condition**2 if way == "equation" else condition, 1e-18)
    assert lost["equation"] > 1e3 * lost["operations"] and lost["equation"] > 1e3 * lost["closed form"]
    check(folder, "one-pair", cost_of_one, ["operations", "closed form"], lambda way, gap: 1 / gap, 1e-20)
    lost = check(folder, "two-pairs", cost_of_two, ["operations", "closed form", "closed form of both"],
                 lambda way, gap: 1 if way == "closed form of both" else 1 / gap, 1e-22)
    assert lost["closed form of both"] < 1e-14 and lost["closed form"] > 1e-11 and lost["operations"] > 1e-11

    drawn = xml.parse(os.path.join(folder, "least_squares_svd.svg")).getroot()
    # Three points for each of eight curves, and eight in the legends.
    assert len(list(drawn.iter(SVG + "circle"))) == 8 * 3 + 8

    with tempfile.TemporaryDirectory() as alone:
        code, other = run("--output", alone, "--points", "3", "--matrices", "3", "--condition", "1e6", "--gap", "1e-8", start=sys.argv[-1:])
        assert code == 0 and other == text
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as a, open(os.path.join(alone, name), "rb") as b:
                assert a.read() == b.read(), name + " is the same at every number of ranks"

for option in (("--gap", "0"), ("--condition", "0.5"), ("--matrices", "0")):
    code, text = run(*option)
    assert code != 0 and text.count(option[0]) == 1, text
code, text = run("--points", "1", "--matrices", "1", "--output", "/dev/null/folder")
assert code != 0 and text.count("/dev/null/folder: cannot be made a folder") == 1
