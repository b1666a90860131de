# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks and holds its map against the globe, its costs against theory:
run_test.py cities.csv launcher... program."""

import itertools
import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_curves, read_table, runner

table, command = sys.argv[1], sys.argv[2:]
run = runner(command)
KM_IN_A_PIXEL = 1000 / 158


def on_the_globe(a, b):
    """The angle between two directions, by their cross and dot products, times the earth's radius."""
    u, v = ([math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)] for p, q in (a, b))
    cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return 6371 * math.atan2(math.hypot(*cross), sum(s * t for s, t in zip(u, v)))


def check_map(path, cities):
    """The red dots are as far apart as the cities, and lie on the grey ones."""
    circles = [[float(c.get(name)) for name in ("cx", "cy", "r")] for c in drawn(path, "circle")]
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


cities = [(math.radians(float(row["latitude"])), math.radians(float(row["longitude"]))) for row in read_table(table)]
def check_tables(places, costs, text, cities):
    """The same as what is drawn and printed: the map's error, and each run's end."""
    rows = [{name: float(cell) for name, cell in row.items() if name != "city"} for row in read_table(places)]
    assert len(rows) == 40
    off = math.sqrt(sum((row["east"] - row["found_east"])**2 + (row["north"] - row["found_north"])**2 for row in rows) / 40)
    assert abs(off - float(re.search(r"descent +loss +\S+, +(\S+) km", text).group(1))) < 0.06
    # East and north of the middle of the country, by the angles of a triangle on the globe.
    middle = (math.radians(38.5), math.radians(-97))
    for city, row in zip(cities, rows):
        assert abs(math.hypot(row["east"], row["north"]) - on_the_globe(city, middle)) < 1e-6
    runs = itertools.groupby(read_table(costs), key=lambda row: (row["method"], int(row["unknowns"]), row["seed"]))
    ends = {key: list(rows) for key, rows in runs}
    assert len(ends) == 4 * (1 + 1 + 3)
    for (method, unknowns, _), rows in ends.items():
        values = [float(row["values"]) for row in rows]
        assert float(rows[0]["share"]) == 1 and values[0] == 0 and all(a < b for a, b in zip(values, values[1:]))
        assert float(rows[-1]["share"]) <= 1e-3 < float(rows[-2]["share"])
        if "random" not in method:
            assert f"{values[-1]:.0f} by {method}" in next(line for line in text.splitlines() if line.lstrip().startswith(f"{unknowns} "))


with tempfile.TemporaryDirectory() as folder:
    files = [os.path.join(folder, name) for name in ("map.svg", "cost.svg", "places.csv", "costs.csv")]
    options = [word for pair in zip(("--map", "--costs", "--places", "--table"), files) for word in pair]
    code, text = run(table, *options)
    assert code == 0
    (classical, far), (descent, near) = [map(float, row) for row in re.findall(r"loss +(\S+), +(\S+) km", text)]
    assert 0.4 < descent / classical < 0.7, "classical scaling is close, and not the least"
    assert far < 5 and near < 5
    check_map(files[0], cities)
    check_costs(text)
    assert sum(len(points) > 10 for points in drawn_curves(files[1])) == 4 * (1 + 1 + 3)
    check_tables(files[2], files[3], text, cities)
    contents = [open(name, "rb").read() for name in files]
    assert run(table, *options, start=command[-1:]) == (0, text), "the ranks change nothing"
    assert [open(name, "rb").read() for name in files] == contents

    few = os.path.join(folder, "few.csv")
    with open(table) as whole, open(few, "w") as part:
        part.writelines(itertools.islice(whole, 11))
    are_refused(run, [("cities", ), ("/nowhere/cities.csv", "/nowhere/cities.csv"),
                      (few + ": has 10 cities, expected at least 40", few), ("--seeds", table, "--seeds", "0"),
                      ("/nowhere/map.svg: cannot be written", table, "--map", "/nowhere/map.svg")])
