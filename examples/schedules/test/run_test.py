# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its table and its figure against each other: run_test.py ranks launcher... program."""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, runner

ranks = int(sys.argv[1])
run = runner(sys.argv[2:])
INPUTS, MEAN = 120, 1.0
IDLE = "#ececec"


def tables(text):
    """Of each call the schedule, milliseconds, bytes moved and rows by rank."""
    found = []
    for name, milliseconds, moved, rows in re.findall(
            r"schedule (\w+): ([\d.]+) ms, (\d+) bytes moved\n.*\n((?:  .*\n)+)", text):
        rows = [[float(cell) for cell in row.split()] for row in rows.splitlines()]
        found.append((name, float(milliseconds), int(moved), rows))
    return found


def check_table(name, milliseconds, moved, rows, total):
    assert [row[0] for row in rows] == list(range(ranks))
    assert sum(row[1] for row in rows) == INPUTS, "every input was evaluated by one rank"
    assert all(row[4] <= milliseconds + 0.1 and abs(row[4] + row[5] - milliseconds) <= 0.02 for row in rows)
    # No wait is shorter than it was asked for.
    assert sum(row[4] for row in rows) >= total - 0.1 * ranks
    assert moved == sum(row[6] for row in rows)
    if name == "even":
        assert all(abs(row[1] - INPUTS / ranks) < 1 for row in rows)
    # Numbers that come and go: two in, a value and two derivatives out, for inputs of other ranks than the root.
    assert moved >= 8 * 5 * (INPUTS - rows[0][1])
    if ranks == 1:
        assert moved == 0


def check_figure(path, found):
    paper, = drawn(path, "svg")
    width, height = float(paper.get("width")), float(paper.get("height"))
    bars = {}
    for box in drawn(path, "rect")[1:]:  # the first is the paper
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height
        bars.setdefault(y, {}).setdefault(box.get("fill"), []).append((x, w))
    assert len(bars) == 2 * ranks, "a row for each rank in each call"
    rows = [(milliseconds, row) for _, milliseconds, _, rows in found for row in rows]
    for (_, colours), (milliseconds, row) in zip(sorted(bars.items()), rows):
        (idle_from, idle_width), = colours.pop(IDLE)
        assert len(colours) <= 1, "a rank has one colour"
        chunks = sorted(chunk for boxes in colours.values() for chunk in boxes)
        assert len(chunks) == row[2], row
        assert all(a + w <= b + 0.05 for (a, w), (b, _) in zip(chunks, chunks[1:])), "one chunk after the other"
        assert all(idle_from <= a and a + w <= idle_from + idle_width + 0.5 for a, w in chunks)
        # As long as the table says, but for the gaps between bars.
        busy = sum(w for _, w in chunks) / idle_width
        assert abs(busy - row[4] / milliseconds) <= 0.01 + 0.7 * len(chunks) / idle_width, (row, busy)


with tempfile.TemporaryDirectory() as folder:
    figure = os.path.join(folder, "schedules.svg")
    code, text = run("--inputs", str(INPUTS), "--mean", str(MEAN), "--figure", figure)
    assert code == 0
    total, largest, best = (float(x) for x in re.search(
        r"inputs of ([\d.]+) ms in all, the largest ([\d.]+) ms; at best ([\d.]+) ms", text).groups())
    assert abs(total - INPUTS * MEAN) <= 0.02 and abs(best - max(total / ranks, largest)) <= 0.02
    found = tables(text)
    even, dynamic = found
    assert (even[0], dynamic[0]) == (("even", "dynamic") if ranks > 1 else ("local", "local"))
    for name, milliseconds, moved, rows in found:
        check_table(name, milliseconds, moved, rows, total)
        assert milliseconds >= best - 0.1, "faster than is possible"
    # Not much slower, whatever else the machine has to do.
    assert dynamic[1] <= 3 * even[1] + 2000
    check_figure(figure, found)

    are_refused(run, [("/nowhere/schedules.svg: cannot be written", "--figure", "/nowhere/schedules.svg", "--inputs", "4",
                       "--mean", "0.1"), ("--inputs", "--inputs", "0")])
