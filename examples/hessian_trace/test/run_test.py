# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds it against the Hessian in closed form: run_test.py launcher... program."""

import itertools
import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_axes, drawn_curves, drawn_texts, has_curve, has_dots, read_table, runner

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


def check_figure(path, table):
    # Twelve dots for each of three curves, and three in the legends.
    assert len(drawn(path, "circle")) == 3 * 12 + 3
    bars = [ends for ends in drawn_curves(path) if len(ends) == 2 and ends[0][0] == ends[1][0] and abs(ends[0][1] - ends[1][1]) > 5.5]
    lengths = [abs(a[1] - b[1]) for a, b in bars]
    assert len(lengths) == 12 and lengths[-1] == min(lengths) < max(lengths) / 10, "the bars become short"
    check_places(path, [{name: float(cell) for name, cell in row.items()} for row in read_table(table)])


def check_places(path, rows):
    """What is drawn is where the table has it: on the left bars around estimates, on the right logarithms of errors."""
    texts, blue, orange, dark = drawn_texts(path), "#4c78a8", "#f58518", "#333333"
    assert texts.index("exact trace") < texts.index("estimate, ± its standard error") < texts.index("theory")
    assert texts.index("theory") < texts.index("standard error") < texts.index("distance from the trace")
    x, y = drawn_axes(path, 0, 500)
    at = [x(math.log2(row["probes"])) for row in rows]
    assert has_curve(path, dark, [(a, y(row["exact"])) for a, row in zip(at, rows)])
    estimates = [(a, y(row["estimate"])) for a, row in zip(at, rows)]
    assert has_curve(path, blue, estimates) and has_dots(path, blue, estimates)
    for a, row in zip(at, rows):
        assert has_curve(path, blue, [(a, y(row["estimate"] + sign * row["standard_error"])) for sign in (-1, 1)]), row
    x, y = drawn_axes(path, 500)
    at = [x(math.log2(row["probes"])) for row in rows]
    reported = [(a, y(math.log10(row["standard_error"]))) for a, row in zip(at, rows)]
    assert has_curve(path, blue, reported) and has_dots(path, blue, reported)
    assert has_curve(path, dark, [(a, y(math.log10(row["expected_error"]))) for a, row in zip(at, rows)])
    assert has_dots(path, orange, [(a, y(math.log10(abs(row["estimate"] - row["exact"])))) for a, row in zip(at, rows)])


def check_samples(table, seeds):
    """Of four weights there are eight samples v' H v of directions of +1 and -1, and of two samples a and b the mean is
    (a + b) / 2 with the standard error |a - b| / 2: so a and b are two of the eight."""
    h = hessian_of_loss(1)
    signs = list(itertools.product((-1, 1), repeat=4))
    samples = [sum(v[i] * v[j] * value for (i, j), value in h.items()) for v in signs]
    found, lines = set(), set()
    for seed in seeds:
        code, text = run("--width", "1", "--probes", "2", "--table", table, *seed)
        row, = read_table(table)
        assert code == 0 and row["probes"] == "2" and text.startswith(f"4 weights, trace {trace(h):.6f}\n")
        estimate, error = float(row["estimate"]), float(row["standard_error"])
        for sample in (estimate - error, estimate + error):
            assert min(abs(sample - s) for s in samples) < 1e-12, (row, samples)
        found.add((estimate, error)), lines.add(text.splitlines()[-1])
    return len(found), len(lines)


with tempfile.TemporaryDirectory() as folder:
    figure, table = os.path.join(folder, "trace.svg"), os.path.join(folder, "trace.csv")
    code, text = run("--figure", figure, "--table", table)
    assert code == 0
    check_numbers(text, table)
    check_figure(figure, table)
    assert check_samples(table, [("--seed", str(seed)) for seed in (3, 4, 5, 6)])[0] > 1, "other seeds, other directions"
    # The default seed is 2; the large network has directions of the same seed, and no two of these agree by chance.
    assert check_samples(table, [(), ("--seed", "2"), ("--seed", "1")])[1] == 2
    are_refused(run, [("--probes", "--probes", "1"), ("--width", "--width", "0"), ("--seed", "--seed", "one"),
                      ("/nowhere/trace.svg: cannot be written", "--width", "1", "--probes", "2", "--figure", "/nowhere/trace.svg"),
                      ("/nowhere/trace.csv: cannot be written", "--width", "1", "--probes", "2", "--table", "/nowhere/trace.csv")])
