# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case folder launcher... program. The folder is that of NIST's files."""

import csv
import glob
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import made_files

case, published_files = sys.argv[1:3]
command = sys.argv[3:]
SVG = "{http://www.w3.org/2000/svg}"


def run(*options, start=command):
    done = subprocess.run([*start, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    print(done.stdout)
    return done.returncode, done.stdout


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def digits(got, expected):
    error = abs(got - expected) / abs(expected)
    return 11 if error < 1e-11 else max(0, -math.log10(error))


def everything(files, folder, *options, start=command):
    names = [os.path.join(folder, name) for name in ("runs.csv", "parameters.csv", "fits.svg", "digits.svg")]
    code, text = run(*files, "--output", names[0], "--parameters", names[1], "--figure", names[2], "--digits-figure",
                     names[3], *options, start=start)
    assert code == 0
    return text, names


def is_same_without_mpirun(files, folder, text, names, *options):
    before = [open(name, "rb").read() for name in names]
    alone, names = everything(files, folder, *options, start=command[-1:])
    assert alone == text and [open(name, "rb").read() for name in names] == before


def made(folder):
    """All of NIST's models on other data, found by the data set's name or by the formula."""
    known, files = {}, []
    for index, (name, formula, model, b, x) in enumerate(made_files.MODELS):
        name = name if index % 2 == 0 else f"Made{index}"
        text, *known[name] = made_files.made(name, formula, model, b, x)
        files.append(os.path.join(folder, name + ".dat"))
        with open(files[-1], "w", newline="\r\n" if index % 3 == 0 else "\n") as file:
            file.write(text)
    text, names = everything(files, folder, "--starts", "4", "--around", "0.02")
    assert "54 of 54 runs converged" in text
    fitted = rows(names[1])
    assert len(fitted) == 2 * sum(len(b) for b, _, _ in known.values())
    for row in fitted:
        b, deviations, _ = known[row["problem"]]
        j = int(row["parameter"]) - 1
        # A conditions of 10^4 leaves 12 digits.
        assert digits(float(row["fitted"]), b[j]) > 9 and digits(float(row["deviation"]), deviations[j]) > 9, row
    runs = rows(names[0])
    assert len(runs) == 27 * 6
    for row in runs:
        if row["kind"] == "given":
            assert row["converged"] == "1" and digits(float(row["sum_of_squares"]), known[row["problem"]][2]) > 9, row
    is_same_without_mpirun(files, folder, text, names, "--starts", "4", "--around", "0.02")


def certified(path):
    """Start to deviation of each parameter, by another reader."""
    with open(path) as file:
        return [[float(x) for x in line.split("=")[1].split()] for line in file if re.match(r" +b\d+ =", line)]


def published(folder):
    files = sorted(glob.glob(os.path.join(published_files, "*.dat")))
    if not files:
        print(f"skipped: NIST's files are not in {published_files}")
        sys.exit(77)
    text, names = everything(files, folder)
    fitted = rows(names[1])
    average = {}
    for path in files:
        name, values = os.path.basename(path)[:-4], certified(path)
        for start in "12":
            mine = [row for row in fitted if row["problem"] == name and row["start"] == start]
            assert [row["parameter"] for row in mine] == [str(j + 1) for j in range(len(values))]
            correct = [digits(float(row["fitted"]), value[2]) for row, value in zip(mine, values)]
            assert min(correct) > 10, (name, start, correct)
            assert all(digits(float(row["deviation"]), value[3]) > 9 for row, value in zip(mine, values)), name
            average[name, start] = sum(correct) / len(correct)
    mean = sum(average.values()) / len(average)
    assert mean > 10.5
    runs = rows(names[0])
    assert len(runs) == len(files) * 22
    given = [row for row in runs if row["kind"] == "given"]
    assert len(given) == len(average) and all(row["converged"] == "1" for row in given)
    for row in given:
        assert abs(float(row["parameter_digits"]) - average[row["problem"], row["start"]]) < 1e-3
    said = float(re.search(r"average +\d+ +([\d.]+)", text).group(1))
    assert abs(said - mean) < 0.006
    assert f"{len(given)} of {len(given)} runs converged" in text
    circles = [circle for circle in xml.parse(names[3]).getroot().iter(SVG + "circle")]
    assert len(circles) == len(given) + 2  # and those of the legend
    curves = [line for line in xml.parse(names[2]).getroot().iter(SVG + "polyline")]
    assert len(curves) == len(files)
    is_same_without_mpirun(files, folder, text, names)


def refused(folder):
    """Said once with file and line, and no rank is left waiting."""
    good, *_ = made_files.made(*made_files.MODELS[0])
    path = os.path.join(folder, "damaged.dat")

    def is_refused(words, text, *options):
        with open(path, "w") as file:
            file.write(text)
        code, said = run(path, *options)
        assert code != 0 and said.count(words) == 1, words

    assert good.count("damaged") == 0
    is_refused(f'{path}: is no file of NIST\'s', "x,y\n1,2\n")
    is_refused(f'{path}: no line says "data (lines FIRST to LAST)"', good.replace("Data              (lines", "Data  (rows"))
    is_refused(f"{path}, line 7: lines 51 to 640 of a file with 64 lines", good.replace("51 to 64", "51 to 640"))
    is_refused(f'{path}, line 5: expected "(lines FIRST to LAST)"', good.replace("(lines 31 to 32", "(lines 31"))
    is_refused(f'{path}, line 5: "3l", expected a number', good.replace("Starting Values   (lines 31", "Starting Values   (lines 3l"))
    is_refused(f'{path}, line 32: expected starting values: "b2 = ..."', good.replace("  b2 =", "  b3 ="))
    lines = good.splitlines()
    is_refused(f"{path}, line 60: 3 numbers, expected 2", "\n".join(lines[:59] + [lines[59] + "  1"] + lines[60:]))
    is_refused(f'{path}, line 60: "1.5x", expected a number', "\n".join(lines[:59] + ["1.5x 2"] + lines[60:]))
    is_refused(f'{path}, line 60: "nan", expected a number', "\n".join(lines[:59] + ["nan 2"] + lines[60:]))
    is_refused("line 37: the number of observations is 14, but there are 13 lines of data",
               "\n".join(lines[:63]).replace("51 to 64", "51 to 63"))
    is_refused("line 64: expected nothing behind the data", good.replace("51 to 64", "51 to 63"))
    is_refused('no "residual sum of squares"', good.replace("Residual Sum", "Residual"))
    unknown = good.replace("Misra1a", "Unknown")
    is_refused(f'{path}: no model is known for data set Unknown with "y=b1/x"', unknown.replace("b1*(1-exp[-b2*x])", "b1/x"))
    is_refused("no model is called Misra9; there are: Misra1a", good, "--model", "Misra9")
    is_refused("has 2 parameters, expected 3 for model Rat42", good, "--model", "rat42")
    code, said = run("/nowhere/x.dat")
    assert code != 0 and said.count("/nowhere/x.dat: cannot be opened") == 1
    with open(path, "w") as file:
        file.write(unknown)
    code, said = run(path, "--output", "/nowhere/runs.csv", "--starts", "0")
    assert code != 0 and said.count("/nowhere/runs.csv: cannot be written") == 1
    code, said = run(path, "--starts", "2", "--model", "BoxBOD")
    assert code == 0 and "2 of 2 runs converged" in said


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
