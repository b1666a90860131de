# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case launcher... program. Colours and derivatives are those of closed forms.

Where the ray meets the sphere, at p = o + t d with the unit normal n = (p - c) / r, the point stays on the sphere as o
moves: n . (do + dt d) = 0, so that dt = -(n . do) / (n . d) and dn = (do + dt d) / r."""

import base64
import math
import os
import re
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, read_table, runner, same_files

case, command = sys.argv[1], sys.argv[2:]
run = runner(command)
RADIUS = .5
NAMES = [kind + name for kind in ("", "d_") for name in ("red", "green", "blue", "distance")]


def closed_form(x, d):
    """Colour and distance for a ray from (x, 0, 0), their derivatives by x, and the squared sine between ray and sphere."""
    # The ray's point nearest to the centre, by its distance from there.
    length = math.hypot(*d)
    unit = [c / length for c in d]
    nearest = x * unit[0] + unit[2]  # (o - c) . d, with o - c = (x, 0, 1)
    miss = math.hypot(x - nearest * unit[0], -nearest * unit[1], 1 - nearest * unit[2])
    if miss >= RADIUS or nearest > 0:
        a = .5 * d[1] + 1
        return [1 - a + a * c for c in (.5, .7, 1)] + [0] * 5, abs(1 - miss / RADIUS)
    t = (-nearest - math.sqrt(RADIUS**2 - miss**2)) / length
    n = [(x + t * d[0]) / RADIUS, t * d[1] / RADIUS, (t * d[2] + 1) / RADIUS]
    cosine = sum(a * b for a, b in zip(n, d))
    dt = -n[0] / cosine
    dn = [((k == 0) + dt * d[k]) / RADIUS for k in range(3)]
    return [(c + 1) / 2 for c in n] + [t] + [c / 2 for c in dn] + [dt], (cosine / length)**2


def pixels(path):
    """Width, height and (red, green, blue) by rows of a PNG file, as its standard says."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        size, name = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        assert int.from_bytes(data[at + 8 + size:at + 12 + size], "big") == zlib.crc32(data[at + 4:at + 8 + size])
        chunks[name] = data[at + 8:at + 8 + size]
        at += 12 + size
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height = (int.from_bytes(chunks[b"IHDR"][i:i + 4], "big") for i in (0, 4))
    assert chunks[b"IHDR"][8:] == bytes([8, 2, 0, 0, 0]), "eight bits of red, green and blue"
    raw, result = zlib.decompress(chunks[b"IDAT"]), []
    assert len(raw) == height * (1 + 3 * width)
    for row in range(height):
        line = bytearray(raw[row * (1 + 3 * width):(row + 1) * (1 + 3 * width)])
        assert line[0] == 1, "a row of differences"
        for i in range(4, len(line)):
            line[i] = (line[i] + line[i - 3]) % 256
        result += [tuple(line[i:i + 3]) for i in range(1, len(line), 3)]
    return width, height, result


def check(folder, width, height, x, limit):
    """Every ray and every pixel. Gives the number of rays that meet the sphere, and the steepest derivative."""
    rays = read_table(os.path.join(folder, "rays.csv"))
    shown, changes = (pixels(os.path.join(folder, name)) for name in ("image.png", "derivative.png"))
    assert len(rays) == width * height and shown[:2] == changes[:2] == (width, height)
    hits, steepest = 0, 0
    for i, row in enumerate(rays):
        assert (int(row["column"]), int(row["row"])) == (i % width, i // width)
        u, v = (i % width + .5) / width - .5, .5 - (i // width + .5) / height
        expected, rim = closed_form(x, (u * 2 * width / height, v * 2, -1))
        got = [float(row[name]) for name in NAMES]
        if rim < 1e-12:
            continue  # within rounding of the silhouette: either side is right
        for name, a, b in zip(NAMES, got, expected):
            # Towards the silhouette derivatives grow, and rounding with them.
            assert abs(a - b) <= 1e-12 * (1 + abs(b)) / rim, (row, name, b)
        # To the nearest shade, or its neighbour.
        for k in range(3):
            assert abs(shown[2][i][k] - 255 * min(max(expected[k], 0), 1)) <= .501
            signed = (expected[4 + k] / limit + 1) / 2
            assert abs(changes[2][i][k] - 255 * min(max(signed, 0), 1)) <= .501
        hits += expected[3] > 0
        steepest = max(steepest, abs(expected[4]))
    return hits, steepest


def central(text):
    return [float(n) for n in re.findall(r"-?\d[\d.e-]*", text.split("central ray: ")[1])]


def numbers(folder):
    ranks, alone = (os.path.join(folder, name) for name in ("ranks", "alone"))
    code, text = run("--output", ranks)
    assert code == 0
    assert run("--output", alone, start=command[-1:]) == (0, text)
    same_files(alone, ranks)
    assert central(text) == [.5, .5, .5, 1, 1, 0, 0]
    hits, steepest = check(ranks, 400, 225, 0, 2)
    # The sphere is seen at an angle whose tangent is 1 / sqrt(3): a circle of the viewport.
    assert f"400 x 225 rays, {hits} meet the sphere" in text
    assert abs(hits / (math.pi / 3 * 112.5**2) - 1) < .01
    assert steepest > 4, "beyond the limit of what is drawn"
    images = drawn(os.path.join(ranks, "raytrace.svg"), "image")
    for image, name in zip(images, ("image.png", "derivative.png"), strict=True):
        with open(os.path.join(ranks, name), "rb") as file:
            assert base64.b64decode(image.get("href").removeprefix("data:image/png;base64,")) == file.read()

    # From the side, with a ray in the middle of the picture; and one that exactly touches, which sees the sky.
    code, text = run("--output", ranks, "--width", "41", "--height", "31", "--x", "0.25", "--limit", "1")
    assert code == 0
    check(ranks, 41, 31, .25, 1)
    middle = read_table(os.path.join(ranks, "rays.csv"))[15 * 41 + 20]
    expected = closed_form(.25, (0, 0, -1))[0]
    for got in ([float(middle[name]) for name in NAMES[:3] + NAMES[4:7]], central(text)[1:]):
        assert max(abs(a - b) for a, b in zip(got, expected[:3] + expected[4:7], strict=True)) < 1e-11
    code, text = run("--output", ranks, "--width", "3", "--height", "3", "--x", "0.5")
    assert code == 0 and central(text) == [0, .5, .7, 1, 0, 0, 0]
    check(ranks, 3, 3, .5, 2)
    code, text = run("--output", ranks, "--width", "1", "--height", "1")
    assert code == 0 and "1 x 1 rays, 1 meet the sphere" in text


def refused(folder):
    """Said once, not by every rank, and none of them is left waiting."""
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    are_refused(run, [("--width", "--width", "0"), ("--height", "--height", "tall"), ("nan is not", "--x", "nan"),
                      ("--limit", "--limit", "-2"), (taken + ": cannot be made a folder", "--output", taken)])


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
