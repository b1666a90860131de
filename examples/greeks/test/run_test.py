# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the whole program over ranks: run_test.py case sample.csv launcher... program.

The Greeks are compared with the closed forms in Hull, Options, Futures and Other Derivatives, 'The Greek letters'."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn_curves, drawn_texts, read_table, runner

case, sample_table = sys.argv[1:3]
command = sys.argv[3:]
run = runner(command)


def cumulative(x):
    return math.erfc(-x / math.sqrt(2)) / 2


def closed_forms(option):
    """Each quantity with the size of the terms that it is a sum of."""
    s, k, r, sigma, t = (float(option[name]) for name in ("spot", "strike", "rate", "volatility", "maturity"))
    sign = {"call": 1, "put": -1}[option["kind"]]
    d1 = (math.log(s / k) + (r + sigma**2 / 2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    n1, n2, density = cumulative(sign * d1), cumulative(sign * d2), math.exp(-d1**2 / 2) / math.sqrt(2 * math.pi)
    present = k * math.exp(-r * t)
    decay, interest = s * density * sigma / (2 * math.sqrt(t)), r * present * n2
    return {
        "price": (sign * (s * n1 - present * n2), s * n1 + present * n2),
        "delta": (sign * n1, n1),
        "dual_delta": (-sign * math.exp(-r * t) * n2, n2),
        "rho": (sign * present * t * n2, present * t * n2),
        "vega": (s * density * math.sqrt(t), s * density * math.sqrt(t)),
        "theta": (-decay - sign * interest, decay + abs(interest)),
    }


def check_greeks(options, results):
    inputs, outputs = read_table(options), read_table(results)
    assert len(inputs) == len(outputs) > 0
    for number, (option, result) in enumerate(zip(inputs, outputs), 2):
        expected = closed_forms(option)
        assert list(result) == list(expected)
        for name, (value, size) in expected.items():
            # A relative error of d in d1 moves the density by d1^2 d; so far in the tail, prices are 1e-20.
            error = abs(float(result[name]) - value)
            assert error <= 1e-12 * size + 1e-14, (number, name, result[name], value)


def sample(folder):
    output = os.path.join(folder, "greeks.csv")
    code, text = run("--input", sample_table, "--output", output)
    assert code == 0
    check_greeks(sample_table, output)
    ranks = command[2]  # mpirun -n 2 ...
    assert f"20 options, {ranks} rank" in text
    assert re.search(r"reading +\d+\.\d+ s.*evaluating +\d+\.\d+ s +\S+ options/s.*writing +\d+\.\d+ s", text, re.S), text


def generated(folder):
    """Random options too have their closed forms, and the program started without mpirun gives the same bits."""
    options, alone, ranks = (os.path.join(folder, name) for name in ("options.csv", "alone.csv", "ranks.csv"))
    assert run("--generate", "3001", "--input", options, "--output", ranks)[0] == 0
    assert run("--input", options, "--output", alone, start=command[-1:])[0] == 0
    assert len(read_table(options)) == 3001
    check_greeks(options, ranks)
    with open(ranks, "rb") as first, open(alone, "rb") as second:
        assert first.read() == second.read()


def figure(folder):
    picture = os.path.join(folder, "greeks.svg")
    assert run("--input", sample_table, "--output", os.path.join(folder, "greeks.csv"), "--figure", picture)[0] == 0
    assert all(name in drawn_texts(picture) for name in ("Price", "Delta", "Gamma", "Vega", "Theta", "Rho"))
    assert sum(len(points) > 100 for points in drawn_curves(picture)) == 6 * 4


def refused(folder):
    """Said once, not by every rank, and none of them is left waiting."""
    output = os.path.join(folder, "greeks.csv")
    broken = os.path.join(folder, "broken.csv")
    with open(sample_table) as good, open(broken, "w") as bad:
        bad.write(good.read() + "100,100,0.05,twenty,1,call\n")
    are_refused(run, [
        (broken + ', line 22: volatility is "twenty", expected a number', "--input", broken, "--output", output),
        (broken + ": is there already", "--input", broken, "--generate", "10", "--output", output),
        ("nowhere.csv: cannot be opened", "--input", "nowhere.csv", "--output", output),
        ("/nowhere/greeks.csv: cannot be written", "--input", sample_table, "--output", "/nowhere/greeks.csv"),
        ("is the input as well", "--input", broken, "--output", broken), ("--generate", "--generate", "0")])
    assert not os.path.exists(output)


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
