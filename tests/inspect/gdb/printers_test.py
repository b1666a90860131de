# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Looks at the numbers of a program in gdb, as dad's printers show them.

printers_test.py GDB PRINTERS PROGRAM; ends with 77 where there is no gdb, or one that may not run programs.
"""

import os
import re
import subprocess
import sys

# An expression, and what gdb is to say of it; recordings have whatever number they got.
EXPECTED = {
    "one": "3, tangent 1",
    "three": "2.5, tangents 1, 0, -0.5",
    "nested": "[3, tangent 1], tangent [1, tangent 0]",
    "passive": "4, passive",
    "inputs": "std::vector of length 2, capacity 2 = {2, statement 1 of recording N, 3, statement 2 of recording N}",
    "product": "6, statement 3 of recording N",
    "mixed": "[3, tangent 1], statement 1 of recording N",
}


def main(gdb, printers, program):
    if not gdb or not os.access(gdb, os.X_OK):
        print("gdb was not found: its printers are not tested (scripts/install-deps installs it)")
        return 77
    before = ["set confirm off", "set pagination off", "set debuginfod enabled off", "set breakpoint pending off"]
    commands = before + ["source " + printers, "break stop", "run", "up"]
    for expression in EXPECTED:
        commands += ['printf "<%s>\\n"' % expression, "print " + expression]
    commands += ["kill"]
    arguments = [gdb, "--batch", "--nx"]
    for command in commands:
        arguments += ["-ex", command]
    ran = subprocess.run(
        arguments + [program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False
    )
    output = ran.stdout
    if re.search(r"ptrace|Operation not permitted|Could not trace|not have Python|scripting is not supported", output):
        print("gdb may not run programs here, or knows no Python:\n" + output)
        return 77
    failed = 0
    for expression, expected in EXPECTED.items():
        found = re.search(r"<%s>\n\$\d+ = (.*)" % expression, output)
        shown = re.sub(r"recording \d+", "recording N", found.group(1)) if found else "nothing"
        # Without libstdc++'s own printers a vector is its members; their numbers are still dad's.
        if expression == "inputs" and found and "std::vector" not in shown:
            continue
        if shown != expected:
            print(f"{expression} is shown as '{shown}', expected '{expected}'")
            failed += 1
    print(output if failed else f"gdb shows {len(EXPECTED)} numbers as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
