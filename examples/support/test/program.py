# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What the tests of whole programs share: starting one, and reading the tables and drawings that it leaves."""

import concurrent.futures
import csv
import os
import subprocess
import xml.etree.ElementTree as xml

SKIPPED = 77  # the exit code of a test that cannot be run here


def runner(command, *always):
    """run(*options), by which the command (launcher, program) is run and gives its exit code and all that it prints;
    run(*options, start=command[-1:]) is without the launcher."""

    def run(*options, start=command, timeout=100):
        done = subprocess.run([*start, *always, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=timeout)
        print(done.stdout, flush=True)
        return done.returncode, done.stdout

    return run


def are_refused(run, cases):
    """Each case, (words, *options), ends with an error of these words, said once and not by every rank, and no rank is
    left waiting. Some at a time: mpirun takes a second of waiting from start to end."""

    def check(words, *options):
        code, text = run(*options, timeout=60)
        assert code != 0 and text.count(words) == 1, (words, text)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for result in [pool.submit(check, *case) for case in cases]:
            result.result()


def same_files(folder, other):
    """Both have the same files, byte for byte."""
    assert sorted(os.listdir(folder)) == sorted(os.listdir(other))
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as one, open(os.path.join(other, name), "rb") as two:
            assert one.read() == two.read(), name


def read_table(path):
    """The rows of a CSV file, as dictionaries of texts."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def drawn(path, name):
    """The elements of this name in a drawing, in its order."""
    return list(xml.parse(path).getroot().iter("{http://www.w3.org/2000/svg}" + name))


def drawn_texts(path):
    return [element.text for element in drawn(path, "text")]


def drawn_curves(path):
    """The points of each polyline."""
    return [[tuple(map(float, pair.split(","))) for pair in line.get("points").split()] for line in drawn(path, "polyline")]
