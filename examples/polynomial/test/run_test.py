# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case launcher... program. Paths are taken again here, by derivatives by hand."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, read_table, runner, same_files

case, command = sys.argv[1], sys.argv[2:]
run = runner(command)
LEAST, MOST = -30, 20  # of the figure, on both axes
PATHS = "#2166ac", "#e08214", "#9a9a9a"


def rows(folder, name):
    return [{key: cell if key == "end" else float(cell) for key, cell in row.items()} for row in read_table(os.path.join(folder, name))]


def paths(table, names):
    """By start: (step, point, f)."""
    result = {}
    for row in table:
        result.setdefault(int(row["start"]), []).append((int(row["step"]), [row[n] for n in names], row["f"]))
    return [result[i] for i in range(len(result))]


def close(got, expected, tolerance=1e-9):
    size = max(1, *map(abs, expected))
    assert len(got) == len(expected) and all(abs(a - b) <= tolerance * size for a, b in zip(got, expected)), (got, expected)


def f(x, y):
    return (.05 * x**3 + .03 * y**3 - .02 * x * x * y - .04 * x * y * y + 1.2 * x * x + .6 * y * y - .5 * x * y
            + .3 * x - .2 * y - .15)


def slope(x, y):
    return (.15 * x * x - .04 * x * y - .04 * y * y + 2.4 * x - .5 * y + .3,
            .09 * y * y - .02 * x * x - .08 * x * y + 1.2 * y - .5 * x - .2)


def hessian(x, y):
    return .3 * x - .04 * y + 2.4, -.04 * x - .08 * y - .5, .18 * y - .08 * x + 1.2


def newton_step(x, y):
    (a, b), (p, q, r) = slope(x, y), hessian(x, y)
    return x - (r * a - q * b) / (p * r - q * q), y - (p * b - q * a) / (p * r - q * q)


def five(x):
    a, b, c, d, e = x
    return (.02 * a * a * b * c * e - .01 * b * c * d * e * e + .1 * a * b * e + .2 * c * c * d - .2 * b * d * d
            + .5 * a * a + .6 * b * b + .4 * c * c + .5 * d * d + .3 * e * e + .1 * d + .2 * e - .1)


def five_slope(x):
    a, b, c, d, e = x
    return [.04 * a * b * c * e + .1 * b * e + a,
            .02 * a * a * c * e - .01 * c * d * e * e + .1 * a * e - .2 * d * d + 1.2 * b,
            .02 * a * a * b * e - .01 * b * d * e * e + .4 * c * d + .8 * c,
            -.01 * b * c * e * e + .2 * c * c - .4 * b * d + d + .1,
            .02 * a * a * b * c - .02 * b * c * d * e + .1 * a * b + .6 * e + .2]


def check_printed(text):
    """Against numbers that were published with eight to eleven digits, computed with other software."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text.split("five variables")[0].split("step of")[0])]
    close(numbers, [5.41, 4.38, 1.16, 2.92, -.74, -.74, 1.4], 1e-11)
    assert "one step of 0.5 leads to (-0.19, 1.42)" in text
    assert "(-0.09989904451, 0.12324830995), f -0.17733089529" in text, "gradient descent"
    assert "(-0.09989904525, 0.12324830801), f -0.17733089529" in text, "Newton"
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d{8}", text.split("five variables")[1])]
    # The start is known to eight digits, and what follows from it no better.
    close(numbers, [.91412922, .24166957, .63627003, .48507512, .72659166, .67676367, -.13833282], 3e-8)


def check_descent(table, ends, steps, rate):
    """Every point, and the derivative of the end by that of the steps: d -= rate H d."""
    for path, end in zip(table, ends):
        x, y = path[0][1]
        change, kept = (1, 0), dict((step, (point, value)) for step, point, value in path)
        for step in range(steps + 1):
            if step in kept:
                point, value = kept[step]
                size = 1e-9 if math.hypot(x, y) < 100 else 1e-3  # away, errors grow with the path
                close(point, (x, y), size)
                assert abs(value - f(*point)) <= 1e-12 * (1 + math.hypot(*point)**3)
            if step == path[-1][0]:
                break
            (a, b), (p, q, r), (u, v) = slope(x, y), hessian(x, y), change
            x, y = x - rate * a, y - rate * b
            change = u - rate * (p * u + q * v), v - rate * (q * u + r * v)
        if end["end"] != "away":
            assert path[-1][0] == steps
            close((end["dx"], end["dy"]), change, 1e-9)
            if end["end"] == "minimum":
                assert math.hypot(end["dx"] / change[0] - 1, end["dy"] / change[1] - 1) < 1e-4, "tiny, and right"


def check_newton(table, ends):
    """Step by step; the second of two points is as uncertain as the Hessian's determinant is small."""
    for path, end in zip(table, ends):
        for (_, before, _), (_, after, _) in zip(path, path[1:]):
            p, q, r = hessian(*before)
            close(after, newton_step(*before), 1e-12 + 1e-13 * (p * p + 2 * q * q + r * r) / abs(p * r - q * q))
    second, sixth = table[0][1][1], table[0][5][1]
    close(second, (.0255338380, .1277821715), 1e-10)
    close(sixth, (-.09989904525, .12324830801), 2e-11)


