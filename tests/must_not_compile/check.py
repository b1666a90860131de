# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Fails unless a program compiles, and with -DMUST_NOT_COMPILE is refused with the message that it expects.

check.py SOURCE COMPILER FLAGS...
"""

import os
import re
import subprocess
import sys

PATIENCE = 60  # seconds: a refusal that recurses for minutes helps nobody


def compile_program(compiler, source, flags):
    environment = dict(os.environ, LC_ALL="C")  # messages are matched in English
    command = compiler + flags + ["-fsyntax-only", "-fdiagnostics-color=never", source]
    done = subprocess.run(command, text=True, capture_output=True, env=environment, timeout=PATIENCE)
    return done.returncode == 0, done.stderr


def fault(source, compiler):
    """What is wrong with the case, or nothing."""
    with open(source) as file:
        expected = re.search(r"^// expected: (.+)$", file.read(), re.MULTILINE)
    if not expected:
        return 'it has no line "// expected: REGEX"'
    compiled, output = compile_program(compiler, source, [])
    if not compiled:
        return "without MUST_NOT_COMPILE it must compile, but:\n" + output
    compiled, output = compile_program(compiler, source, ["-DMUST_NOT_COMPILE"])
    if compiled:
        return "with MUST_NOT_COMPILE it compiles"
    # Only what the compiler says counts, not the lines of the program that it shows.
    said = "\n".join(line for line in output.splitlines() if re.search(r":\d+: (fatal error|error|note): ", line))
    if not re.search(expected.group(1), said):
        return f"it is refused, but no message matches '{expected.group(1)}':\n{output}"
    return ""


if __name__ == "__main__":
    try:
        message = fault(sys.argv[1], sys.argv[2:])
    except subprocess.TimeoutExpired:
        message = f"the compiler did not end within {PATIENCE} s"
    print(f"{sys.argv[1]}: {message}" if message else "refused as expected")
    sys.exit(1 if message else 0)
