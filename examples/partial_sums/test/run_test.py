# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program: run_test.py PROGRAM. The figure has all its curves, and the errors of the sums of 1 / (1 + t^2) are
those of a geometric series: t^(n + 2) / (1 + t^2) after order n, at the end of its range; those of exp(sin(t)) are found here
by its differential equation."""

import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

program = sys.argv[1]
with tempfile.TemporaryDirectory() as folder:
    picture = os.path.join(folder, "figure.svg")
    done = subprocess.run([program, picture], capture_output=True, text=True, timeout=50)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    drawing = xml.parse(picture).getroot()
    curves = [line for line in drawing.iter("{http://www.w3.org/2000/svg}polyline") if len(line.get("points").split()) > 50]
    assert len(curves) == 10, len(curves)

errors = {}
for line in done.stdout.splitlines():
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

refused = subprocess.run([program], capture_output=True, text=True, timeout=50)
assert refused.returncode == 2 and refused.stderr == "usage: partial_sums FIGURE.svg\n", refused
