# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Fails if <dad/dad.hpp> reaches, through any other header, one that costs every program compile time.

forbidden_includes.py COMPILER FLAGS...
"""

import pathlib
import subprocess
import sys

FORBIDDEN = {"iostream", "istream", "ostream", "sstream", "fstream", "iterator", "algorithm", "ranges", "functional", "memory",
             "thread", "mutex", "chrono", "random", "regex", "filesystem", "sleef.h", "mpi.h"}


def headers(compiler, program):
    """The paths of all headers that a program reads."""
    done = subprocess.run(compiler + ["-M", "-x", "c++", "-"], input=program, text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return {pathlib.PurePath(word) for word in done.stdout.replace("\\\n", " ").split()[1:]}


def main(compiler):
    # A check that cannot fail is worth nothing: the forbidden ones must be seen where they are.
    for name in ("iostream", "functional"):
        if name not in {path.name for path in headers(compiler, f"#include <{name}>\n")}:
            raise SystemExit(f"<{name}> was not found even in a program that includes it")
    read = headers(compiler, "#include <dad/dad.hpp>\n")
    found = sorted(str(path) for path in read if path.name in FORBIDDEN or "boost" in path.parts)
    print("\n".join(["<dad/dad.hpp> includes"] + found) if found else f"{len(read)} headers, none of them forbidden")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
