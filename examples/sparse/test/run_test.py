# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program, and holds what it says and draws against the patterns themselves: run_test.py program."""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn, runner

N = 36


def surface():
    """A triangle of heights meets in each term: neighbours in the grid and across one diagonal."""
    cells = set()
    for i in range(-1, 6):
        for j in range(-1, 6):
            term = [(a, b) for a, b in ((i, j), (i + 1, j), (i, j + 1)) if 0 <= a < 6 and 0 <= b < 6]
            cells |= {(6 * a + b, 6 * c + d) for a, b in term for c, d in term}
    return cells


def chain():
    band = {(i, j) for i in range(N - 1) for j in range(N - 1) if abs(i - j) <= 1}
    return band | {(i, N - 1) for i in range(N - 1)} | {(N - 1, i) for i in range(N - 1)}


def residuals():
    return {(i, j) for i in range(N) for j in range(N) if abs(i - j) <= 2}


def market():
    return {(i, i) for i in range(N)} | {(i, N - 1) for i in range(N)} | {(N - 1, i) for i in range(N)}


expected = {"Hessian of a surface": surface(), "Hessian of a chain": chain(), "Jacobian of residuals": residuals(),
            "Jacobian of a market": market()}

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "sparse.svg")
    code, text = runner(sys.argv[1:])(path)
    assert code == 0
    boxes = drawn(path, "rect")

lines = re.findall(r"(\w[\w ]+\w) +(\d+) x (\d+), +(\d+) entries, (\d+) (direction|tangent)s?(?: and (\d+) adjoints?)?, "
                   r"equal to the dense one", text)
assert [line[0] for line in lines] == list(expected), lines
most = {"Hessian of a surface": (7, 0), "Hessian of a chain": (4, 0), "Jacobian of residuals": (5, 0),
        "Jacobian of a market": (2, 1)}
products = 0
for name, rows, columns, entries, along, _, adjoints in lines:
    assert (int(rows), int(columns), int(entries)) == (N, N, len(expected[name])), name
    assert int(along) <= most[name][0] and int(adjoints or 0) <= most[name][1], name
    products += int(along) + int(adjoints or 0)

# A background for the page and each matrix, a cell for each entry, a bar for each product.
assert len(boxes) == 5 + sum(len(cells) for cells in expected.values()) + products, len(boxes)
