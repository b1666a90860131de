# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the whole program: run_test.py PROGRAM. Its numbers and its figure show what they are meant to."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

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


with tempfile.TemporaryDirectory() as folder:
    picture = os.path.join(folder, "spectrum.svg")
    done = subprocess.run([sys.argv[1], picture], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    print(done.stdout)
    assert done.returncode == 0
    check_numbers(done.stdout)
    check_figure(picture)
