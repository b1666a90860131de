# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds it against the Hessian in closed form: run_test.py launcher... program."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_curves, read_table, runner

run = runner(sys.argv[1:])
GRID = [-1.0, -0.7, -0.3, 0.0, 0.3, 0.7, 1.0]


def hessian_of_loss(width, diagonal_alone=False):
    """Of mean (o - x y)^2 with o = sum_k w3 tanh(w0 x + w1 y + w2): 2 mean (o' o'^T + (o - x y) o''), as {(i, j): h}."""
    weights = [math.sin(i * i) for i in range(4 * width)]
    h = {}
    for x in GRID:
        for y in GRID:
            by_signal = [x, y, 1.0]
            slope, bends, output = [], {}, 0.0
            for k in range(0, 4 * width, 4):
                t = math.tanh(sum(w * s for w, s in zip(weights[k:k + 3], by_signal)))
                w3, d, dd = weights[k + 3], 1 - t * t, -2 * t * (1 - t * t)
                output += w3 * t
                slope += [w3 * d * s for s in by_signal] + [t]
                for a in range(3):
                    for b in range(3):
                        bends[k + a, k + b] = w3 * dd * by_signal[a] * by_signal[b]
                    bends[k + a, k + 3] = bends[k + 3, k + a] = d * by_signal[a]
            for i, si in enumerate(slope):
                for j in [i] if diagonal_alone else range(len(slope)):
                    bend = (output - x * y) * bends.get((i, j), 0.0)
                    h[i, j] = h.get((i, j), 0.0) + 2 / 49 * (si * slope[j] + bend)
    return h


def trace(h):
    return sum(value for (i, j), value in h.items() if i == j)


def check_numbers(text, path):
    h = hessian_of_loss(12)
    exact = trace(h)
    deviation = math.sqrt(2 * sum(value**2 for (i, j), value in h.items() if i != j))
    rows = [{name: float(cell) for name, cell in row.items()} for row in read_table(path)]
    assert [row["probes"] for row in rows] == [2.0**k for k in range(1, 13)]
    for row in rows:
        n = row["probes"]
        assert abs(row["exact"] / exact - 1) < 1e-12
        assert abs(row["expected_error"] / (deviation / math.sqrt(n)) - 1) < 1e-12
        # Four times what theory expects: one in thousands. The error of the error is about 1 / sqrt(2 n) of it.
        assert abs(row["estimate"] - exact) < 4 * row["expected_error"]
        if n >= 64:
            assert abs(row["standard_error"] / row["expected_error"] - 1) < 4 / math.sqrt(2 * n)
        assert re.search(rf" {n:.0f} probes: +{row['estimate']:.4f} \+- {row['standard_error']:.4f}\n", text)
    value, error = map(float, re.search(r"2000 weights, 64 probes: (\S+) \+- (\S+)", text).groups())
    assert abs(value - trace(hessian_of_loss(500, diagonal_alone=True))) < 4 * error


def check_figure(path):
    # Twelve dots for each of three curves, and three in the legends.
    assert len(drawn(path, "circle")) == 3 * 12 + 3
    bars = [ends for ends in drawn_curves(path) if len(ends) == 2 and ends[0][0] == ends[1][0] and abs(ends[0][1] - ends[1][1]) > 5.5]
    lengths = [abs(a[1] - b[1]) for a, b in bars]
    assert len(lengths) == 12 and lengths[-1] == min(lengths) < max(lengths) / 10, "the bars become short"


with tempfile.TemporaryDirectory() as folder:
    figure, table = os.path.join(folder, "trace.svg"), os.path.join(folder, "trace.csv")
    code, text = run("--figure", figure, "--table", table)
    assert code == 0
    check_numbers(text, table)
    check_figure(figure)
    are_refused(run, [("--probes", "--probes", "1"), ("/nowhere/trace.svg: cannot be written", "--width", "1", "--probes", "2",
                                                      "--figure", "/nowhere/trace.svg")])
