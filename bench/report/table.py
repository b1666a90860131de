# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Prints what `batch` and `peers` measured as tables in Markdown.

table.py RESULTS.json...
"""

import sys

import results


def number(value):
    if value is None:
        return ""
    if value < 0.01:
        return "under 0.01"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def batch_table(found):
    lines = [row("function", "f alone, ns", "dad, ns", "dad / f alone", "target", "stretch", "by hand", "eight lanes", "rows only"),
             "|" + "---|" * 9]
    for function, (words, target, stretch) in results.FUNCTIONS.items():
        runs = found.get(function, {})
        if "dad" not in runs:
            continue
        dad = runs["dad"]
        others = [number(runs.get(what, {}).get("x_plain"))
                  for what in (results.HAND, results.EIGHT_LANES, results.ROWS_ONLY)]
        lines.append(row(words, number(dad["plain_ns"]), number(dad["ns"]), f"**{number(dad['x_plain'])}**",
                         f"{target:g}", f"{stretch:g}", *others))
    return lines


def peers_table(found):
    lines = [row("function", *(f"{peer}, x dad (x f)" for peer in results.PEERS.values())),
             "|" + "---|" * (1 + len(results.PEERS))]
    for function, (words, _, _) in results.FUNCTIONS.items():
        runs = found.get(function, {})
        if any(peer in runs for peer in results.PEERS):
            lines.append(row(words, *(f"{number(runs[peer]['x_dad'])} ({number(runs[peer]['x_plain'])})" if peer in runs
                                      else "" for peer in results.PEERS)))
    return lines


def further_lines(found):
    lines = []
    if "x_hoisted" in found.get("gmm", {}).get("dad", {}):
        gmm = found["gmm"]
        lines.append("Gaussian mixture against a sum with its exponentials taken out of the loop: dad "
                     f"{number(gmm['dad']['x_hoisted'])}, by hand {number(gmm.get('hand', {}).get('x_hoisted'))}")
    for runs in found.values():
        if results.MANY_PATHS in runs:
            lines.append(f"500 paths, against the tape: {number(runs[results.MANY_PATHS]['x_tape'])}")
    return lines


if __name__ == "__main__":
    measured = results.read(sys.argv[1:])
    print("\n".join([*batch_table(measured), "", *peers_table(measured), "", *further_lines(measured)]))
