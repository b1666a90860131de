# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Draws how well schedules use ranks, and from how much work on ranks pay.

mpi_figures.py RESULTS.json... EFFICIENCY.svg CROSSING.svg        (results of `executor` and `crossing` by --benchmark_out)
"""

import json
import math
import sys

from drawing import DARK, PALE, WIDTH, page, rectangle, text

SCHEDULES = {  # of the benchmarks uneven/...: words and colour
    "even": ("even", "#b4bec8"),
    "automatic": ("automatic", "#7fb2dc"),
    "dynamic": ("dynamic", "#1f5fa8"),
    "with_costs": ("dynamic, costs given", "#0b2f5b"),
}
CURVES = {  # of the benchmarks .../<function>/<number>: words and colour
    "chain": ("loop of sines", "#1f5fa8"),
    "black_scholes": ("Black-Scholes", "#d9842b"),
}


def read(paths):
    """{words of the name: {ranks: counters}}"""
    found = {}
    for path in paths:
        with open(path) as file:
            for run in json.load(file)["benchmarks"]:
                words = tuple(word for word in run["name"].split("/") if word != "manual_time" and ":" not in word)
                found.setdefault(words, {})[int(run["ranks"])] = run
    return found


def path(points, colour, width=1.0, dashes=""):
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def efficiency(found):
    """Bars of the share of the ranks' time that is work, and what no schedule can exceed."""
    left, right, top, bottom = 60, WIDTH - 20, 100, 340
    ranks = sorted({n for name in SCHEDULES for n in found.get(("uneven", name), {})})
    parts = [text(16, 24, "Inputs of uneven cost: the share of the ranks' time that is work", size=16, bold=True),
             text(16, 44, "time of one process / (ranks x time of the call); dashed: what the most expensive input allows")]

    def place(share):
        return bottom - (bottom - top) * share

    for percent in range(0, 101, 20):
        parts.append(path([(left, place(percent / 100)), (right, place(percent / 100))], DARK if percent == 0 else PALE))
        parts.append(text(left - 8, place(percent / 100) + 4, f"{percent} %", anchor="end"))
    group = (right - left) / max(1, len(ranks))
    bar = group * 0.84 / len(SCHEDULES)
    for g, n in enumerate(ranks):
        start = left + group * (g + 0.08)
        parts.append(text(left + group * (g + 0.5), bottom + 20, f"{n} ranks", anchor="middle", size=13, bold=True))
        bound = None
        for k, name in enumerate(SCHEDULES):
            run = found.get(("uneven", name), {}).get(n)
            if run is None:
                continue
            share, bound = run["efficiency"], run["bound"]
            x, y = start + k * bar, place(share)
            parts.append(rectangle(x, round(y, 1), bar - 4, round(bottom - y, 1), SCHEDULES[name][1]))
            parts.append(text(x + (bar - 4) / 2, round(y + 22, 1), f"{100 * share:.0f}", anchor="middle"))
        if bound is not None:
            parts.append(path([(start - 6, place(bound)), (start + len(SCHEDULES) * bar + 2, place(bound))], DARK, 1.2, "5 3"))
    x = left
    for words, colour in SCHEDULES.values():
        parts += [rectangle(x, 62, 14, 14, colour), text(x + 20, 74, words)]
        x += 50 + 7 * len(words)
    return page(bottom + 36, parts)


def seconds(value):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= 0.999 * size:
            return f"{value / size:g} {unit}"
    return f"{value / 1e-9:g} ns"


def thousands(value):
    return f"{value:,}"


def crossing_panel(left, title, axis, kind, found, words):
    """Time over a number, both logarithmic: one process dashed, ranks in full."""
    right, top, bottom = left + 276, 100, 360
    curves = {name: sorted((int(key[2]), run) for key, by_ranks in found.items() if key[:2] == (kind, name)
                           for run in by_ranks.values()) for name in CURVES}
    numbers = [n for points in curves.values() for n, _ in points]
    times = [run[side] for points in curves.values() for _, run in points for side in ("local_s", "ranks_s")]
    if not numbers:
        return []
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(min(numbers)), math.log10(max(numbers))

    def place(n, time):
        return (left + (right - left) * (math.log10(n) - first) / (last - first),
                bottom - (bottom - top) * (math.log10(time) - low) / (high - low))

    parts = [text(left, top - 14, title, size=13, bold=True), text((left + right) / 2, bottom + 40, axis, anchor="middle")]
    for power in range(low, high + 1):
        y = place(min(numbers), 10.0**power)[1]
        parts += [path([(left, y), (right, y)], DARK if power == low else PALE),
                  text(left - 8, round(y + 4, 1), seconds(10.0**power), anchor="end")]
    for n in sorted(set(numbers)):
        parts.append(text(place(n, 1.0)[0], bottom + 20, thousands(n), anchor="middle", size=11))
    for name, points in curves.items():
        colour = CURVES[name][1]
        for side, dashes in (("local_s", "4 3"), ("ranks_s", "")):
            places = [place(n, run[side]) for n, run in points]
            parts.append(path(places, colour, 2, dashes))
            if side == "ranks_s":
                parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        if points and words:
            x, y = place(points[-1][0], points[-1][1]["local_s"])
            parts.append(text(x - 6, round(y + (58 if name == "black_scholes" else -16), 1), CURVES[name][0], anchor="end"))
    return parts


def crossing(found):
    ranks = max((n for key, by_ranks in found.items() if key[0] == "inputs" for n in by_ranks), default=0)
    parts = [text(16, 24, f"One process and {ranks} ranks: time of a call", size=16, bold=True),
             path([(60, 52), (90, 52)], DARK, 2, "4 3"), text(96, 56, "one process"),
             path([(190, 52), (220, 52)], DARK, 2), text(226, 56, f"{ranks} ranks"),
             *crossing_panel(70, "over the number of inputs", "inputs", "inputs", found, True),
             *crossing_panel(440, "over the steps of a loop in f, 100 inputs", "steps", "steps", found, False)]
    return page(416, parts)


if __name__ == "__main__":
    *files, efficiency_figure, crossing_figure = sys.argv[1:]
    measured = read(files)
    for name, figure in ((efficiency_figure, efficiency(measured)), (crossing_figure, crossing(measured))):
        with open(name, "w", encoding="utf-8") as file:
            file.write(figure)
