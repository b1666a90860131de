# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program at a small size and holds products against Hessians by hand: run_test.py program. Never asserts times."""

import math
import os
import re
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import read_table, runner

run = runner(sys.argv[1:])
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 50
MEASURED = [10, 20, 50]


def rows(folder, name):
    return read_table(os.path.join(folder, name))


def springs(x):
    """x_0^2 and, with t = tanh(x_i - x_{i-1}), the sum of (t - 0.1)^2 x_i."""
    h = [[0.0] * len(x) for _ in x]
    h[0][0] = 2.0
    for i in range(1, len(x)):
        t = math.tanh(x[i] - x[i - 1])
        slope = 2 * (t - .1) * (1 - t * t)
        bend = 2 * (1 - t * t) ** 2 - 4 * t * (t - .1) * (1 - t * t)
        h[i - 1][i - 1] += bend * x[i]
        h[i][i] += bend * x[i] + 2 * slope
        h[i][i - 1] -= bend * x[i] + slope
        h[i - 1][i] = h[i][i - 1]
    return h


def rosenbrock(x):
    h = [[0.0] * len(x) for _ in x]
    for i in range(len(x) - 1):
        h[i][i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        h[i + 1][i + 1] += 200
        h[i][i + 1] = h[i + 1][i] = -400 * x[i]
    return h


def log_sum_exp(x):
    total = math.fsum(map(math.exp, x))
    p = [math.exp(a) / total for a in x]
    return [[(p[i] if i == j else 0) - p[i] * p[j] for j in range(len(x))] for i in range(len(x))]


def product(h, v):
    return [math.fsum(a * b for a, b in zip(row, v)) for row in h]


def check_text(text):
    table = [line.split() for line in re.findall(r"^ +1.*below 1e-13.*$", text, re.MULTILINE)]
    assert [row[0] for row in table] == ["10", "100", "1000"]
    # A sweep of the chain multiplies by three or so partials a spring; each is three products in dual numbers.
    assert [row[3:] for row in table] == [["28", "84", "3.0"], ["300", "900", "3.0"], ["3022", "9066", "3.0"]]
    h = springs([.5, -.25, 1])
    words = [" ".join(f"{p:.4f}" for p in product(h, v)) for v in ([1, 0, 0], [1, 0, 1])]
    for line in ("H v = " + words[0], "H v = " + words[1], "V H = " + ", ".join(words)):
        assert line.replace("-0.0000", "0.0000") in text.splitlines(), line


def check_products(table):
    n = 100
    x, v = [math.sin(i) for i in range(n)], [math.cos(i) for i in range(n)]
    for name, hessian in (("springs", springs), ("Rosenbrock", rosenbrock), ("log-sum-exp", log_sum_exp)):
        got = [float(row["product"]) for row in table if row["function"] == name]
        expected = product(hessian(x), v)
        size = max(map(abs, expected))
        assert len(got) == n and all(abs(a - b) <= 1e-13 * size for a, b in zip(got, expected)), name
    assert len(table) == 3 * n


def check_costs(table):
    assert [(row["function"], int(row["n"])) for row in table] == [(f, n) for f in ("Rosenbrock", "log-sum-exp") for n in MEASURED]
    for row in table:
        assert all(float(row[name]) > 0 for name in ("gradient_seconds", "hvp", "hvp_at", "hessian")), row


def check_figure(path, table):
    drawn = xml.parse(path).getroot()
    texts = [text.text for text in drawn.iter(SVG + "text")]
    assert texts.count("Rosenbrock") == texts.count("log-sum-exp") == 1
    assert all(texts.count(name) == 2 for name in ("hvp", "hvp_at", "hessian", "n / 8", "limit of 4"))
    lines = {}
    for line in drawn.iter(SVG + "polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        if len(points) == len(MEASURED):
            lines.setdefault(line.get("stroke"), []).append(points)
    assert sorted(map(len, lines.values())) == [2] * 5
    for panel, name in enumerate(("Rosenbrock", "log-sum-exp")):
        limit, eighth = lines["#999999"][panel], lines["#c9a58b"][panel]
        assert len({y for _, y in limit}) == 1
        # Heights are logarithms: those of the lines 4 and n / 8 say where every other value has to be.
        scale = (eighth[0][1] - eighth[-1][1]) / math.log(MEASURED[-1] / MEASURED[0])
        assert abs(limit[0][1] - eighth[0][1] + scale * math.log(4 / (MEASURED[0] / 8))) < .05
        for colour, column in (("#1f77b4", "hvp"), ("#2ca02c", "hvp_at"), ("#a0522d", "hessian")):
            costs = [float(row[column]) for row in table if row["function"] == name]
            for (_, y), cost in zip(lines[colour][panel], costs):
                assert abs(limit[0][1] - y - scale * math.log(cost / 4)) < .05, (name, column)


with tempfile.TemporaryDirectory() as folder:
    output = os.path.join(folder, "new", "hvp")
    code, text = run("--output", output, "--largest", str(LARGEST))
    assert code == 0
    check_text(text)
    check_products(rows(output, "products.csv"))
    costs = rows(output, "costs.csv")
    check_costs(costs)
    check_figure(os.path.join(output, "hvp.svg"), costs)

    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    for words, *options in (("--largest", "--largest", "9"), ("--largest", "--largest", "many"), ("--slope", "--slope", "1"),
                            (taken + ": cannot be made a folder", "--output", taken)):
        code, text = run(*options)
        assert code != 0 and words in text, words
