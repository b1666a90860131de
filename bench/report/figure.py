# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Draws what values and derivatives of a batch cost, over the function alone in plain double, as bars.

figure.py RESULTS.json... FIGURE.svg        (results of `batch` and `peers` by --benchmark_out)
"""

import math
import sys

import results

BARS = {  # what ran: words and colour
    "dad": ("dad", "#1f5fa8"),
    results.EIGHT_LANES: ("by hand, eight inputs at once", "#7f8fa0"),
    results.HAND: ("by hand", "#b4bec8"),
    **{peer: (words, "#d9a05b") for peer, words in results.PEERS.items()},
}
WIDTH, LEFT, RIGHT, TOP = 760, 210, 60, 70
BAR, GAP, GROUP = 15, 4, 34  # heights in pixels
DARK, PALE = "#333333", "#e6e6e6"


def text(x, y, words, size=12, anchor="start", bold=False):
    weight = ' font-weight="bold"' if bold else ""
    halo = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'  # over grid lines
    return f'<text x="{x:.1f}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{DARK}"{weight}{halo}>{words}</text>'


def label(value):
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:.0f}"


def rectangle(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}"/>'


def line(x, top, bottom, colour):
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{bottom:g}" stroke="{colour}"/>'


def draw(found):
    groups = {words: {what: run["x_plain"] for what, run in found[function].items() if what in BARS}
              for function, (words, _, _) in results.FUNCTIONS.items() if function in found}
    values = [value for group in groups.values() for value in group.values()]
    low = 10.0 ** math.floor(math.log10(min(values + [0.5])))
    high = 10.0 ** math.ceil(math.log10(max(values + [10.0])))

    def place(value):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(value / low) / math.log(high / low)

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

    grid = []
    tick = low
    while tick <= high * 1.001:
        colour = DARK if abs(tick - 1.0) < 1e-9 else PALE
        grid += [line(place(tick), *span, colour) for span in spans]
        grid.append(text(place(tick), bottom + 16, f"{tick:g}", anchor="middle"))
        tick *= 10.0
    head = [
        text(16, 24, "Values and derivatives of a batch", size=16, bold=True),
        text(16, 44, "time over that of the function alone in plain double; one core, logarithmic, shorter is faster"),
        text(place(1.0), TOP, "1: the function alone", anchor="middle"),
    ]
    size = f'width="{WIDTH}" height="{bottom + 28:g}" viewBox="0 0 {WIDTH} {bottom + 28:g}"'
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Arial, \'DejaVu Sans\', sans-serif">',
         f'<rect width="{WIDTH}" height="{bottom + 28:g}" fill="#ffffff"/>', *head, *grid, *bars, "</svg>", ""])


if __name__ == "__main__":
    *files, figure = sys.argv[1:]
    drawing = draw(results.read(files))
    with open(figure, "w") as file:
        file.write(drawing)
