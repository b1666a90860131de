# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program at a small size: run_test.py program. Checks numbers, never times."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

program = sys.argv[1]


def run(*options):
    return subprocess.run([program, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=50)


with tempfile.TemporaryDirectory() as folder:
    picture = os.path.join(folder, "which_mode.svg")
    done = run("12", picture)
    print(done.stdout, done.stderr)
    assert done.returncode == 0

    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert {row[0] for row in rows} == {"products", "network", "exponentials"}
    for name in ("products", "network", "exponentials"):
        outputs = [int(row[1]) for row in rows if row[0] == name]
        assert outputs[0] == 1 and outputs[-1] == 1200 and 12 in outputs and outputs == sorted(outputs)
    for row in rows:
        assert all(float(time) > 0 for time in row[2:5]), row
        assert float(row[5]) < 1e-13, row  # from the closed form, in the worst of the three

    drawn = xml.parse(picture).getroot()
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert all(texts.count(name) == 3 for name in ("forward", "reverse", "jacobian(f, x)"))
    circles = list(drawn.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == len(rows) + 3  # and the legends

for wrong in (("0",), ("twelve",), ("12", "a", "b")):
    refused = run(*wrong)
    assert refused.returncode == 1 and refused.stderr.startswith("usage: which_mode"), wrong
refused = run("2", "/nowhere/figure.svg")
assert refused.returncode == 1 and "/nowhere/figure.svg" in refused.stderr