def check_endings(ends):
    for end in ends:
        (a, b), (p, q, r) = slope(end["x"], end["y"]), hessian(end["x"], end["y"])
        assert (math.hypot(a, b) < 1e-6) == (end["end"] in ("minimum", "saddle", "maximum")), end
        if end["end"] == "minimum":
            close((end["x"], end["y"]), (-.09989904525, .12324830801), 1e-5)
        if end["end"] == "saddle":
            assert p * r < q * q


def check_five(table, steps, rate):
    for path in table:
        x, kept = path[0][1], dict((step, (point, value)) for step, point, value in path)
        for step in range(steps + 1):
            if step in kept:
                close(kept[step][0], x)
                close([kept[step][1]], [five(x)])
            x = [a - rate * b for a, b in zip(x, five_slope(x))]
        assert path[-1][0] == steps


def check_contours(path):
    """Every contour in both panels keeps to one of the levels, which are the even squares, doubled, with their signs."""
    levels = [2 * k * abs(k) or .5 for k in range(-24, 31, 2)]
    seen, count = set(), 0
    for line in drawn(path, "polyline"):
        for pair in line.get("points").split():
            left, top = (float(cell) for cell in pair.split(","))
            panel = 460 if left > 460 else 0
            if left < 920 and top > 41 and line.get("stroke") in PATHS:  # below the legend
                assert 57.99 <= left - panel <= 446.01 and 55.99 <= top <= 424.01, "paths are cut at the window's edge"
            if line.get("stroke") != "#d4d4d4":
                continue
            x = LEAST + (left - panel - 58) / (460 - 58 - 14) * (MOST - LEAST)
            y = MOST - (top - 56) / (470 - 56 - 46) * (MOST - LEAST)
            # Linear over cells of one by one: off by an eighth of the curvature, and a hundredth of a pixel.
            curvature = max(map(abs, hessian(x, y)))
            off, level = min((abs(f(x, y) - one), one) for one in levels)
            assert off <= .3 * curvature + .02 * math.hypot(*slope(x, y)) + .1, (x, y, f(x, y))
            seen.add((panel, level)), (count := count + 1)
    values = [f(LEAST + i, LEAST + j) for i in range(51) for j in range(51)]
    assert seen == {(panel, level) for panel in (0, 460) for level in levels if min(values) < level < max(values)}
    assert count > 2000


def numbers(folder):
    options = "--starts", "8", "--steps", "2000", "--every", "7", "--five-starts", "5"
    ranks, alone = (os.path.join(folder, name) for name in ("ranks", "alone"))
    code, text = run(*options, "--output", ranks)
    assert code == 0
    assert run(*options, "--output", alone, start=command[-1:]) == (0, text)
    same_files(alone, ranks)
    check_printed(text)

    descents, newtons = (paths(rows(ranks, name), ("x", "y")) for name in ("descent.csv", "newton.csv"))
    descent_ends, newton_ends = (rows(ranks, name) for name in ("descent-ends.csv", "newton-ends.csv"))
    assert len(descents) == len(newtons) == len(descent_ends) == len(newton_ends) == 65
    check_descent(descents, descent_ends, 2000, .01)
    check_newton(newtons, newton_ends)
    check_endings(descent_ends + newton_ends)
    assert {end["end"] for end in descent_ends} >= {"minimum", "away"}
    assert {end["end"] for end in newton_ends} >= {"minimum", "saddle"}
    fives = paths(rows(ranks, "five.csv"), ("x0", "x1", "x2", "x3", "x4"))
    assert len(fives) == 5
    check_five(fives, 1000, .01)
    check_contours(os.path.join(ranks, "polynomial.svg"))


def refused(folder):
    """Said once, not by every rank, and none of them is left waiting."""
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    are_refused(run, [("--starts", "--starts", "0"), ("--rate", "--rate", "-1"), ("nan is not", "--rate", "nan"),
                      ("--steps", "--steps", "many"), ("--slope", "--slope", "1"),
                      (taken + ": cannot be made a folder", "--output", taken),
                      (taken + "/in: cannot be made a folder", "--output", taken + "/in")])


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
