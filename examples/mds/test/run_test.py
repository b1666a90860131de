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
from program import are_refused, drawn, drawn_axes, drawn_curves, has_curve, read_table, runner

table, command = sys.argv[1], sys.argv[2:]
run = runner(command)
KM_IN_A_PIXEL = 1000 / 158


def direction(place):
    p, q = place
    return [math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)]


def on_the_globe(a, b):
    """The angle between two directions, by their cross and dot products, times the earth's radius."""
    u, v = direction(a), direction(b)
    cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return 6371 * math.atan2(math.hypot(*cross), sum(s * t for s, t in zip(u, v)))


def seen_from(middle, city):
    """As far to the east and to the north as the globe has it, in the direction in which one sets out."""
    p, q = middle
    east, north = [-math.sin(q), math.cos(q), 0], [-math.sin(p) * math.cos(q), -math.sin(p) * math.sin(q), math.cos(p)]
    ways = [sum(s * t for s, t in zip(axis, direction(city))) for axis in (east, north)]
    return [on_the_globe(middle, city) * way / math.hypot(*ways) for way in ways]


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


def check_places_drawn(path, places):
    """Dots are where the table has the cities, north above and east on the right, each with its own name beside it."""
    circles = [[float(c.get(name)) for name in ("cx", "cy", "r")] for c in drawn(path, "circle")]
    names = {(float(text.get("x")), float(text.get("y"))): text.text for text in drawn(path, "text")}
    rows = read_table(places)
    for radius, east, north in ((6, "east", "north"), (3, "found_east", "found_north")):
        dots = [c[:2] for c in circles if c[2] == radius][1:]  # the first is the legend's
        (left, top), first = dots[0], rows[0]
        for (x, y), row in zip(dots, rows):
            assert abs((x - left) * KM_IN_A_PIXEL - float(row[east]) + float(first[east])) < .2, row
            assert abs((top - y) * KM_IN_A_PIXEL - float(row[north]) + float(first[north])) < .2, row
            if radius == 6:
                beside = [names.get((round(x + side, 2), round(y + 4, 2))) for side in (-9, 9)]
                assert row["city"] in beside, (row, beside)


