# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Compiles plain_double.cpp and the programs with dad beside it at -O2 in turns and prints what each costs; the
gradient also as in a program of many sources that compiles the machinery once (dad/core/engine.hpp), and with <dad/dad.hpp>
precompiled, which is not counted. Fails where one costs more than its limit.

measure.py COMPILER FLAGS... [--mpi FLAGS...]     (for example: measure.py g++ -std=c++20 -I include)

Programs over ranks are compiled where --mpi says with which flags.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

REPEATS = 5
ONCE, PRECOMPILED, BOTH = (f"first_gradient, {how}" for how in ("once", "precompiled", "both"))
PROGRAMS = {  # and their flags
    "plain_double": [],
    "first_gradient": [],
    ONCE: ["-DDAD_SEPARATE_ENGINE"],
    PRECOMPILED: [],
    BOTH: ["-DDAD_SEPARATE_ENGINE"],
    "many_operations": [],
    "first_batch": [],
}
OVER_RANKS = "first_batch_over_ranks"
OVER_RANKS_ONCE = OVER_RANKS + ", once"
# Seconds of processor time, on machines with neighbours.
LIMITS = {"first_gradient": 1.4, ONCE: 1.0, "many_operations": 1.6, "first_batch": 4.0, OVER_RANKS_ONCE: 6.0}
AIMS = {"first_gradient": 0.7, ONCE: 0.7, PRECOMPILED: 0.7, BOTH: 0.7}  # where they are to come
OWN_CODE_LIMIT = 3000  # bytes of a gradient's own code


def compile_once(command):
    """Seconds of wall time, seconds of processor time and peak memory in MB of one compilation."""
    start = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(" ".join(command) + f" ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def precompiled(compiler, flags, path):
    """Flags that include <dad/dad.hpp>, precompiled with these, as target_precompile_headers has them."""
    with open(path, "w", encoding="utf-8") as header:
        header.write("#include <dad/dad.hpp>\n")
    subprocess.run(compiler + ["-O2"] + flags + ["-x", "c++-header", path, "-o", path + ".gch"], check=True)
    return ["-include", path]


def code_size(path):
    """Bytes of code, and of them those of the source's own functions: the sections .text*, without constants and tables.
    Functions of templates are in sections of their own, of which a linker keeps one for the whole program."""
    listing = subprocess.run(["size", "-A", path], check=True, text=True, capture_output=True).stdout
    sections = [line.split()[:2] for line in listing.split("\n") if line.startswith(".text")]
    own = (".text", ".text.unlikely", ".text.hot", ".text.startup")
    return sum(int(size) for _, size in sections), sum(int(size) for name, size in sections if name in own)


def main(arguments):
    compiler, mpi = arguments, None
    if "--mpi" in arguments:
        at = arguments.index("--mpi")
        compiler, mpi = arguments[:at], arguments[at + 1:]
    folder = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as work:
        flags_of = dict(PROGRAMS)
        if mpi is not None:
            flags_of[OVER_RANKS] = ["-DDAD_WITH_MPI"] + mpi
            flags_of[OVER_RANKS_ONCE] = flags_of[OVER_RANKS] + ["-DDAD_SEPARATE_ENGINE"]
        runs = {program: [] for program in flags_of}
        for program in (PRECOMPILED, BOTH):
            flags_of[program] = PROGRAMS[program] + precompiled(
                compiler, PROGRAMS[program], os.path.join(work, program.replace(", ", "_") + ".hpp"))
        for _ in range(REPEATS):
            for program, flags in flags_of.items():  # in turns, so that a slow moment of the machine meets both
                object_file = os.path.join(work, program + ".o")
                source = str(folder / (program.split(",")[0] + ".cpp"))
                command = compiler + ["-O2"] + flags + ["-c", source, "-o", object_file]
                runs[program].append(compile_once(command))
        print(f"{' '.join(compiler)} -O2, the least of {REPEATS}")
        print(f"{'program':<30}{'seconds':>9}{'cpu s':>9}{'x plain':>9}{'aim':>6}{'peak MB':>9}{'code bytes':>12}{'its own':>9}")
        plain = min(cpu for _, cpu, _ in runs["plain_double"])
        over = []
        for program in flags_of:
            wall, cpu, memory = (min(column) for column in zip(*runs[program]))
            code, own = code_size(os.path.join(work, program + ".o"))
            aim = AIMS.get(program, "")
            print(f"{program:<30}{wall:>9.2f}{cpu:>9.2f}{cpu / plain:>9.2f}{aim:>6}{memory:>9.0f}{code:>12}{own:>9}")
            if cpu > LIMITS.get(program, cpu):
                over.append(f"{program}: {cpu:.2f} s, expected at most {LIMITS[program]:.2f} s")
            if program in AIMS and own > OWN_CODE_LIMIT:
                over.append(f"{program}: {own} bytes of its own code, expected at most {OWN_CODE_LIMIT}")
    return "\n".join(over) or None  # what sys.exit takes: a message is a failure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
