# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and counts and differentiates again, by hand: run_test.py program."""

import math
import os
import sys
import tempfile
import xml.etree.ElementTree as xml
from math import cos, exp, sin

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import read_table, runner

run = runner(sys.argv[1:])
SVG = "{http://www.w3.org/2000/svg}"
ROUNDS = 5  # of the chain
Z = [1.2, .7, -.4, .3, .9, -1.1, .5, .1]
X = Z[:2]
N = len(Z)


def rows(folder, name):
    return read_table(os.path.join(folder, name))


def waist(rounds):
    """F' = [c6 r c1, c6 r c2; c7 r c1, c7 r c2], where r goes through all rounds."""
    v, r = X[0] * X[1], 1
    for _ in range(rounds):
        v, r = v * sin(v), r * (sin(v) + v * cos(v))
    return [[-sin(v) * r * X[1], -sin(v) * r * X[0]], [exp(v) * r * X[1], exp(v) * r * X[0]]]


def arrowhead():
    j = [[0.0] * N for _ in Z]
    j[0] = [sin(Z[0]) + Z[0] * cos(Z[0])] + [-sin(z) for z in Z[1:]]
    for i in range(1, N):
        j[i][0], j[i][i] = exp(Z[i]), Z[0] * exp(Z[i])
    return j


def stencil():
    j = [[0.0] * N for _ in Z]
    for i in range(N):
        left, right = (i + 7) % N, (i + 1) % N
        product = Z[i] * Z[right]
        j[i][i] = cos(product) * Z[right] * exp(Z[left])
        j[i][right] = cos(product) * Z[i] * exp(Z[left])
        j[i][left] = sin(product) * exp(Z[left])
    return j


# By sweeps: partials that are not 1, times sweeps. Of vertices: ways in times ways out, where neither is 1.
COUNTS = {
    # v1 -> v2, v3 has 2 ways in and 2 out, v2 then 2 and 1, v3 2 and 2; the other way round 2 x 2, 1 x 2, 2 x 2.
    "waist": {"forward sweeps": 2 * 7, "reverse sweeps": 2 * 7, "sweeps by colours": 2 * 7, "inputs to outputs": 4 + 2 + 4,
              "outputs to inputs": 4 + 2 + 4, "from the middle out": 1 + 2 + 4, "dad": 1 + 2 + 4},
    # For each round v sin(v), rounds with each other, then the ends.
    "chain": {"forward sweeps": 2 * (3 * ROUNDS + 4), "reverse sweeps": 2 * (3 * ROUNDS + 4), "sweeps by colours": 2 * (3 * ROUNDS + 4),
              "inputs to outputs": (4 + 2) * ROUNDS + 4, "outputs to inputs": (4 + 2) * ROUNDS + 4,
              "dad": ROUNDS + (ROUNDS - 1) + 2 + 4},
    # sin(x0) and its product have 1 + 2 partials, each other input exp, a product of two, and cos. Three colours.
    "arrowhead": {"forward sweeps": N * (3 + 7 * 4), "reverse sweeps": N * (3 + 7 * 4), "sweeps by colours": 3 * (3 + 7 * 4),
                  "inputs to outputs": N, "outputs to inputs": N, "dad": N},
    # Two of the product, sin, exp, two of the product of both. Round a ring of eight, three neighbours take five colours or fewer.
    "stencil": {"forward sweeps": N * N * 6, "reverse sweeps": N * N * 6, "inputs to outputs": N * (2 + 2 + 1),
                "outputs to inputs": N * (1 + 1 + 2), "dad": N * (1 + 1 + 2)},
}


def check_text(text):
    j = waist(1)
    for i in range(2):
        for k in range(2):
            number = f"{j[i][k]: .6f}"
            assert f"dv{i + 4}/dx{k}    {number}   {number}" in text.splitlines()
    assert text.splitlines()[-1].split() == ["products", "7", "7"]


def check_counts(table):
    got = {}
    for row in table:
        got.setdefault(row["function"], {})[row["way"]] = int(row["multiplications"])
    colours, rest = divmod(got["stencil"].pop("sweeps by colours"), N * 6)
    assert rest == 0 and 3 <= colours <= 5
    assert got == COUNTS, got
    assert all(counts["dad"] == min(counts.values()) for counts in got.values())


def check_jacobians(table):
    for name, expected in (("waist", waist(1)), ("chain", waist(ROUNDS)), ("arrowhead", arrowhead()), ("stencil", stencil())):
        entries = [row for row in table if row["function"] == name]
        assert len(entries) == len(expected) * len(expected[0])
        for row in entries:
            exact = expected[int(row["row"])][int(row["column"])]
            assert all(math.isclose(float(row[way]), exact, rel_tol=1e-13, abs_tol=1e-15) for way in ("dad", "forward", "reverse")), row


def check_figure(path, table):
    """Bars of a function are as long as their counts, and numbers stand beside them."""
    drawn = xml.parse(path).getroot()
    bars = [float(bar.get("width")) for bar in drawn.iter(SVG + "rect")][1:]
    texts = [text.text for text in drawn.iter(SVG + "text")]
    assert len(bars) == len(table)
    for name in COUNTS:
        assert name in texts
        own = [(bar, int(row["multiplications"])) for bar, row in zip(bars, table) if row["function"] == name]
        most = max(own)
        assert all(abs(bar / most[0] - count / most[1]) < 1e-3 for bar, count in own), name
        assert all(texts.count(str(count)) >= 1 for _, count in own)
    assert texts.count("dad") == len(COUNTS)


with tempfile.TemporaryDirectory() as folder:
    output = os.path.join(folder, "new", "elimination")
    code, text = run("--output", output)
    assert code == 0
    check_text(text)
    counts = rows(output, "counts.csv")
    check_counts(counts)
    check_jacobians(rows(output, "jacobians.csv"))
    check_figure(os.path.join(output, "elimination.svg"), counts)

    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    for words, *options in (("--slope", "--slope", "1"), (taken + ": cannot be made a folder", "--output", taken)):
        code, text = run(*options)
        assert code != 0 and words in text, words
