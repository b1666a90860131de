# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What the tests of whole programs share: starting one, and reading the tables and drawings that it leaves."""

import concurrent.futures
import csv
import math
import os
import re
import subprocess
import xml.etree.ElementTree as xml

SKIPPED = 77  # the exit code of a test that cannot be run here


def runner(command, *always):
    """run(*options), by which the command (launcher, program) is run and gives its exit code and all that it prints;
    run(*options, start=command[-1:]) is without the launcher."""

    def run(*options, start=command, timeout=100):
        done = subprocess.run([*start, *always, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=timeout)
        print(done.stdout, flush=True)
        return done.returncode, done.stdout

    return run


def are_refused(run, cases):
    """Each case, (words, *options), ends with an error of these words, said once and not by every rank, and no rank is
    left waiting. Some at a time: mpirun takes a second of waiting from start to end."""

    def check(words, *options):
        code, text = run(*options, timeout=60)
        assert code != 0 and text.count(words) == 1, (words, text)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for result in [pool.submit(check, *case) for case in cases]:
            result.result()


def same_files(folder, other):
    """Both have the same files, byte for byte."""
    assert sorted(os.listdir(folder)) == sorted(os.listdir(other))
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as one, open(os.path.join(other, name), "rb") as two:
            assert one.read() == two.read(), name


def read_table(path):
    """The rows of a CSV file, as dictionaries of texts."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def drawn(path, name):
    """The elements of this name in a drawing, in its order."""
    return list(xml.parse(path).getroot().iter("{http://www.w3.org/2000/svg}" + name))


def drawn_texts(path):
    return [element.text for element in drawn(path, "text")]


def drawn_curves(path):
    """The points of each polyline."""
    return [[tuple(map(float, pair.split(","))) for pair in line.get("points").split()] for line in drawn(path, "polyline")]


SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def pixels_of(ticks):
    """The pixel of a number on an axis with these (words, pixel); ticks of powers of ten are a logarithmic axis."""
    is_logarithmic = all(re.fullmatch("10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", words) for words, _ in ticks)
    numbers = [float(words[2:].translate(SUPERSCRIPTS) if is_logarithmic else words) for words, _ in ticks]
    scale = (ticks[-1][1] - ticks[0][1]) / (numbers[-1] - numbers[0])
    return lambda number: ticks[0][1] + scale * ((math.log10(number) if is_logarithmic else number) - numbers[0])


def drawn_axes(path, left=0, right=math.inf):
    """Of the chart between these edges: the pixels of a number on the axis to the right, and on that upwards."""
    across, up = [], []
    for text in drawn(path, "text"):
        x, y = float(text.get("x")), float(text.get("y"))
        is_tick = re.fullmatch(r"-?[\d.]+(e[-+]\d+)?|10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", text.text) and text.get("font-weight") is None
        if is_tick and left <= x < right and text.get("text-anchor") == "middle":
            across.append((text.text, x))
        elif is_tick and left <= x < right and text.get("text-anchor") == "end":
            up.append((text.text, y - 4))  # as words stand on a line
    return pixels_of(across), pixels_of(up)


def has_curve(path, colour, points):
    """Whether one line of this colour goes through these points, in pixels, and no others."""
    return any(
        line.get("stroke") == colour and len(corners) == len(points) and are_close(corners, points)
        for line, corners in zip(drawn(path, "polyline"), drawn_curves(path)))


def has_dots(path, colour, points):
    """Whether there are dots of this colour one after the other at these points, in pixels."""
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in drawn(path, "circle") if dot.get("fill") == colour]
    return any(are_close(dots[first:], points) for first in range(len(dots) - len(points) + 1))


def are_close(corners, points):
    return all(math.dist(a, b) < .05 for a, b in zip(corners, points))