def check_costs_drawn(path, costs):
    """In the panel of each method a curve for each run, in the colour of its unknowns, at the logarithms of the table's numbers."""
    titles = {text.text: float(text.get("x")) for text in drawn(path, "text") if text.get("font-weight") == "bold"}
    words = [text.text for text in drawn(path, "text")]
    assert all(words.count(text) == 3 for text in ("10 unknowns", "20", "40", "80"))
    colours = {"10": "#a8c8e8", "20": "#6699cc", "40": "#34659c", "80": "#0b2f5c"}
    runs = itertools.groupby(read_table(costs), key=lambda row: (row["method"], row["unknowns"], row["seed"]))
    for (method, unknowns, _), rows in runs:
        left = 360 * (titles[method] // 360)
        x, y = drawn_axes(path, left, left + 360)
        points = [(float(row["values"]), float(row["share"])) for row in rows]
        places = [(x(math.log10(values)), y(max(-3, math.log10(share)))) for values, share in points if values > 0]
        assert has_curve(path, colours[unknowns], places), (method, unknowns)


cities = [(math.radians(float(row["latitude"])), math.radians(float(row["longitude"]))) for row in read_table(table)]


def check_tables(places, costs, text, cities):
    """The same as what is drawn and printed: the map's error, and each run's end."""
    rows = [{name: float(cell) for name, cell in row.items() if name != "city"} for row in read_table(places)]
    assert len(rows) == 40
    off = math.sqrt(sum((row["east"] - row["found_east"])**2 + (row["north"] - row["found_north"])**2 for row in rows) / 40)
    assert abs(off - float(re.search(r"descent +loss +\S+, +(\S+) km", text).group(1))) < 0.06
    # The loss of this map, over all pairs in 1000 km, is what is printed, and no move makes it less.
    found = [(row["found_east"] / 1000, row["found_north"] / 1000) for row in rows]
    loss, slopes = 0, [[0, 0] for _ in found]
    for i, j in itertools.combinations(range(40), 2):
        between = [a - b for a, b in zip(found[i], found[j])]
        off = sum(x * x for x in between) - (on_the_globe(cities[i], cities[j]) / 1000)**2
        loss += off * off
        for k in range(2):
            slopes[i][k] += 4 * off * between[k]
            slopes[j][k] -= 4 * off * between[k]
    assert abs(loss - float(re.search(r"descent +loss +([^,]+),", text).group(1))) < 6e-5, loss
    assert math.hypot(*itertools.chain(*slopes)) < 1e-3 * loss, slopes
    # East and north of the middle of the country, by the angles of a triangle on the globe.
    middle = (math.radians(38.5), math.radians(-97))
    for city, row in zip(cities, rows):
        assert abs(math.hypot(row["east"], row["north"]) - on_the_globe(city, middle)) < 1e-6
        assert math.dist((row["east"], row["north"]), seen_from(middle, city)) < 1e-6
    runs = itertools.groupby(read_table(costs), key=lambda row: (row["method"], int(row["unknowns"]), row["seed"]))
    ends = {key: list(rows) for key, rows in runs}
    assert len(ends) == 4 * (1 + 1 + 3)
    for (method, unknowns, _), rows in ends.items():
        values = [float(row["values"]) for row in rows]
        assert float(rows[0]["share"]) == 1 and values[0] == 0 and all(a < b for a, b in zip(values, values[1:]))
        assert float(rows[-1]["share"]) <= 1e-3 < float(rows[-2]["share"])
        # After the first step so many values are spent: five for a gradient of dad, two for each of the others' differences.
        assert values[1] == {"dad": 5, "differences by coordinate": 2 * unknowns, "two points in a random direction": 2}[method]
    check_ends(ends, text)


def check_ends(ends, text):
    """What is printed is the end of the one run, or the median of those along random directions, of which no two are the same."""
    together = {}
    for (method, unknowns, seed), rows in ends.items():
        together.setdefault((method, unknowns), []).append((seed, [row["share"] for row in rows], float(rows[-1]["values"])))
    for (method, unknowns), runs in together.items():
        seeds, shares, last = zip(*runs)
        assert list(seeds) == [str(k) for k in range(3 if "random" in method else 1)]
        assert len(set(map(tuple, shares))) == len(runs), (method, unknowns)
        line = next(line for line in text.splitlines() if line.lstrip().startswith(f"{unknowns} "))
        assert f"{sorted(last)[len(last) // 2]:.0f} by {method}" in line


def check_budget(costs, whole, budget):
    """One run of each is as the first of the same before, up to what it can pay, noted at every hundredth of a power of ten."""

    def by_run(path):
        rows = itertools.groupby(read_table(path), key=lambda row: (row["method"], row["unknowns"], row["seed"]))
        return {key: [(float(row["values"]), row["share"]) for row in run_rows] for key, run_rows in rows}

    code, _ = run(table, "--seeds", "1", "--budget", str(budget), "--table", costs)
    assert code == 0
    short, long = by_run(costs), by_run(whole)
    assert set(short) == {key for key in long if key[2] == "0"}
    for key, points in short.items():
        assert points == [point for point in long[key] if point[0] <= budget], key
    assert any(len(points) < len(long[key]) for key, points in short.items())


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
    check_places_drawn(files[0], files[2])
    check_costs_drawn(files[1], files[3])
    check_budget(os.path.join(folder, "budget.csv"), files[3], 500)
    contents = [open(name, "rb").read() for name in files]
    assert run(table, *options, start=command[-1:]) == (0, text), "the ranks change nothing"
    assert [open(name, "rb").read() for name in files] == contents

    few = os.path.join(folder, "few.csv")
    with open(table) as whole, open(few, "w") as part:
        part.writelines(itertools.islice(whole, 11))
    are_refused(run, [("cities", ), ("/nowhere/cities.csv", "/nowhere/cities.csv"),
                      (few + ": has 10 cities, expected at least 40", few), ("--seeds", table, "--seeds", "0"),
                      ("--budget", table, "--budget", "99"),
                      ("/nowhere/map.svg: cannot be written", table, "--map", "/nowhere/map.svg")])
