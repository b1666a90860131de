# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its map against the globe, its costs against theory: run_test.py program cities.csv."""

import csv
import itertools
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

program, table = sys.argv[1:]
SVG = "{http://www.w3.org/2000/svg}"
KM_IN_A_PIXEL = 1000 / 158


def run(*options):
    done = subprocess.run([program, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    print(done.stdout)
    return done.returncode, done.stdout


def on_the_globe(a, b):
    """The angle between two directions, by their cross and dot products, times the earth's radius."""
    u, v = ([math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)] for p, q in (a, b))
    cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return 6371 * math.atan2(math.hypot(*cross), sum(s * t for s, t in zip(u, v)))


def check_map(path, cities):
    """The red dots are as far apart as the cities, and lie on the grey ones."""
    circles = [[float(c.get(name)) for name in ("cx", "cy", "r")] for c in xml.parse(path).getroot().iter(SVG + "circle")]
    true = [c[:2] for c in circles if c[2] == 6][1:]  # the first is the legend's
    found = [c[:2] for c in circles if c[2] == 3][1:]
    assert len(true) == len(found) == len(cities) == 40
    assert all(math.dist(a, b) < 2 for a, b in zip(true, found))
    off = [math.dist(found[i], found[j]) * KM_IN_A_PIXEL - on_the_globe(cities[i], cities[j])
           for i, j in itertools.combinations(range(40), 2)]
    assert max(map(abs, off)) < 40 and math.sqrt(sum(x * x for x in off) / len(off)) < 12, "a globe is nearly flat"


def check_costs(text):
    rows = re.findall(r"(\d+) unknowns: +(\d+) by dad, +(\d+) by differences by coordinate, +(\d+) by two points", text)
    costs = [[int(cell) for cell in row] for row in rows]
    assert [row[0] for row in costs] == [10, 20, 40, 80]
    first, last = costs[0], costs[-1]
    assert 0.5 < last[1] / first[1] < 2, "with derivatives the dimension costs nothing"
    for method in (2, 3):
        # Eight times the dimension.
        assert 4 < last[method] / first[method] < 12 and last[method] > 20 * last[1]
        assert all(a[method] < b[method] for a, b in zip(costs, costs[1:]))


with open(table, newline="") as file:
    cities = [(math.radians(float(row["latitude"])), math.radians(float(row["longitude"]))) for row in csv.DictReader(file)]
with tempfile.TemporaryDirectory() as folder:
    figures = [os.path.join(folder, name) for name in ("map.svg", "cost.svg")]
    code, text = run(table, *figures)
    assert code == 0
    (classical, far), (descent, near) = [map(float, row) for row in re.findall(r"loss +(\S+), +(\S+) km", text)]
    assert 0.4 < descent / classical < 0.7, "classical scaling is close, and not the least"
    assert far < 5 and near < 5
    check_map(figures[0], cities)
    check_costs(text)
    curves = [line for line in xml.parse(figures[1]).getroot().iter(SVG + "polyline") if len(line.get("points").split()) > 10]
    assert len(curves) == 12

code, text = run()
assert code == 1 and "which table?" in text
code, text = run("/nowhere/cities.csv")
assert code == 1 and "/nowhere/cities.csv" in text
