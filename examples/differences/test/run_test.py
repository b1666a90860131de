# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its errors against what Taylor and rounding say: run_test.py program."""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import drawn_curves, runner

STEPS, FIRST, PER_POWER = 151, -15, 10


def check_text(text):
    rows = re.findall(r"best error (\S+) at step 10\^(\S+), at step 0.001 (\S+)", text)
    (one, one_at, one_large), (two, two_at, two_large), (dad, _, dad_large) = [[float(x) for x in row] for row in rows]
    # The best step is about the square root of the precision, or its cube root.
    assert 1e-11 < one < 1e-7 and -10.5 < one_at < -6.5
    assert 1e-13 < two < 1e-9 and -6.5 < two_at < -4.5
    assert dad < 5e-16 and dad_large < 5e-16
    # h f'' / 2f' and h^2 f''' / 6f' of the function, by mpmath: 2.011, 2.615.
    assert abs(one_large / 2.011e-3 - 1) < 0.02 and abs(two_large / 2.615e-6 - 1) < 0.02
    agreement, slope = re.search(r"agree to (\S+), Taylor slope (\S+)", text).groups()
    assert float(agreement) < 1e-9 and abs(float(slope) - 2) < 0.1


def check_figure(path):
    curves = [points for points in drawn_curves(path) if len(points) == STEPS]
    assert len(curves) == 3

    def rise(points, a, b):
        """In pixels, upwards, from the step 10^a to 10^b."""
        at = [points[(power - FIRST) * PER_POWER][1] for power in (a, b)]
        return at[0] - at[1]

    one, two, dad = curves
    assert abs(rise(two, -4, -2) / rise(one, -4, -2) - 2) < 0.02, "orders 1 and 2"
    for v in (one, two):
        assert rise(v, -15, -9) < 0 < rise(v, -4, -1), "a V"
    assert len({y for _, y in dad}) == 1 and dad[0][1] > max(y for _, y in one + two), "a line below both"


with tempfile.TemporaryDirectory() as folder:
    figure = os.path.join(folder, "differences.svg")
    code, text = runner(sys.argv[1:])(figure)
    assert code == 0
    check_text(text)
    check_figure(figure)
