# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds what it keeps against what it must be: run_test.py case launcher... program."""

import csv
import gzip
import math
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

case = sys.argv[1]
command = sys.argv[2:]
DATA = "/usr/share/datasets/fashion-mnist"
SKIPPED = 77


def run(*options, start=command, timeout=100):
    done = subprocess.run([*start, "--quick", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout)
    print(done.stdout)
    return done.returncode, done.stdout


def rows(folder, query):
    base = sqlite3.connect(f"file:{folder}/study.db?mode=ro", uri=True, timeout=10)
    try:
        return base.execute(query).fetchall()
    finally:
        base.close()


def content(folder):
    """Of every trial what does not depend on ranks and clocks."""
    parameters, epochs = {}, {}
    for number, text in rows(folder, "SELECT trial, text FROM trial_parameters ORDER BY trial, position"):
        parameters.setdefault(number, []).append(text)
    for number, value in rows(folder, "SELECT trial, value FROM epochs ORDER BY trial, epoch"):
        epochs.setdefault(number, []).append(value)
    return [(number, state, value, parameters[number], epochs.get(number, []))
            for number, state, value in rows(folder, "SELECT number, state, value FROM trials ORDER BY number")]


def check_files(folder, text):
    """Tables, model and drawing hold what the database holds."""
    with open(os.path.join(folder, "trials.csv")) as file:
        table = list(csv.DictReader(file))
    with open(os.path.join(folder, "epochs.csv")) as file:
        epochs = list(csv.DictReader(file))
    trials = content(folder)
    names = [name for name, in rows(folder, "SELECT name FROM parameters ORDER BY position")]
    assert len(table) == len(trials)
    for row, (number, state, value, parameters, _) in zip(table, trials):
        assert (int(row["trial"]), row["state"]) == (number, state)
        assert row["value"] == "" if value is None else float(row["value"]) == value
        assert [row[name] for name in names] == parameters
        assert float(row["ended"]) >= float(row["started"])
    assert [(int(r["trial"]), float(r["value"])) for r in epochs] == [(t[0], v) for t in trials for v in t[4]]
    for number, state, value, _, values in trials:
        assert state == "failed" or value == min(values), number
        assert f"latest trial {number}: {state}" in text or "resumed" in text
    best = min((t for t in trials if t[1] == "complete"), key=lambda t: (t[2], t[0]))
    found = re.search(r"^best trial (\d+): validation error ([\d.]+), test error ([\d.]+)$", text, re.M)
    assert float(found[2]) == round(best[2], 4)
    chosen = trials[int(found[1])]
    assert chosen[2] == best[2]
    for name, word in zip(names, chosen[3]):
        assert re.search(rf"^  {name} +{re.escape(word)}$", text, re.M), name
    with open(os.path.join(folder, "best_model.txt")) as file:
        assert file.readline() == f"trial {chosen[0]}\n"
    assert not [name for name in os.listdir(folder) if name.endswith(".unfinished")]
    xml.parse(os.path.join(folder, "study.svg"))
    return chosen, float(found[3])


def same_trials(folder):
    """The program alone and at two ranks: the same 16 trials, each with the same values after each epoch."""
    found = []
    for name, start, ranks in (("alone", command[-1:], 1), ("ranks", command, 2)):
        output = os.path.join(folder, name)
        code, text = run("--output", output, start=start)
        assert code == 0
        best, test_error = check_files(output, text)
        assert best[2] < 0.3 and test_error < 0.3, "of ten classes: something was learnt"
        busy = re.findall(r"^ +(\d+) +(\d+) +([\d.]+) +([\d.]+)$", text, re.M)
        assert len(busy) == ranks and sum(int(row[1]) for row in busy) == 16
        assert all(int(row[1]) > 0 for row in busy)
        found.append(content(output))
    assert len(found[0]) == 16 and len({tuple(t[3]) for t in found[0]}) == 16
    assert found[0] == found[1]


def pruned(folder):
    """Halving, replayed from the database: at epochs 1 and 4 one of four of those there goes on."""
    code, text = run("--sampler", "tpe", "--prune", "--trials", "24", "--epochs", "6", "--output", folder)
    assert code == 0
    check_files(folder, text)
    trials = content(folder)
    arrivals = rows(folder, "SELECT trial, epoch FROM epochs WHERE epoch IN (1, 4) ORDER BY at, rowid")
    there = {1: [], 4: []}
    for number, epoch in arrivals:
        value = min(trials[number][4][:epoch])
        there[epoch].append(value)
        places = max(1, len(there[epoch]) // 4)
        goes_on = sum(other < value for other in there[epoch]) < places
        state, epochs = trials[number][1], len(trials[number][4])
        assert goes_on == (epochs > epoch), (number, epoch)
        assert goes_on or (state == "pruned" and f"trial {number}: pruned after epoch {epoch}, error" in text)
    assert len(there[1]) == len(trials) == 24
    assert all(len(t[4]) == 6 for t in trials if t[1] == "complete")
    assert {t[1] for t in trials} == {"complete", "pruned"}


def ranks_of(launcher):
    """The processes that mpirun, our child, has started."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent == launcher.pid:
            found.append(int(name))
    return found


def resumes(folder):
    """Killed in the middle: what was over stays as it was, what ran is run again, and each trial is there once."""
    options = ["--epochs", "10", "--output", folder]
    job = subprocess.Popen([*command, "--quick", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun = time.monotonic()
    before = []
    while True:
        assert time.monotonic() - begun < 60 and job.poll() is None
        try:
            before = rows(folder, "SELECT * FROM trials WHERE state = 'complete' ORDER BY number")
        except sqlite3.OperationalError:  # not made yet
            pass
        if len(before) >= 3:
            break
        time.sleep(0.02)
    for process in [*ranks_of(job), job.pid]:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    job.wait()
    for _ in range(50):  # the database is free when the last rank is gone
        code, text = run(*options)
        if "another study is using this database" not in text:
            break
        time.sleep(0.2)
    assert code == 0 and "resumed: " in text
    check_files(folder, text)
    after = rows(folder, "SELECT * FROM trials ORDER BY number")
    assert [row[0] for row in after] == list(range(16)) and {row[1] for row in after} == {"complete"}
    assert all(row in after for row in before)
    again = rows(folder, "SELECT number FROM trials WHERE job = 2")
    assert len(again) <= 16 - len(before)
    lost = int(re.search(r"(\d+) were lost and run again", text)[1])
    assert lost <= 2
    # Values are those of a study that nobody has killed.
    other = os.path.join(folder, "other")
    assert run("--epochs", "10", "--output", other)[0] == 0
    assert content(folder) == content(other)
    # Once more: all is there already.
    code, text = run(*options)
    assert code == 0 and "resumed: 16 trials are over" in text and "latest" not in text
    assert content(folder) == content(other)


def watched(folder):
    """A second process reads while the study runs: never less than before, never a trial without its parameters."""
    job = subprocess.Popen([*command, "--quick", "--epochs", "8", "--output", folder], stdout=subprocess.PIPE, text=True)
    seen, most = set(), (0, 0)
    while job.poll() is None:
        try:
            states = rows(folder, "SELECT t.state, count(p.trial) FROM trials t LEFT JOIN trial_parameters p ON "
                          "p.trial = t.number GROUP BY t.number")
            count = (len(states), rows(folder, "SELECT count(*) FROM epochs")[0][0])
        except sqlite3.OperationalError as error:
            assert "unable to open" in str(error) or "no such table" in str(error), error
            time.sleep(0.01)
            continue
        assert all(parameters == 8 for _, parameters in states)
        assert count[0] >= most[0] and count[1] >= most[1]
        most = count
        seen.update(state for state, _ in states)
        time.sleep(0.005)
    text = job.stdout.read()
    assert job.returncode == 0 and {"running", "complete"} <= seen, (seen, text)
    check_files(folder, text)


def failing(folder):
    """Steps of 1e300 make the loss no number: these trials have failed, the others are complete."""
    code, text = run("--grid", "rate=0.001,1e300", "--output", folder)
    assert code == 0
    check_files(folder, text)
    for number, state, value, parameters, _ in content(folder):
        assert state == ("failed" if parameters[4] == "1e+300" else "complete")
        assert (value is None) == (state == "failed")
    messages = [m for m, in rows(folder, "SELECT message FROM trials WHERE state = 'failed'")]
    assert len(messages) == 8 and all(m.startswith("the loss is ") for m in messages)
    assert len(re.findall(r"latest trial \d+: failed \(the loss is ", text)) == 8
    nothing = os.path.join(folder, "nothing")
    code, text = run("--grid", "rate=1e300", "--output", nothing)
    assert code != 0 and "No trial is complete." in text
    assert not os.path.exists(os.path.join(nothing, "best_model.txt"))


def locked(folder):
    """Another process holds the database for writing: the study ends with the reason, and is resumed later."""
    options = ["--epochs", "10", "--output", folder]
    job = subprocess.Popen([*command, "--quick", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    base = None
    while base is None:
        assert job.poll() is None
        try:
            if rows(folder, "SELECT count(*) FROM trials WHERE state = 'complete'")[0][0] >= 2:
                base = sqlite3.connect(os.path.join(folder, "study.db"), timeout=10, isolation_level=None)
                base.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            base = None
        time.sleep(0.02)
    text = job.communicate(timeout=60)[0]
    print(text)
    assert job.returncode != 0 and text.count("study.db: INSERT") + text.count("study.db: BEGIN") == 1
    assert text.count("database is locked") == 1
    base.close()
    code, text = run(*options)
    assert code == 0 and "resumed: " in text
    assert [t[1] for t in content(folder)] == ["complete"] * 16


def is_refused(words, *options):
    begun = time.monotonic()
    code, text = run(*options)
    assert code != 0 and text.count(words) == 1, words  # said once, not by every rank
    assert time.monotonic() - begun < 30


def refused(folder):
    is_refused("--sampler", "--sampler", "best", "--output", folder)
    is_refused("--epochs", "--epochs", "0", "--output", folder)
    is_refused('"speed" is no parameter', "--grid", "speed=1", "--output", folder)
    is_refused('units is "many", expected a number', "--grid", "units=many", "--output", folder)
    is_refused("expected at most 60000", "--images", "50000", "--validation", "20000", "--output", folder)
    is_refused("does not exist", "--data", os.path.join(folder, "nowhere"), "--output", folder)
    words = os.path.join(folder, "study.db")
    with open(words, "w") as file:
        file.write("no database, but words; " * 10)
    is_refused(words, "--output", folder)  # not a database
    with open(words) as file:
        assert file.read() == "no database, but words; " * 10
    is_refused(words, "--output", os.path.join(words, "inside"))  # a file where there must be a folder
    os.makedirs(os.path.join(folder, "folder", "study.db"))
    is_refused("unable to open database file", "--output", os.path.join(folder, "folder"))
    kept = os.path.join(folder, "kept")
    assert run("--trials", "1", "--output", kept)[0] == 0
    is_refused("its setting epochs = 4, this one's epochs = 5", "--epochs", "5", "--output", kept)
    assert len(content(kept)) == 1


def read_images(name, first, count):
    with gzip.open(os.path.join(DATA, name + "-images-idx3-ubyte.gz")) as file:
        file.seek(16 + 784 * first)
        pixels = file.read(784 * count)
    with gzip.open(os.path.join(DATA, name + "-labels-idx1-ubyte.gz")) as file:
        file.seek(8 + first)
        labels = file.read(count)
    return [(pixels[784 * i:784 * (i + 1)], labels[i]) for i in range(count)]


def model(folder):
    """The kept model, evaluated here, has the errors that the program says; on the real pictures."""
    code, text = run("--data", DATA, "--images", "600", "--validation", "80", "--test-images", "80", "--epochs", "3",
                     "--trials", "6", "--grid", "units=16", "--grid", "activation=sigmoid,relu,tanh", "--output", folder)
    assert code == 0
    best, test_error = check_files(folder, text)
    assert best[2] < 0.6
    with open(os.path.join(folder, "best_model.txt")) as file:
        lines = [line.split() for line in file]
    head = dict(lines[:10])
    units, layers = int(head["units"]), int(head["layers"])
    weights = iter(float(word) for word, in lines[10:])
    function = {"tanh": math.tanh, "relu": lambda x: max(x, 0), "sigmoid": lambda x: 1 / (1 + math.exp(-x))}
    net = []
    for inputs, outputs in zip([784] + [units] * layers, [units] * layers + [10]):
        biases = [next(weights) for _ in range(outputs)]
        net.append((biases, [[next(weights) for _ in range(inputs)] for _ in range(outputs)]))
    assert next(weights, None) is None

    def error(images):
        wrong = 0
        for pixels, label in images:
            x = [pixel / 255 for pixel in pixels]
            for i, (biases, matrix) in enumerate(net):
                x = [b + sum(w * v for w, v in zip(row, x)) for b, row in zip(biases, matrix)]
                if i + 1 < len(net):
                    x = [function[head["activation"]](v) for v in x]
            wrong += x.index(max(x)) != label
        return wrong / len(images)

    assert abs(error(read_images("train", 600, 80)) - best[2]) < 1e-9
    assert abs(error(read_images("t10k", 0, 80)) - test_error) < 1e-9


if case == "model" and not os.path.isdir(DATA):
    print("skipped: no Fashion-MNIST in", DATA)
    sys.exit(SKIPPED)
with tempfile.TemporaryDirectory() as temporary:
    globals()[case](os.path.join(temporary, "study") if case not in ("refused",) else temporary)
