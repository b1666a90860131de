# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds it against closed forms: run_test.py program."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn_curves, runner


def calls(steps, snapshots):
    """Griewank and Walther (2000): r steps - C(s + r, r - 1) advances, for the least r with C(s + r, s) >= steps; and
    one more of each step, which is recorded."""
    r = next(r for r in range(steps) if math.comb(snapshots + r, snapshots) >= steps)
    return r * steps - math.comb(snapshots + r, r - 1) + steps


def check_text(text):
    heat = re.findall(r"(\d+) steps of (\d+) cells in the memory of (\d+) states: (\S+), by conductivity (\S+)\n"
                      r"  (\d+) KB, where a plain tape takes (\d+) KB", text)
    assert [row[:3] for row in heat] == [("1000", "21", "8"), ("1000000", "5", "20")]
    for (steps, cells, _, value, slope, kept, plain), k in zip(heat, (0.05, 2e-6)):
        n = int(steps)
        share = 4 * math.sin(math.pi / (int(cells) - 1) / 2) ** 2
        assert abs(float(value) - (1 - share * k) ** n) < 1e-9
        assert abs(float(slope) / (-share * n * (1 - share * k) ** (n - 1)) - 1) < 1e-8
        # A number and an operation of each cell in the rod and step, at the least 16 bytes.
        assert int(plain) > 16e-3 * n * (int(cells) - 2) and int(kept) < 100
    rows = re.findall(r"(\d+) states kept: 1000 steps take +(\S+) calls of step each", text)
    assert [int(s) for s, _ in rows] == [2, 4, 8, 16, 32, 1000]
    for snapshots, work in rows:
        expected = 2.0 if snapshots == "1000" else calls(1000, int(snapshots)) / 1000
        assert abs(float(work) - expected) < 0.0051, (snapshots, work, expected)


def check_figure(path):
    curves = [points for points in drawn_curves(path) if len(points) == 13]
    assert len(curves) == 5
    # Where the curve of the most steps is in pixels, from two of its points and the formula.
    (_, low), (_, high) = curves[4][0], curves[4][-1]
    first, last = (calls(10**6, s) / 1e6 for s in (4, 40))
    for steps, points in zip((10**2, 10**3, 10**4, 10**5, 10**6), curves):
        for s, (_, y) in zip(range(4, 41, 3), points):
            expected = low + (high - low) * (calls(steps, s) / steps - first) / (last - first)
            assert abs(y - expected) < 0.1, (steps, s, y, expected)


with tempfile.TemporaryDirectory() as folder:
    figure = os.path.join(folder, "loop.svg")
    code, text = runner(sys.argv[1:])(figure)
    assert code == 0
    check_text(text)
    check_figure(figure)
