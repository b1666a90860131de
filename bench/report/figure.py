# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Draws what values and derivatives of a batch cost, over the function alone in plain double, as bars.

figure.py RESULTS.json... FIGURE.svg        (results of `batch` and `peers` by --benchmark_out)
"""

import math
import sys

import results
from drawing import WIDTH, decades, label, logarithmic, page, power_of_ten, rectangle, text

BARS = {  # what ran: words and colour
    "dad": ("dad", "#1f5fa8"),
    results.EIGHT_LANES: ("by hand, eight inputs at once", "#7f8fa0"),
    results.HAND: ("by hand", "#b4bec8"),
    **{peer: (words, "#d9a05b") for peer, words in results.PEERS.items()},
}
LEFT, RIGHT, TOP = 210, 60, 70
BAR, GAP, GROUP = 15, 4, 34  # heights in pixels


def draw(found):
    groups = {words: {what: run["x_plain"] for what, run in found[function].items() if what in BARS}
              for function, (words, _, _) in results.FUNCTIONS.items() if function in found}
    values = [value for group in groups.values() for value in group.values()]
    low, high = power_of_ten(min(values + [0.5]), math.floor), power_of_ten(max(values + [10.0]), math.ceil)
    place = logarithmic(low, high, LEFT, WIDTH - RIGHT)

    y = TOP + 6
    bars, spans = [], []
    for title, group in groups.items():
        y += GROUP
        bars.append(text(LEFT, y - 9, title, size=13, bold=True))
        top = y
        for what, (words, colour) in BARS.items():
            if what not in group:
                continue
            value = group[what]
            bars.append(text(LEFT - 8, y + BAR - 3, words, anchor="end"))
            bars.append(rectangle(LEFT, y, max(place(value) - LEFT, 1.0), BAR, colour))
            bars.append(text(place(value) + 6, y + BAR - 3, label(value)))
            y += BAR + GAP
        spans.append((top - GAP, y))
    bottom = y + 8

    head = [
        text(16, 24, "Values and derivatives of a batch", size=16, bold=True),
        text(16, 44, "time over that of the function alone in plain double; one core, logarithmic, shorter is faster"),
        text(place(1.0), TOP, "1: the function alone", anchor="middle"),
    ]
    return page(bottom + 28, [*head, *decades(low, high, place, spans, bottom), *bars])


if __name__ == "__main__":
    *files, figure = sys.argv[1:]
    drawing = draw(results.read(files))
    with open(figure, "w") as file:
        file.write(drawing)
