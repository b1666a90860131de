# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its tables against arithmetic of their own: run_test.py launcher... program."""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from by_hand import ACTIVATIONS, STEP, derivative, hessian_of_xor, layers_loss, negative_count, xor_loss, xor_trained
from program import are_refused, drawn, drawn_texts, read_table, runner

run = runner(sys.argv[1:])
STARTS, STEPS = 40, 1500


def check_layers(rows):
    """Differences of the loss with fifty digits, and the rules by hand, for every number of every layer."""
    for name in ACTIVATIONS:
        mine = [row for row in rows if row["activation"] == name]
        assert len(mine) == 3 * (4 + 5 + 3 + 2) + 4 * 5 + 5 * 3 + 3 * 2
        numbers = {(row["kind"], int(row["layer"]), int(row["row"]), int(row["column"])): row["value"] for row in mine}
        for row in mine:
            place = row["kind"], int(row["layer"]), int(row["row"]), int(row["column"])
            ahead, behind = (layers_loss(name, numbers, place, side * STEP) for side in (1, -1))
            exact = float((ahead - behind) / (2 * STEP))
            assert abs(float(row["by_dad"]) - exact) < 1e-12 + 1e-12 * abs(exact), (row, exact)
            assert abs(float(row["by_hand"]) - exact) < 1e-12 + 1e-12 * abs(exact), (row, exact)


def check_activations(rows):
    assert len(rows) == 7 * 161
    for row in rows:
        z, slope = float(row["z"]), float(row["derivative"])
        value = float(ACTIVATIONS[row["activation"]](row["z"]))
        assert abs(float(row["value"]) - value) < 1e-15 + 1e-14 * abs(value), row
        if abs(z) > 1e-9 and abs(z + 0.25) > 1e-9:  # not at a kink
            assert abs(slope - derivative(row["activation"], row["z"])) < 1e-14, row


def numbers_of(row, letter):
    return [float(row[f"{letter}{k}"]) for k in range(9)]


def check_xor(rows, text):
    before, after = rows[0::2], rows[1::2]
    assert len(before) == len(after) == STARTS
    assert all((row["start"], row["trained"]) == (str(i // 2), str(i % 2)) for i, row in enumerate(rows))
    for row in rows:
        weights, found = numbers_of(row, "w"), numbers_of(row, "e")
        loss = float(row["loss"])
        assert abs(xor_loss(weights) - loss) < 1e-14 + 1e-12 * loss
        # The eigenvalues are where the number of negative pivots of H - x changes, and have H's trace.
        h = hessian_of_xor(weights)
        assert abs(sum(found) - sum(h[k][k] for k in range(9))) < 1e-10
        assert found == sorted(found)
        for k in (0, 4, 8):
            assert negative_count(h, found[k] - 1e-7) <= k < negative_count(h, found[k] + 1e-7), (row["start"], k)
    learned = [float(row["loss"]) < 1e-3 for row in after]
    assert f"XOR learned by {sum(learned)} of {STARTS} starts in {STEPS} steps" in text
    assert STARTS / 3 < sum(learned) < STARTS, "many, and some end in local minima"
    # The same descent by formulas of its own, for a start that learned and one that did not.
    for i in (learned.index(True), learned.index(False)):
        weights = xor_trained(numbers_of(before[i], "w"), STEPS, 0.05, 0.9)
        assert all(abs(a - b) < 1e-6 * (1 + abs(a)) for a, b in zip(weights, numbers_of(after[i], "w"))), i
    # Training goes where no direction leads steeply down.
    assert min(float(row["e0"]) for row in before) < -2
    assert all(float(row["e0"]) > -1e-3 for row, good in zip(after, learned) if good)


def check_figures(folder):
    texts = drawn_texts(os.path.join(folder, "activations.svg"))
    assert all(texts.count(name) == 1 for name in ACTIVATIONS) and texts.count("derivative by dad") == 7
    xor = os.path.join(folder, "xor.svg")
    colours = [line.get("stroke") for line in drawn(xor, "polyline") if line.get("stroke-width") == "1" and line.get("stroke-opacity")]
    assert len(colours) == STARTS + 2, "a curve for each start, two in the legend"
    assert set(drawn_texts(xor)) >= {"before", "after", "below 0.001 at the end"}


with tempfile.TemporaryDirectory() as folder:
    code, text = run("--starts", str(STARTS), "--steps", str(STEPS), "--output", os.path.join(folder, "new"))
    assert code == 0
    folder = os.path.join(folder, "new")
    assert re.search(r"exact XOR +0 1 1 0\n", text)
    differences = [float(x) for row in re.findall(r"differ by (\S+) in dL/dv, (\S+) in dL/dW", text) for x in row]
    assert len(differences) == 14 and max(differences) < 1e-14
    check_layers(read_table(os.path.join(folder, "layers.csv")))
    check_activations(read_table(os.path.join(folder, "activations.csv")))
    check_xor(read_table(os.path.join(folder, "xor.csv")), text)
    check_figures(folder)

are_refused(run, [("--starts", "--starts", "0"), ("/proc/nowhere", "--starts", "2", "--steps", "2", "--output", "/proc/nowhere")])
