# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case folder launcher... program. The folder is that of NIST's files."""

import glob
import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
import made_files
from program import are_refused, drawn, drawn_curves, read_table, runner

case, published_files = sys.argv[1:3]
command = sys.argv[3:]
run = runner(command)


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


def sum_at_start(text, formula, model, start):
    """Of the squares of the residuals at the given start 1 or 2, with numbers as they stand in the file."""
    lines = text.splitlines()
    b = [float(line.split("=")[1].split()[start - 1]) for line in lines if re.match(r" +b\d+ = ", line)]
    total = 0
    for y, *x in [[float(word) for word in line.split()] for line in lines[lines.index("Data:   y   x") + 1:]]:
        total += ((math.log(y) if formula.startswith("log") else y) - model(b, *x).real) ** 2
    return total


def made(folder):
    """All of NIST's models on other data, found by the data set's name or by the formula."""
    known, files, sums = {}, [], {}
    for index, (name, formula, model, b, x) in enumerate(made_files.MODELS):
        name = name if index % 2 == 0 else f"Made{index}"
        text, *known[name] = made_files.made(name, formula, model, b, x)
        for start in (1, 2):
            sums[name, str(start)] = sum_at_start(text, formula, model, start)
        assert abs(sums[name, "1"] / sums[name, "2"] - 1) > 0.1, "starts that can be told apart"
        files.append(os.path.join(folder, name + ".dat"))
        with open(files[-1], "w", newline="\r\n" if index % 3 == 0 else "\n") as file:
            file.write(text)
    text, names = everything(files, folder, "--starts", "4", "--around", "0.02")
    assert "54 of 54 runs converged" in text
    fitted = read_table(names[1])
    assert len(fitted) == 2 * sum(len(b) for b, _, _ in known.values())
    for row in fitted:
        b, deviations, _ = known[row["problem"]]
        j = int(row["parameter"]) - 1
        assert abs(float(row["digits"]) - digits(float(row["fitted"]), float(row["certified"]))) < 1e-3, row
        # A conditions of 10^4 leaves 12 digits.
        assert digits(float(row["fitted"]), b[j]) > 9 and digits(float(row["deviation"]), deviations[j]) > 9, row
    runs = read_table(names[0])
    assert len(runs) == 27 * 6
    for row in runs:
        if row["kind"] == "given":
            assert row["converged"] == "1" and digits(float(row["sum_of_squares"]), known[row["problem"]][2]) > 9, row
            assert digits(float(row["start_sum_of_squares"]), sums[row["problem"], row["start"]]) > 9, row
            assert re.search(rf"^  {row['problem']} +{row['start']} +{row['steps']} ", text, re.M), row
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
    fitted = read_table(names[1])
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
    runs = read_table(names[0])
    assert len(runs) == len(files) * 22
    given = [row for row in runs if row["kind"] == "given"]
    assert len(given) == len(average) and all(row["converged"] == "1" for row in given)
    for row in given:
        assert abs(float(row["parameter_digits"]) - average[row["problem"], row["start"]]) < 1e-3
    said = float(re.search(r"average +\d+ +([\d.]+)", text).group(1))
    assert abs(said - mean) < 0.006
    assert f"{len(given)} of {len(given)} runs converged" in text
    assert len(drawn(names[3], "circle")) == len(given) + 2  # and those of the legend
    assert len(drawn_curves(names[2])) == len(files)
    is_same_without_mpirun(files, folder, text, names)


def refused(folder):
    """Each in a file of its own, said with its line."""
    good, *_ = made_files.made(*made_files.MODELS[0])
    lines = good.splitlines()
    unknown = good.replace("Misra1a", "Unknown")

    def with_line_60(line):
        return "\n".join(lines[:59] + [line] + lines[60:])

    cases = []
    for words, text, *options in [
        (": is no file of NIST's", "x,y\n1,2\n"),
        (': no line says "data (lines FIRST to LAST)"', good.replace("Data              (lines", "Data  (rows")),
        (", line 7: lines 51 to 640 of a file with 64 lines", good.replace("51 to 64", "51 to 640")),
        (', line 5: expected "(lines FIRST to LAST)"', good.replace("(lines 31 to 32", "(lines 31")),
        (', line 5: "3l", expected a number', good.replace("Starting Values   (lines 31", "Starting Values   (lines 3l")),
        (', line 32: expected starting values: "b2 = ..."', good.replace("  b2 =", "  b3 =")),
        (", line 60: 3 numbers, expected 2", with_line_60(lines[59] + "  1")),
        (', line 60: "1.5x", expected a number', with_line_60("1.5x 2")),
        (', line 60: "nan", expected a number', with_line_60("nan 2")),
        (", line 37: the number of observations is 14, but there are 13 lines of data",
         "\n".join(lines[:63]).replace("51 to 64", "51 to 63")),
        (", line 64: expected nothing behind the data", good.replace("51 to 64", "51 to 63")),
        (', line 37: no "residual sum of squares"', good.replace("Residual Sum", "Residual")),
        (': no model is known for data set Unknown with "y=b1/x"', unknown.replace("b1*(1-exp[-b2*x])", "b1/x")),
        (": no model is called Misra9; there are: Misra1a", good, "--model", "Misra9"),
        (" has 2 parameters, expected 3 for model Rat42", good, "--model", "rat42"),
    ]:
        path = os.path.join(folder, f"damaged{len(cases)}.dat")
        with open(path, "w") as file:
            file.write(text)
        cases.append((path + words if words[0] in ":," else words, path, *options))
    path = os.path.join(folder, "unknown.dat")
    with open(path, "w") as file:
        file.write(unknown)
    are_refused(run, cases + [
        ("/nowhere/x.dat: cannot be opened", "/nowhere/x.dat"),
        ("/nowhere/runs.csv: cannot be written", path, "--output", "/nowhere/runs.csv", "--starts", "0")])
    code, said = run(path, "--starts", "2", "--model", "BoxBOD")
    assert code == 0 and "2 of 2 runs converged" in said


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
