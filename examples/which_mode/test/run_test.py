# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program at small sizes and holds Jacobians against complex steps: run_test.py program. Never asserts times."""

import cmath
import math
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_axes, drawn_texts, has_curve, has_dots, read_table, runner

run = runner(sys.argv[1:])
NAMES = ("products", "network", "exponentials")
COLUMNS = ("forward", "reverse", "chosen")
STEP = 1e-30


def coefficient(i, j):
    return math.sin(7 * i + 13 * j + 1)


def pairs(s, outputs):
    return [s[i % len(s)] * s[(3 * i + 1) % len(s)] for i in range(outputs)]


def products(x, outputs):
    s = list(x)
    for _ in range(20):
        for i in range(len(s)):
            s[i] = .75 * s[i] - .5 * s[(i + 1) % len(s)]
    return pairs(s, outputs)


def network(x, outputs):
    h = [cmath.tanh(sum(.1 * coefficient(l, k) * u for k, u in enumerate(x))) for l in range(50)]
    return [sum(.1 * coefficient(i, l) * u for l, u in enumerate(h)) for i in range(outputs)]


def exponentials(x, outputs):
    s = list(x)
    for _ in range(10):
        s = [cmath.exp(-cmath.sin(u)) for u in s]
    return pairs(s, outputs)


def by_complex_steps(f, x, outputs):
    """Im f(x + ih) / h has no difference in it, so any step will do (Squire and Trapp, SIAM Review 40, 1998)."""
    columns = []
    for k in range(len(x)):
        y = f([complex(u, STEP if i == k else 0) for i, u in enumerate(x)], outputs)
        columns.append([v.imag / STEP for v in y])
    return [list(row) for row in zip(*columns)]


def check_jacobians(table, inputs, seed):
    assert len(table) == 3 * inputs**2
    x = [.5 * coefficient(k + seed, 3 * k) for k in range(inputs)]
    for f in (products, network, exponentials):
        exact = by_complex_steps(f, x, inputs)
        size = max(abs(v) for row in exact for v in row)
        rows = [row for row in table if row["function"] == f.__name__]
        assert [(int(row["row"]), int(row["column"])) for row in rows] == [(i, k) for i in range(inputs) for k in range(inputs)]
        for row in rows:
            expected = exact[int(row["row"])][int(row["column"])]
            assert all(abs(float(row[way]) - expected) <= 1e-13 * size for way in COLUMNS), (row, expected)


def check_costs(table, text, inputs, ratio):
    """The same rows as are printed, for the ratios that were asked for."""
    printed = [line.split() for line in text.splitlines()[1:]]
    assert {row["function"] for row in table} == set(NAMES) and len(printed) == len(table)
    for name in NAMES:
        outputs = [int(row["outputs"]) for row in table if row["function"] == name]
        assert outputs[0] == max(1, inputs // ratio) and outputs[-1] == ratio * inputs
        assert inputs in outputs and all(a < b for a, b in zip(outputs, outputs[1:]))
    for row, words in zip(table, printed):
        times = [float(row[way + "_ms"]) for way in COLUMNS]
        assert words[:2] == [row["function"], row["outputs"]] and int(row["inputs"]) == inputs
        assert all(time > 0 and abs(time - float(word)) < 6e-5 for time, word in zip(times, words[2:5])), row
        assert float(row["difference"]) < 1e-13 and words[5] == f"{float(row['difference']):.1e}"  # the worst of the three


def check_figure(path, table):
    """In each panel three series where the table has them, on logarithmic axes."""
    texts = drawn_texts(path)
    assert all(texts.count(name) == 1 for name in NAMES)
    assert all(texts.count(name) == 3 for name in ("forward", "reverse", "jacobian(f, x)", "outputs over inputs", "milliseconds"))
    assert len(drawn(path, "circle")) == len(table) + 3  # and the legends
    for panel, name in enumerate(NAMES):
        x, y = drawn_axes(path, 400 * panel, 400 * (panel + 1))
        assert all(math.isclose(2 * axis(1), axis(.1) + axis(10)) for axis in (x, y)), "powers of ten are as far from each other"
        rows = [row for row in table if row["function"] == name]
        forward, reverse, chosen = ([(x(int(row["outputs"]) / int(row["inputs"])), y(float(row[way + "_ms"]))) for row in rows]
                                    for way in COLUMNS)
        assert has_curve(path, "#1f77b4", forward) and has_curve(path, "#d62728", reverse), name
        assert has_dots(path, "#333333", chosen), name


with tempfile.TemporaryDirectory() as folder:
    for inputs, ratio, seed, options in ((12, 100, 0, ()), (10, 2, 3, ("--ratio", "2", "--seed", "3"))):
        output = os.path.join(folder, "new", str(inputs))
        code, text = run("--output", output, "--inputs", str(inputs), *options)
        assert code == 0
        costs = read_table(os.path.join(output, "costs.csv"))
        check_costs(costs, text, inputs, ratio)
        check_jacobians(read_table(os.path.join(output, "jacobians.csv")), inputs, seed)
        check_figure(os.path.join(output, "which_mode.svg"), costs)

    code, text = run("--help")
    assert code == 0 and all(option in text for option in ("--output", "--inputs", "--ratio", "--seed"))
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    os.makedirs(os.path.join(folder, "in_the_way", "costs.csv"))
    are_refused(run, [("--inputs", "--inputs", "0"), ("--inputs", "--inputs", "twelve"), ("--ratio", "--ratio", "0.5"),
                      ("nan is not a finite number", "--ratio", "nan"), ("--seed", "--seed", "-1"), ("figure.svg", "figure.svg"),
                      (taken + ": cannot be made a folder", "--output", taken),
                      ("costs.csv: cannot be written", "--inputs", "2", "--output", os.path.join(folder, "in_the_way"))])
