# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds it against back-propagation by hand: run_test.py program."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn_curves, runner

LAYERS, STEPS, WIDTH = 64, 4, 8


def adjoints_by_hand():
    """Of the weight from neuron 2 to neuron 0 in each layer, for the first sample's first output."""
    weight = [[[0.65 * math.sin(((l * WIDTH + j) * WIDTH + k) ** 2) for k in range(WIDTH)] for j in range(WIDTH)] for l in range(LAYERS)]
    v = [[math.cos(j) for j in range(WIDTH)]]
    for w in weight:
        for _ in range(STEPS):
            v.append([math.tanh(sum(a * b for a, b in zip(v[-1], row))) for row in w])
    found, dv = [0.0] * LAYERS, [1.0] + [0.0] * (WIDTH - 1)
    for step in reversed(range(LAYERS * STEPS)):
        layer = step // STEPS
        dz = [d * (1 - y * y) for d, y in zip(dv, v[step + 1])]
        found[layer] += dz[0] * v[step][2]
        dv = [sum(dz[j] * weight[layer][j][k] for j in range(WIDTH)) for k in range(WIDTH)]
    return found


def check_text(text):
    rows = {int(k): (float(memory), float(work)) for k, memory, work in re.findall(r"every +(\d+) layers: +(\S+) % of that, work (\S+)", text)}
    assert sorted(rows) == [1, 2, 4, 8, 16, 32, 64]
    # Every layer is computed twice forwards and once backwards, which is twice the work: 4 for 3.
    assert all(work == 1.33 for _, work in rows.values())
    # The least memory is near the root of the number of layers, and a block of all saves nothing.
    assert min(rows, key=lambda k: rows[k][0]) in (2, 4, 8) and rows[4][0] < 15 and rows[64][0] >= 100
    # Some 56 bytes for each of 64 x 16 x 4 x 8 neurons: dad::dot is a row of six words.
    assert float(re.search(r"on a plain tape: (\d+) KB", text)[1]) < 2000
    expected = adjoints_by_hand()
    adjoints = {int(l): float(a) for l, a in re.findall(r"a weight of layer +(\d+): (\S+)", text)}
    assert sorted(adjoints) == [0, 32, 63]
    for l, adjoint in adjoints.items():
        assert abs(expected[l]) > 1e-8, "worth comparing"
        assert abs(adjoint / expected[l] - 1) < 1e-8, (l, adjoint, expected[l])
    assert "the same gradient: yes" in text


def check_figure(path):
    stored, inside, both = (points for points in drawn_curves(path) if len(points) == 16)
    assert [y for _, y in stored] == sorted(y for _, y in stored), "the fewer are stored the lower"
    assert [y for _, y in inside] == sorted((y for _, y in inside), reverse=True)
    assert all(b[1] <= min(s[1], i[1]) for s, i, b in zip(stored, inside, both)), "their sum is above both"


with tempfile.TemporaryDirectory() as folder:
    figure = os.path.join(folder, "checkpoint.svg")
    code, text = runner(sys.argv[1:])(figure)
    assert code == 0
    check_text(text)
    check_figure(figure)
