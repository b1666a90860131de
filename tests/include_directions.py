# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Fails on an #include under include/dad that docs/architecture.md, section "Allowed include directions", lacks.

include_directions.py ROOT

That section's table is the data: a row per room (a folder of include/dad, or an umbrella such as dad.hpp), the rooms it
may include besides itself, and the outside headers it may include besides the standard library's.
"""

import pathlib
import re
import sys

HEADING = "## Allowed include directions"
STANDARD = re.compile(r"[a-z_0-9]+")  # <vector>, <cstddef>: no folder, no ending
NEVER = {"iostream", "thread", "functional", "filesystem"}  # they cost every program compile time
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_table(document):
    """room -> (rooms, outside headers) from the table under HEADING."""
    if HEADING not in document:
        raise SystemExit(f'docs/architecture.md has no section "{HEADING}"')
    section = re.split(r"\n## ", document.split(HEADING, 1)[1])[0]
    table = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 3 or cells[0] == "room" or set(cells[0]) <= set("-: "):
            continue
        names = [re.findall(r"`([^`]+)`", cell) for cell in cells]
        for room in names[0]:
            table[room] = (set(names[1]), names[2])
    return table


def faults(include, table):
    """The includes of the headers under include/dad that the table does not allow, as 'file:line: what'."""
    found = []
    for header in sorted((include / "dad").rglob("*.hpp")):
        inside = header.relative_to(include / "dad")
        room = inside.parts[0]
        if room not in table:
            found.append(f"{inside}: the table has no room {room}")
            continue
        rooms, outside = table[room]
        for number, line in enumerate(header.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, name = match.groups()
            place = f"{inside}:{number}"
            if quote == '"':
                found.append(f'{place}: "{name}" is to be written <dad/room/file.hpp>')
            elif name.startswith("dad/"):
                target = name.split("/")[1]
                if not (include / name).is_file():
                    found.append(f"{place}: <{name}> does not exist")
                elif target != room and target not in rooms:
                    found.append(f"{place}: {room} may not include {target} (<{name}>)")
            elif name in NEVER and room != "mpi":
                found.append(f"{place}: <{name}> is kept out of dad: it costs every program compile time")
            elif not STANDARD.fullmatch(name) and not any(name.startswith(prefix) for prefix in outside):
                found.append(f"{place}: {room} may not include <{name}>")
    return found


def circles(table):
    """Rooms that may reach themselves: such a table gives no direction."""

    def reachable(room, seen):
        for other in table.get(room, (set(), []))[0]:
            if other not in seen:
                seen.add(other)
                reachable(other, seen)
        return seen

    return [f"the table lets {room} include itself over others" for room in table if room in reachable(room, set())]


def main(root):
    root = pathlib.Path(root)
    table = read_table((root / "docs/architecture.md").read_text())
    found = circles(table) + faults(root / "include", table)
    print("\n".join(found) if found else f"every include follows the table of {len(table)} rooms")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
