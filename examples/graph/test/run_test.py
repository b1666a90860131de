# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case launcher... program. Every number has its closed form here."""

import math
import os
import re
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import read_table, runner

try:
    import mpmath as exact
    exact.mp.dps = 40
    exactly = exact.mpf
except ImportError:
    exact, exactly = math, float

case, command = sys.argv[1], sys.argv[2:]
run = runner(command)
SVG = "{http://www.w3.org/2000/svg}"


def rows(folder, name):
    return read_table(os.path.join(folder, name))


def close(got, expected, what):
    assert abs(float(got) - expected) <= 1e-14 * (1 + abs(expected)), (what, got, float(expected))


def loss(w1, w2):
    """Of each node: operation, operands, partials, value, adjoint."""
    w1, w2 = exactly(w1), exactly(w2)
    v = exact.log(w1)
    u = w2 * v
    root = exact.sqrt(u)
    outside = 1 + 1 / (2 * root)
    return {"x0": ("input", [], [], w1, outside * w2 / w1), "x1": ("input", [], [], w2, outside * v),
            "n1": ("log", ["x0"], [1 / w1], v, outside * w2),
            "n2": ("multiply", ["x1", "n1"], [v, w2], u, outside),
            "n3": ("sqrt", ["n2"], [1 / (2 * root)], root, 1),
            "n4": ("add", ["n2", "n3"], [1, 1], u + root, 1)}


def chain(x, y):
    x, y = exactly(x), exactly(y)
    z = x * y + exact.sin(x)
    e, b = exact.exp(z), 1 + z * z
    slope = e * (1 - z) * (1 - z) / (b * b)
    return {"x0": ("input", [], [], x, slope * (y + exact.cos(x))), "x1": ("input", [], [], y, slope * x),
            "n1": ("multiply", ["x0", "x1"], [y, x], x * y, slope),
            "n2": ("sin", ["x0"], [exact.cos(x)], exact.sin(x), slope),
            "n3": ("add", ["n1", "n2"], [1, 1], z, slope),
            "n4": ("exp", ["n3"], [e], e, 1 / b),
            "n5": ("square", ["n3"], [2 * z], z * z, -e / (b * b)),
            "n6": ("add", ["1", "n5"], [None, 1], b, -e / (b * b)),
            "n7": ("divide", ["n4", "n6"], [1 / b, -e / (b * b)], e / b, 1)}


def check_printed(text, expected, result, inputs):
    for node, name in zip(("x0", "x1"), inputs):
        line = re.search(rf"^// d{result}/d{name}: forward (\S+), in reverse (\S+), by hand (\S+)$", text, re.M)
        assert line and set(line.groups()) == {f"{float(expected[node][4]):.9f}"}, line
    boxes = re.findall(r'^  (\w+) \[label="(\w+)\\n(\S+)\\nadjoint (\S+)", shape=(\w+)\];$', text, re.M)
    assert [box[0] for box in boxes] == list(expected)
    for name, operation, value, adjoint, shape in boxes:
        wanted = expected[name]
        assert (operation, shape) == ((name, "box") if wanted[0] == "input" else (wanted[0], "ellipse"))
        close(value, wanted[3], name), close(adjoint, wanted[4], name)
    constants = dict(re.findall(r'^  (c\d+) \[label="(\S+)", shape=plaintext\];$', text, re.M))
    edges = [(to, int(number or 0), constants.get(start, start)) for start, to, number in
             re.findall(r'^  (\w+) -> (\w+)(?: \[label="(\d)"\])?;$', text, re.M)]
    assert edges == [(name, i, operand) for name, wanted in expected.items() for i, operand in enumerate(wanted[1])]


def check_nodes(table, expected):
    assert [row["node"] for row in table] == list(expected)
    for row in table:
        operation, operands, partials, value, adjoint = expected[row["node"]]
        assert (row["operation"], row["operands"].split()) == (operation, operands), row
        close(row["value"], value, row), close(row["adjoint"], adjoint, row)
        assert len(row["partials"].split()) == len(partials)
        for got, wanted in zip(row["partials"].split(), partials):
            assert (got == "-") == (wanted is None)
            if wanted is not None:
                close(got, wanted, row)


