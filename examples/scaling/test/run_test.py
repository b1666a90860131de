# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program at small sizes: run_test.py ranks launcher... program. Checks numbers and captions, never times."""

import glob
import math
import os
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_texts, read_table, runner

ranks = int(sys.argv[1])
run = runner(sys.argv[2:])


def where_faster(a, b, unit):
    """In words, at which sizes the times `a` are below the times `b`; both {size: seconds}."""
    sizes = sorted(set(a) & set(b))
    by = [math.log10(a[size] / b[size]) for size in sizes]
    if all(y < 0 for y in by):
        return "at every size"
    words, start = [], "up to" if by[0] < 0 else None
    for i in range(1, len(sizes)):
        if (by[i - 1] < 0) == (by[i] < 0):
            continue
        # Where the straight line through both points meets zero.
        slope = (by[i] - by[i - 1]) / math.log10(sizes[i] / sizes[i - 1])
        at = sizes[i] * 10 ** (-by[i] / slope)
        if by[i] < 0:
            start = f"from {at:.2g}"
        else:
            words.append(f"{start}{'' if start == 'up to' else ' to'} {at:.2g}")
            start = None
    if start:
        words.append(start)
    return f"{', '.join(words)} {unit}{' on' if start else ''}" if words else "at no size"


def check_panel(rows, size, sizes, texts, has_spawning):
    times, bits = {}, {}
    for row in rows:
        at = int(row[size])
        times.setdefault(row["way"], {})[at] = float(row["seconds"])
        bits.setdefault(at, {})[row["way"]] = row["bits"]
        # Values and both derivatives at all inputs: a rounding error a step at the most.
        assert float(row["difference"]) <= 3e-16 * (int(row["steps"]) + 2), row
    assert list(times) == ["sequential", "local", "ranks"] + ["spawning"] * has_spawning
    for way, found in times.items():
        assert sorted(found) == sizes and all(seconds > 0 for seconds in found.values()), way
    for found in bits.values():
        assert found["local"] == found["ranks"], "a batch has the same bits over ranks"
        assert not has_spawning or found["spawning"] == found["sequential"], "workers compute what one would in turn"
    captions = [("ranks faster than one process", "ranks", "local"), ("ranks faster than sequential", "ranks", "sequential"),
                ("one process faster than sequential", "local", "sequential")]
    if has_spawning:
        captions.append(("spawning faster than sequential", "spawning", "sequential"))
    for words, a, b in captions:
        line = f"{words}: {where_faster(times[a], times[b], 'inputs' if size == 'inputs' else 'iterations')}"
        assert line in texts, (line, texts)
        texts.remove(line)


def check(folder, name, sizes, has_spawning=False):
    rows = read_table(os.path.join(folder, f"scaling-{name}.csv"))
    figure = os.path.join(folder, f"scaling-{name}.svg")
    texts, circles = drawn_texts(figure), len(drawn(figure, "circle"))
    if name == "inputs":
        steps = sorted({int(row["steps"]) for row in rows})
        assert len(steps) == 2 and steps[0] == 1
        for n in steps:
            own = [row for row in rows if int(row["steps"]) == n]
            check_panel(own, "inputs", sizes, texts, has_spawning)
            each = 1e6 * min(float(row["seconds"]) / int(row["inputs"]) for row in own if row["way"] == "sequential")
            said = next(re.fullmatch(rf"{n} steps?, (\S+) µs an input", s) for s in texts if " an input" in s and s.startswith(f"{n} "))
            assert abs(float(said[1]) / each - 1) < 0.0051
    else:
        assert all(row["inputs"] == "100" for row in rows)
        check_panel(rows, "steps", sizes, texts, has_spawning)
    panels = 2 if name == "inputs" else 1
    assert circles == len(rows) + panels * (3 + has_spawning), "a dot for each row, and the legends"


class Watch(threading.Thread):
    """Sees the processes that are started as workers."""

    def __init__(self):
        super().__init__()
        self.seen, self.is_over = set(), False

    def run(self):
        while not self.is_over:
            for path in glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    with open(path, "rb") as file:
                        if file.read().rstrip(b"\0").endswith(os.fsencode(sys.argv[-1]) + b"\0--worker"):
                            self.seen.add(path)
                except OSError:  # ended meanwhile
                    pass
            time.sleep(0.01)


with tempfile.TemporaryDirectory() as folder:
    code, text = run("--largest-inputs", "1000", "--largest-steps", "1000", "--repeat", "2", "--output", folder,
                     "--spawn-repeat", "0", "--microseconds", "5")
    assert code == 0
    check(folder, "inputs", [10, 100, 1000])
    check(folder, "iterations", [1, 10, 100, 1000])
    if ranks == 2:
        watch = Watch()
        watch.start()
        code, text = run("--largest-steps", "10", "--repeat", "1", "--spawn-repeat", "1", "--experiment", "iterations",
                         "--output", folder)
        watch.is_over = True
        watch.join()
        assert len(watch.seen) >= 2 * 2, "two workers for each of two calls"
        assert code == 0
        check(folder, "iterations", [1, 10], has_spawning=True)

    # After the first size everything is expected to take longer than this.
    code, text = run("--largest-steps", "100", "--seconds", "1e-9", "--spawn-repeat", "0", "--experiment", "iterations",
                     "--output", folder)
    assert code == 0
    check(folder, "iterations", [1])

    are_refused(run, [("--experiment", "--experiment", "none"),
                      ("scaling: ", "--output", "/proc/nowhere", "--largest-inputs", "10", "--spawn-repeat", "0"),
                      ("/proc/nowhere", "--output", "/proc/nowhere", "--largest-inputs", "10", "--spawn-repeat", "0")])
