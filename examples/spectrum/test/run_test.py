# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the whole program: run_test.py launcher... program. Its numbers and its figure show what they are meant to."""

import csv
import math
import os
import re
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import runner

run = runner(sys.argv[1:])
NUMBER = r"(-?\d\S*)"


def spectra(text):
    """For before and after: the loss, the products, and rows of (smallest, residual, largest, residual)."""
    found = {}
    for line in text.splitlines():
        head = re.match(rf"(before|after): loss {NUMBER}, .* found by (\d+) products", line)
        row = re.match(rf" +{NUMBER} \(residual {NUMBER}\) +{NUMBER} \(residual {NUMBER}\)", line)
        if head:
            assert "not found" not in line
            rows = found.setdefault(head[1], (float(head[2]), int(head[3]), []))[2]
        elif row:
            rows.append(tuple(map(float, row.groups())))
    return found["before"], found["after"]


def check_numbers(text):
    for loss, products, rows in spectra(text):
        smallest, small_residuals, largest, large_residuals = zip(*rows)
        assert len(rows) == 10 and products < 337
        assert list(smallest) == sorted(smallest) and list(largest) == sorted(largest, reverse=True)
        assert max(small_residuals + large_residuals) <= 1e-8 * largest[0]
    (loss_before, _, before), (loss_after, _, after) = spectra(text)
    assert loss_before > 1 and loss_after < 1e-3
    # The start is a saddle with many ways down; at the end the steepest is next to nothing beside the curvature up.
    assert all(smallest < -1 for smallest, *_ in before)
    assert all(smallest > -1e-3 * after[0][2] for smallest, *_ in after)
    assert before[0][2] > 10 and after[0][2] > 10


def check_figure(picture):
    drawn = xml.parse(picture).getroot()
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("before") == texts.count("after") == 2
    assert "The smallest eigenvalues" in texts and "The largest eigenvalues" in texts
    # Ten dots for each of four curves, and one in the legend.
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}circle"))) == 4 * 11


class Bent:
    """A number with its first derivatives by two weights, and the mixed second one."""

    def __init__(self, value, a=0.0, b=0.0, ab=0.0):
        self.parts = value, a, b, ab

    def __add__(self, other):
        return Bent(*(x + y for x, y in zip(self.parts, other.parts)))

    def __mul__(self, other):
        (x, xa, xb, xab), (y, ya, yb, yab) = self.parts, other.parts
        return Bent(x * y, xa * y + x * ya, xb * y + x * yb, xab * y + xa * yb + xb * ya + x * yab)

    def tanh(self):
        x, a, b, ab = self.parts
        t = math.tanh(x)
        d = 1 - t * t
        return Bent(t, d * a, d * b, d * ab - 2 * t * d * a * b)


def loss_of(weights, width):
    """The mean over 64 places of (network - sin(3 x) y)^2."""
    total = Bent(0.0)
    for place in range(64):
        x, y = (place % 8 - 3.5) / 3.5, (place // 8 - 3.5) / 3.5
        rest = iter(weights)
        layer = [Bent(x), Bent(y)]
        for size in (width, width, 1):
            signals = []
            for _ in range(size):
                own = [next(rest) for _ in range(len(layer) + 1)]
                signal = own[-1]
                for w, v in zip(own, layer):
                    signal = signal + w * v
                signals.append(signal)
            layer = [s.tanh() for s in signals] if size > 1 else signals
        off = layer[0] + Bent(-math.sin(3 * x) * y)
        total = total + off * off * Bent(1 / 64)
    return total


def eigenvalues(m):
    """Ascending, by Jacobi's rotations."""
    n = len(m)
    for _ in range(12):
        for p in range(n):
            for q in range(p + 1, n):
                if m[p][q] == 0:
                    continue
                angle = math.atan2(2 * m[p][q], m[q][q] - m[p][p]) / 2
                c, s = math.cos(angle), math.sin(angle)
                for row in m:
                    row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
                m[p], m[q] = [c * x - s * y for x, y in zip(m[p], m[q])], [s * x + c * y for x, y in zip(m[p], m[q])]
    return sorted(m[k][k] for k in range(n))


def check_small(table):
    """All 15 weights of a network of two neurons a layer: its Hessian entry by entry, and that one's eigenvalues."""
    width, weights = 2, [math.sin(i * i) for i in range(15)]
    code, text = run("--width", "2", "--steps", "0", "--count", "4", "--table", table)
    assert code == 0
    h = [[0.0] * 15 for _ in weights]
    for i in range(15):
        for j in range(i, 15):
            moved = [Bent(w, float(k == i), float(k == j)) for k, w in enumerate(weights)]
            value, _, _, h[i][j] = loss_of(moved, width).parts
            h[j][i] = h[i][j]
    expected = eigenvalues(h)
    assert re.search(r"before: loss (\S+),", text)[1] == f"{value:.10g}"
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 4
    for row in rows:
        number = int(row["number"]) - 1
        exact = expected[number if row["end"] == "smallest" else 14 - number]
        assert abs(float(row["eigenvalue"]) - exact) < 1e-9 * expected[-1], (row, exact)


with tempfile.TemporaryDirectory() as folder:
    picture, table, again = (os.path.join(folder, name) for name in ("spectrum.svg", "spectrum.csv", "again.csv"))
    check_small(table)
    code, text = run("--figure", picture, "--table", table)
    assert code == 0
    check_numbers(text)
    check_figure(picture)
    if len(sys.argv) > 2:
        code, alone = run("--table", again, start=sys.argv[-1:])
        assert code == 0 and alone == text
        with open(table, "rb") as a, open(again, "rb") as b:
            assert a.read() == b.read(), "the same bits at every number of ranks"

code, text = run("--width", "1")
assert code != 0 and text.count("--width") == 1
code, text = run("--width", "2", "--steps", "0", "--count", "1", "--figure", "/nowhere/spectrum.svg")
assert code != 0 and text.count("/nowhere/spectrum.svg: cannot be written") == 1