def check_gradients(table, nodes_at, at, points, spread):
    assert len(table) == points * points
    for i, row in enumerate(table):
        x, y, *found = map(float, row.values())
        for got, centre, k in ((x, at[0], i % points), (y, at[1], i // points)):
            close(got, centre + spread * (2 * k / (points - 1) - 1) if points > 1 else centre, "grid")
        nodes = nodes_at(x, y)
        for got, wanted in zip(found, (list(nodes.values())[-1][3], nodes["x0"][4], nodes["x1"][4]), strict=True):
            close(got, wanted, row)


def check_figure(path, expected, inputs):
    """A box for each node with its numbers, apart from the others; an edge from operand to operation, through no other box."""
    drawing = xml.parse(path).getroot()
    width, height = (float(drawing.get(side)) for side in ("width", "height"))
    boxes = [tuple(float(r.get(k)) for k in ("x", "y", "width", "height")) for r in drawing.iter(SVG + "rect") if r.get("rx")]
    words = [(float(t.get("x")), float(t.get("y")), t.text) for t in drawing.iter(SVG + "text")]
    place = {}
    for (x, y, w, h) in boxes:
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height
        head, value, adjoint = [text for left, top, text in words if x < left < x + w and y < top < y + h]
        name, formula = head.split(" = ")
        operation, operands, _, *numbers = expected[name]
        assert formula == (f"{operation}({', '.join(operands)})" if operands else inputs[int(name[1:])])
        assert (value, adjoint) == tuple(f"{word} {float(n):.6g}" for word, n in zip(("value", "adjoint"), numbers))
        place[name] = x, y, w, h
    assert place.keys() == expected.keys() and len(boxes) == len(expected)
    for a, (x, y, w, h) in place.items():
        for b, (p, q, _, _) in place.items():
            assert a == b or abs(x - p) > w or abs(y - q) > h, (a, b)

    lines = [[tuple(map(float, pair.split(","))) for pair in line.get("points").split()] for line in drawing.iter(SVG + "polyline")]
    seen = []
    for line in lines:
        starts = [n for n, (x, y, w, h) in place.items() if math.dist(line[0], (x + w, y + h / 2)) < 0.1]
        ends = [n for n, (x, y, w, h) in place.items() if math.dist(line[-1], (x, y + h / 2)) < 0.1]
        if not starts:
            continue  # the head of an arrow
        seen.append((starts[0], ends[0]))
        for (a, b), (c, d) in zip(line, line[1:]):
            for t in range(101):
                at = a + (c - a) * t / 100, b + (d - b) * t / 100
                assert not any(x + .1 < at[0] < x + w - .1 and y < at[1] < y + h for x, y, w, h in place.values()), (seen[-1], at)
    edges = [(operand, name, partial) for name, (_, operands, partials, *_) in expected.items()
             for operand, partial in zip(operands, partials) if partial is not None]
    assert sorted(seen) == sorted((a, b) for a, b, _ in edges)
    between = {t for x, y, t in words if not any(p < x < p + w and q < y < q + h for p, q, w, h in place.values())}
    assert between >= {f"{float(partial):.6g}" for *_, partial in edges}


def numbers(folder):
    loss_of, chain_of = ("loss", loss, "L", ("w1", "w2")), ("chain", chain, "s", ("x", "y"))
    for (name, nodes_at, result, inputs), at, points, spread in (
            (loss_of, None, 5, .2), (chain_of, None, 5, .2), (loss_of, (.4, -1.7), 4, .3),
            (loss_of, (12.5, .3), 1, 0), (chain_of, (-2.1, .4), 17, 1.5)):
        options = ["--function", name]
        if at:
            options += ["--at", *map(str, at), "--points", str(points), "--spread", str(spread)]
        at = at or {"loss": (3, 2), "chain": (.7, -1.3)}[name]
        ranks, alone = (os.path.join(folder, place) for place in ("ranks", "alone"))
        code, text = run(*options, "--output", ranks)
        assert code == 0
        assert run(*options, "--output", alone, start=command[-1:]) == (0, text)
        assert sorted(os.listdir(alone)) == ["gradients.csv", "graph.svg", "nodes.csv"]
        for file in os.listdir(alone):
            with open(os.path.join(alone, file), "rb") as one, open(os.path.join(ranks, file), "rb") as other:
                assert one.read() == other.read(), file + " does not depend on the number of ranks"
        expected = nodes_at(*at)
        check_printed(text, expected, result, inputs)
        check_nodes(rows(ranks, "nodes.csv"), expected)
        check_gradients(rows(ranks, "gradients.csv"), nodes_at, at, points, spread)
        check_figure(os.path.join(ranks, "graph.svg"), expected, inputs)


def refused(folder):
    """Said once, not by every rank, and none of them is left waiting."""
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    output = "--output", os.path.join(folder, "out")
    alone = command[-1:]
    for start, words, *options in (
            (command, "at w1 = -1, w2 = 2: w1 goes into a logarithm and must be positive", "--at", "-1", "2"),
            (command, "at w1 = 0.75, w2 = 1.5, of the grid: ", "--at", "1.25", "2", "--spread", "0.5", "--points", "3"),
            (alone, "at w1 = 0, w2 = 2: w1 goes into a logarithm and must be positive", "--at", "0", "2"),
            (alone, "at w1 = 0.5, w2 = 2: w2 ln(w1) goes into a square root and must be positive", "--at", "0.5", "2"),
            (alone, "at w1 = 1, w2 = 2: w2 ln(w1) goes", "--at", "1", "2"),
            (alone, "at x = 30, y = 30: operation 4, exp(%3) of 899.01", "--function", "chain", "--at", "30", "30"),
            (alone, "nan is not", "--at", "nan", "2"), (alone, "--at", "--at", "3"),
            (alone, "--function", "--function", "sum"), (alone, "--points", "--points", "0"),
            (alone, "--spread", "--spread", "-1"), (alone, "inf is not", "--spread", "inf"),
            (alone, taken + ": cannot be made a folder", "--output", taken)):
        if "--output" not in options:
            options += "--output", os.path.join(folder, "out")
        code, text = run(*options, start=start)
        assert code != 0 and text.count(words) == 1, words


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
