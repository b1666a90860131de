# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Fails on a header that does not compile alone, or not twice in one file, without a warning. Builds no objects.

compiles_alone.py core|mpi INCLUDE_FOLDER COMPILER FLAGS...     (mpi: the headers of dad::mpi, and dad.hpp with it)
"""

import concurrent.futures
import pathlib
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]


def needs_mpi(inside):
    return inside.parts[0] in ("mpi", "mpi.hpp")


def check(compiler, header):
    program = f"#include <dad/{header}>\n" * 2
    done = subprocess.run(
        compiler + WARNINGS + ["-fsyntax-only", "-x", "c++", "-"], input=program, text=True, capture_output=True
    )
    return done.returncode == 0, f"<dad/{header}> does not compile alone:\n{done.stderr}"


def main(part, include, compiler):
    folder = pathlib.Path(include) / "dad"
    headers = sorted(path.relative_to(folder) for path in folder.rglob("*.hpp"))
    if part == "mpi":
        headers = [header for header in headers if needs_mpi(header) or header.name == "dad.hpp"]
    else:
        headers = [header for header in headers if not needs_mpi(header)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda header: check(compiler, header), headers))
    failures = [message for passed, message in results if not passed]
    print("\n".join(failures + [f"{len(headers) - len(failures)} of {len(headers)} headers compile alone"]))
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
