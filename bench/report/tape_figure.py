# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Draws what a derivative costs on the tape, by operations, by assignments, by functions of whole ranges and element by
element, and by hand, over the function in plain double, as bars; or prints it as a table in Markdown.

tape_figure.py RESULTS.json... FIGURE.svg        (results of `tape` by --benchmark_out)
tape_figure.py --table RESULTS.json...
"""

import json
import math
import re
import sys

from drawing import WIDTH, decades, label, line, logarithmic, page, power_of_ten, rectangle, text
from table import number, row

DAD, FUSED, RANGES, ELEMENTWISE = "dad's tape", "dad, fused", "dad, ranges", "dad, elementwise"
HAND, CODIPACK, TARGET = "by hand", "CoDiPack, elsewhere", "dad's target"
COLOURS = {DAD: "#1f5fa8", FUSED: "#6fa8dc", RANGES: "#5fa777", ELEMENTWISE: "#2f6f4f", HAND: "#b4bec8", CODIPACK: "#d9a05b", TARGET: "#c0272d"}

# What ran, by a word in a benchmark's name; without one it is the tape.
RUNS = {"tape": DAD, "fused": FUSED, "ranges": RANGES, "elementwise": ELEMENTWISE, "hand": HAND, "jvp": None, "forward": None}

# Where there is one number for a function, it is for all sizes.
TARGETS = {
    "gmm": {"d2_k5_n1000": 2.6, "d10_k25_n1000": 6, "d32_k50_n1000": 13},
    "lstm": 2.0, "llsq": 4.5, "lse": 1.6, "det": 2.0, "ode": 12,
    "bundle_adjustment": 17, "ba": 17, "kmeans": 15,
}
# Measured elsewhere: on another machine of the same kind (one core of AMD Zen 5), with its own sources and, for lstm, llsq,
# lse, ode, ba and kmeans, with sizes that need not be these. Two numbers are the least and the greatest of its sizes.
ELSEWHERE = {
    "rosenbrock": 59, "black_scholes": 4.4, "network": 10.2,
    "gmm": {"d2_k5_n1000": 3.7, "d10_k25_n1000": 8.5, "d32_k50_n1000": 20.8},
    "lstm": 2.6, "llsq": 7.8, "lse": 2.4, "det": {"5": 2.9, "8": 2.7, "10": 2.9}, "ode": (15, 22),
    "bundle_adjustment": (24, 31), "ba": (24, 31), "kmeans": 22,
}
LEFT, RIGHT, TOP = 205, 60, 102
BAR, GAP = 11, 9  # heights in pixels


def read(paths):
    """{function: {size: {what ran: time over plain double}}}; of several runs in several files the last."""
    found = {}
    for path in paths:
        with open(path) as file:
            for run in json.load(file)["benchmarks"]:
                function, *words = [word for word in run["name"].split("/") if word != "manual_time" and ":" not in word]
                if function == "long":  # a recording's bytes and nanoseconds, of no function in particular
                    continue
                what = RUNS[words.pop()] if words and words[-1] in RUNS else DAD
                if what and "x_plain" in run:
                    found.setdefault(function, {}).setdefault(" ".join(words), {})[what] = run["x_plain"]
    return found


def given(numbers, function, size):
    """As (least, greatest), or None."""
    value = numbers.get(function)
    if isinstance(value, dict):
        value = value.get(size)
    return value if value is None or isinstance(value, tuple) else (value, value)


def size_in_words(size):
    return " ".join(re.sub(r"([a-z]+)(\d+)_?", r"\1=\2 ", size).split())


def draw(found):
    # By hand may cost next to nothing, where the function is written to be slow: such bars end at the axis' low end.
    values = [value for sizes in found.values() for runs in sizes.values() for value in runs.values()]
    low, high = 0.5, power_of_ten(max(values + [10.0]), math.ceil)
    place = logarithmic(low, high, LEFT, WIDTH - RIGHT)

    def bar(y, least, greatest, words, colour, tick=None):
        # The words are behind a tick that would cut through them.
        end = place(greatest)
        if tick and end - 4 < place(tick) < end + 30:
            end = max(end, place(tick))
        parts = [rectangle(LEFT, y, max(place(least) - LEFT, 1.0), BAR - 1, colour),
                 text(end + 6, y + BAR - 2, words, size=11)]
        if greatest > least:
            parts.append(rectangle(place(least), y + BAR / 2 - 1.5, place(greatest) - place(least), 2, colour))
        return parts

    y = TOP + 16
    bars, spans = [], []
    for function, sizes in found.items():
        for size, runs in sizes.items():
            top = y
            target = given(TARGETS, function, size)
            for what in (DAD, FUSED, RANGES, ELEMENTWISE, HAND):
                if what in runs:
                    tick = target[0] if target and what != HAND else None
                    bars += bar(y, runs[what], runs[what], label(runs[what]), COLOURS[what], tick)
                    y += BAR
            peer = given(ELSEWHERE, function, size)
            if peer:
                bars += bar(y, *peer, " to ".join(label(value) for value in sorted(set(peer))), COLOURS[CODIPACK])
                y += BAR
            if target:
                low_end = top + BAR * sum(what in runs for what in (DAD, FUSED, RANGES, ELEMENTWISE))
                bars += [line(place(target[0]), top - 3, low_end + 1, colour, width)
                         for colour, width in (("#ffffff", 5), (COLOURS[TARGET], 2.5))]
            bars.append(text(LEFT - 8, (top + y) / 2 + 4, f"{function} {size_in_words(size)}", anchor="end"))
            spans.append((top - GAP / 2, y + GAP / 2))
            y += GAP
        y += GAP
    bottom = y

    head = [
        text(16, 24, "Derivatives on the tape", size=16, bold=True),
        text(16, 44, "value and derivative, over the function alone in plain double; one core, logarithmic, shorter is faster"),
        text(16, 62, "CoDiPack: measured elsewhere, on another machine (AMD Zen 5); a thin bar is its range over sizes"),
        text(place(1.0), TOP, "1: the function alone", anchor="middle"),
    ]
    x = 16
    for what, colour in COLOURS.items():
        head += [line(x + 7, 71, 85, colour, 2.5) if what == TARGET else rectangle(x, 72, 14, 11, colour),
                 text(x + 20, 82, what)]
        x += 28 + 6.4 * len(what)
    return page(bottom + 28, [*head, *decades(low, high, place, spans, bottom), *bars])


def table(found):
    """A row for each function, its sizes in order."""

    def cell(values):
        words = [number(value) if isinstance(value, float) else
                 " to ".join(f"{end:g}" for end in sorted(set(value))) if value else "" for value in values]
        return words[0] if len(set(words)) == 1 else " / ".join(word or "-" for word in words)

    lines = [row("function, x plain double", "dad's tape", "fused", "by ranges", "elementwise", "target", "by hand",
                 "CoDiPack (measured elsewhere)"), "|" + "---|" * 8]
    for function, sizes in found.items():
        lines.append(row(f"{function} {' / '.join(size_in_words(size) for size in sizes)}".strip(),
                         cell([runs.get(DAD) for runs in sizes.values()]),
                         f"**{cell([runs.get(FUSED) for runs in sizes.values()])}**",
                         cell([runs.get(RANGES) for runs in sizes.values()]),
                         cell([runs.get(ELEMENTWISE) for runs in sizes.values()]),
                         cell([given(TARGETS, function, size) for size in sizes]),
                         cell([runs.get(HAND) for runs in sizes.values()]),
                         cell([given(ELSEWHERE, function, size) for size in sizes])))
    return lines


if __name__ == "__main__":
    if sys.argv[1] == "--table":
        print("\n".join(table(read(sys.argv[2:]))))
    else:
        *files, figure = sys.argv[1:]
        with open(figure, "w", encoding="utf-8") as file:
            file.write(draw(read(files)))
