# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program at a small size: run_test.py program. Checks numbers, never times."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn, drawn_texts, runner

run = runner(sys.argv[1:])

with tempfile.TemporaryDirectory() as folder:
    picture = os.path.join(folder, "which_mode.svg")
    code, text = run("12", picture)
    assert code == 0

    rows = [line.split() for line in text.splitlines()[1:]]
    assert {row[0] for row in rows} == {"products", "network", "exponentials"}
    for name in ("products", "network", "exponentials"):
        outputs = [int(row[1]) for row in rows if row[0] == name]
        assert outputs[0] == 1 and outputs[-1] == 1200 and 12 in outputs and outputs == sorted(outputs)
    for row in rows:
        assert all(float(time) > 0 for time in row[2:5]), row
        assert float(row[5]) < 1e-13, row  # from the closed form, in the worst of the three

    texts = drawn_texts(picture)
    assert all(texts.count(name) == 3 for name in ("forward", "reverse", "jacobian(f, x)"))
    assert len(drawn(picture, "circle")) == len(rows) + 3  # and the legends

for wrong in (("0",), ("twelve",), ("12", "a", "b")):
    code, text = run(*wrong)
    assert code == 1 and text.startswith("usage: which_mode"), wrong
code, text = run("2", "/nowhere/figure.svg")
assert code == 1 and "/nowhere/figure.svg" in text
