# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Fails on a figure that docs/gallery.md does not show, and on a link in the documentation that leads nowhere.

gallery.py ROOT

Figures are the .svg and .png files under docs/ and examples/. Documents are README.md and CHANGELOG.md, docs/*.md, and the
README.md of bench/ and of each example; a link with a scheme (https:) or to a heading of its own document is not looked at.
"""

import pathlib
import re
import sys
import urllib.parse

GALLERY = "docs/gallery.md"
LINK = re.compile(r"(!?)\[[^\]\[]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]*`|<!--.*?-->", re.MULTILINE | re.DOTALL)


def documents(root):
    found = [root / "README.md", root / "CHANGELOG.md", root / "bench/README.md"]
    found += sorted((root / "docs").glob("*.md")) + sorted((root / "examples").glob("*/README.md"))
    return [path for path in found if path.is_file()]


def figures(root):
    return {path for folder in ("docs", "examples") for ending in ("svg", "png") for path in (root / folder).rglob(f"*.{ending}")}


def links(document):
    """(whether it is a picture, the file that it leads to, the target as written), for each link into the tree."""
    for mark, target in LINK.findall(CODE.sub("", document.read_text())):
        name = urllib.parse.unquote(target.split("#")[0])
        if name and not re.match(r"[a-z]+:", name):
            yield mark == "!", (document.parent / name).resolve(), target


def faults(root):
    root = pathlib.Path(root).resolve()
    found, shown = [], set()
    for document in documents(root):
        name = document.relative_to(root)
        for is_picture, path, target in links(document):
            if not path.exists():
                found.append(f"{name}: {'the picture' if is_picture else 'the link'} {target} leads to no file")
            elif is_picture and str(name) == GALLERY:
                shown.add(path)
    if not (root / GALLERY).is_file():
        found.append(f"{GALLERY}: does not exist")
    for figure in sorted(figures(root) - shown):
        found.append(f"{GALLERY}: does not show {figure.relative_to(root)}")
    return found


def main(root):
    found = faults(root)
    print("\n".join(found) if found else "every figure is shown, every link leads to a file")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
