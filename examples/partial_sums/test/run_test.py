# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program: run_test.py PROGRAM. The figure has all its curves, and the errors of the sums of 1 / (1 + t^2) are
those of a geometric series: t^(n + 2) / (1 + t^2) after order n, at the end of its range; those of exp(sin(t)) are found here
by its differential equation."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn_curves, runner

run = runner(sys.argv[1:])

with tempfile.TemporaryDirectory() as folder:
    picture = os.path.join(folder, "figure.svg")
    code, text = run(picture)
    assert code == 0
    assert sum(len(points) > 50 for points in drawn_curves(picture)) == 10

errors = {}
for line in text.splitlines():
    found = re.fullmatch(r"  order +(\d+): (\S+)", line)
    if found:
        errors.setdefault(title, {})[int(found[1])] = float(found[2])
    else:
        title = line
sine, poles = errors.values()
for order, error in poles.items():
    expected = 0.8 ** (order + 2) / (1 + 0.8**2)
    assert abs(error - expected) < 0.06 * expected, (order, error, expected)

# exp(sin(t)): y' = cos(t) y
cosine = [(-1) ** (k // 2) / math.factorial(k) if k % 2 == 0 else 0 for k in range(31)]
y = [1]
for k in range(1, 31):
    y.append(sum(cosine[j] * y[k - 1 - j] for j in range(k)) / k)
for order, error in sine.items():
    points = [i / 50 for i in range(-100, 101)]
    expected = max(abs(sum(y[k] * t**k for k in range(order + 1)) - math.exp(math.sin(t))) for t in points)
    assert abs(error - expected) < 0.06 * expected, (order, error, expected)

assert run() == (2, "usage: partial_sums FIGURE.svg\n")
