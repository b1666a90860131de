# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What the figures are made of: words, bars, lines, logarithmic axes, and the page around them, in SVG."""

import math

WIDTH = 760
DARK, PALE = "#333333", "#e6e6e6"


def text(x, y, words, size=12, anchor="start", bold=False):
    weight = ' font-weight="bold"' if bold else ""
    halo = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'  # over grid lines
    return f'<text x="{x:.1f}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{DARK}"{weight}{halo}>{words}</text>'


def label(value):
    if value < 0.01:
        return "under 0.01"
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:.0f}"


def rectangle(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}"/>'


def line(x, top, bottom, colour, width=1.0):
    thick = f' stroke-width="{width:g}"' if width != 1.0 else ""
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{bottom:g}" stroke="{colour}"{thick}/>'


def logarithmic(low, high, left, right):
    """Where a number stands on an axis; those under its low end, at that end."""
    return lambda value: left + (right - left) * math.log(max(value, low) / low) / math.log(high / low)


def power_of_ten(value, rounded):
    """The next power of ten, by math.floor or math.ceil."""
    return 10.0 ** rounded(math.log10(value))


def decades(low, high, place, spans, bottom):
    """Lines at powers of ten, 1 in dark, over these spans of height, with their numbers under `bottom`."""
    parts = []
    tick = power_of_ten(low, math.ceil)
    while tick <= high * 1.001:
        colour = DARK if abs(tick - 1.0) < 1e-9 else PALE
        parts += [line(place(tick), *span, colour) for span in spans]
        parts.append(text(place(tick), bottom + 16, f"{tick:g}", anchor="middle"))
        tick *= 10.0
    return parts


def page(height, parts):
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Arial, \'DejaVu Sans\', sans-serif">',
         f'<rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>', *parts, "</svg>", ""])
