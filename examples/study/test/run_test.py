# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds what it keeps against what it must be: run_test.py case launcher... program."""

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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import SKIPPED, are_refused, drawn, drawn_curves, drawn_texts, read_table, runner

case = sys.argv[1]
command = sys.argv[2:]
run = runner(command, "--quick")
DATA = "/usr/share/datasets/fashion-mnist"
BLUE, ORANGE, GREY = "#1f6fb4", "#d95f02", "#b5b5b5"


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


def is_affine(pixels, values):
    """Whether a + b v, with the same a and b, gives all pixels to their hundredths."""
    low, high = min(range(len(values)), key=values.__getitem__), max(range(len(values)), key=values.__getitem__)
    if values[low] == values[high]:
        return max(pixels) - min(pixels) < 0.02
    slope = (pixels[high] - pixels[low]) / (values[high] - values[low])
    return all(abs(pixels[low] + slope * (v - values[low]) - p) < 0.05 for p, v in zip(pixels, values))


def share_of_variance(groups, values):
    """By the law of total variance: what is left of it within groups is taken away."""
    def variance(of):
        return sum(v * v for v in of) / len(of) - (sum(of) / len(of))**2

    within = [[v for g, v in zip(groups, values) if g == group] for group in set(groups)]
    return 1 - sum(len(w) * variance(w) for w in within) / len(values) / variance(values)


def check_report(path, trials, names, best):
    """Dots and curves are where the trials' numbers are."""
    circles = [(float(c.get("cx")), float(c.get("cy")), c.get("fill")) for c in drawn(path, "circle")]
    complete = [t for t in trials if t[1] == "complete"]
    pruned = [t for t in trials if t[1] == "pruned"]
    top = min(max(math.ceil(250 * best[2]), 10), 100)
    for colour, wanted in ((BLUE, complete), (GREY, pruned)):
        if not wanted:
            continue
        dots = [(x, y) for x, y, fill in circles if fill == colour and x < 500 and y < 410][:len(wanted)]  # then the legend
        assert is_affine([x for x, _ in dots], [t[0] for t in wanted])
        assert is_affine([y for _, y in dots], [min(100 * t[2], top) for t in wanted])
    so_far = next(points for points in drawn_curves(path) if len(points) == 2 * len(complete) - 1)
    lowest = [min(t[2] for t in complete[:i + 1]) for i in range(len(complete))]
    assert is_affine([y for _, y in so_far[::2]], [min(100 * v, top) for v in lowest])
    assert [a[1] for a in so_far[1::2]] == [a[1] for a in so_far[:-1:2]], "steps"
    assert sum(fill == "#888888" for _, _, fill in circles) == len(pruned) + (len(pruned) > 0), "where each was pruned"
    # A panel for each parameter that has several values: in order of the trials, then the best.
    varied = [i for i in range(len(names)) if len({t[3][i] for t in trials}) > 1]
    panels = {}
    for x, y, fill in circles:
        if y > 420:
            panels.setdefault((int((y - 380) // 225), int((x - 10) // 245)), []).append((x, fill))
    assert len(panels) == len(varied)
    for i, (_, dots) in zip(varied, sorted(panels.items())):
        words = [t[3][i] for t in pruned + complete] + [best[3][i]]
        assert [fill for _, fill in dots] == [GREY] * len(pruned) + [BLUE] * len(complete) + [ORANGE], names[i]
        places = {word: {x for x, fill in dots if fill != ORANGE} for word in words}
        for word in places:
            places[word] = {x for (x, _), other in zip(dots, words) if other == word}
            assert len(places[word]) == 1, (names[i], word)
        if all(re.fullmatch(r"[\d.e+-]+", word) for word in words) and names[i] != "batch":
            line = [math.log10(float(w)) if names[i] in ("rate", "decay") else float(w) for w in words]
            assert is_affine([x for x, _ in dots], line), names[i]
    # What goes with a parameter of few values.
    texts = drawn_texts(path)
    for i in varied:
        words = [t[3][i] for t in pruned + complete]
        if len(set(words)) <= 4:
            share = 100 * share_of_variance(words, [t[2] for t in pruned + complete])
            said = texts[max(k for k, text in enumerate(texts) if text == names[i]) + 1]
            assert abs(float(said.removesuffix(" %")) - share) < 0.0501, (names[i], said, share)


def check_files(folder, text):
    """Tables, model and drawing hold what the database holds."""
    table, epochs = (read_table(os.path.join(folder, name)) for name in ("trials.csv", "epochs.csv"))
    trials = content(folder)
    names = [name for name, in rows(folder, "SELECT name FROM parameters ORDER BY position")]
    assert len(table) == len(trials)
    for row, (number, state, value, parameters, values) in zip(table, trials):
        assert (int(row["trial"]), row["state"]) == (number, state)
        assert row["value"] == "" if value is None else float(row["value"]) == value
        assert [row[name] for name in names] == parameters
        assert float(row["ended"]) > float(row["started"]) and int(row["epochs"]) == len(values)
    kept = rows(folder, "SELECT rank, job, started, ended, message FROM trials ORDER BY number")
    assert [(int(r["rank"]), int(r["job"]), float(r["started"]), float(r["ended"])) for r in table] == [k[:4] for k in kept]
    assert [r["message"] for r in table] == [k[4].replace(",", ";") for k in kept]
    assert [(int(r["trial"]), int(r["epoch"]), float(r["value"])) for r in epochs] == \
        [(t[0], i, v) for t in trials for i, v in enumerate(t[4], 1)]
    for number, state, value, _, values in trials:
        assert state == "failed" or value == min(values), number
        assert f"latest trial {number}: {state}" in text or "resumed" in text
    lowest = None
    for state, error, best in re.findall(r"^latest trial \d+: (\w+)[^;\n]*?(?:, error ([\d.]+))? \(rank.*; best trial(?: \d+)?: (.+)$",
                                         text, re.M):
        if state == "complete" and "resumed" not in text:
            lowest = error if lowest is None else min(lowest, error)
        assert "resumed" in text or best == ("none yet" if lowest is None else f"complete, error {lowest}")
    best = min((t for t in trials if t[1] == "complete"), key=lambda t: (t[2], t[0]))
    found = re.search(r"^best trial (\d+): validation error ([\d.]+), test error ([\d.]+)$", text, re.M)
    assert float(found[2]) == round(best[2], 4)
    chosen = trials[int(found[1])]
    assert chosen[2] == best[2]
    for name, word in zip(names, chosen[3]):
        assert re.search(rf"^  {name} +{re.escape(word)}$", text, re.M), name
    with open(os.path.join(folder, "best_model.txt")) as file:
        lines = file.read().splitlines()
    assert lines[:1 + len(names)] == [f"trial {chosen[0]}"] + [f"{name} {word}" for name, word in zip(names, chosen[3])]
    assert not [name for name in os.listdir(folder) if name.endswith(".unfinished")]
    check_report(os.path.join(folder, "study.svg"), trials, names, chosen)
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
        assert len(busy) == ranks and all(int(row[1]) > 0 for row in busy)
        of_ranks = rows(output, "SELECT rank, count(*), sum(ended - started) FROM trials GROUP BY rank ORDER BY rank")
        (began, ended), = rows(output, "SELECT started, ended FROM jobs")
        for row, (rank, count, seconds) in zip(busy, of_ranks, strict=True):
            assert (int(row[0]), int(row[1])) == (rank, count) and abs(float(row[2]) - seconds) < 0.0051
            assert abs(float(row[2]) + float(row[3]) - (ended - began)) < 0.011
        found.append(content(output))
    assert len(found[0]) == 16 and len({tuple(t[3]) for t in found[0]}) == 16
    assert found[0] == found[1]


def pruned(folder):
    """Halving, replayed from the database: at epochs 2 and 6 one of three of those there goes on."""
    code, text = run("--sampler", "tpe", "--prune", "--trials", "20", "--epochs", "7", "--min-resource", "2", "--factor", "3",
                     "--output", folder)
    assert code == 0
    check_files(folder, text)
    trials = content(folder)
    arrivals = rows(folder, "SELECT trial, epoch FROM epochs WHERE epoch IN (2, 6) ORDER BY at, rowid")
    there = {2: [], 6: []}
    for number, epoch in arrivals:
        value = min(trials[number][4][:epoch])
        there[epoch].append(value)
        places = max(1, len(there[epoch]) // 3)
        goes_on = sum(other < value for other in there[epoch]) < places
        state, epochs = trials[number][1], len(trials[number][4])
        assert goes_on == (epochs > epoch), (number, epoch)
        assert goes_on or (state == "pruned" and f"trial {number}: pruned after epoch {epoch}, error" in text)
    assert len(there[2]) == len(trials) == 20
    assert all(len(t[4]) == 7 for t in trials if t[1] == "complete")
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
    parameters = rows(folder, "SELECT * FROM trial_parameters ORDER BY trial, position")
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
    assert rows(folder, "SELECT * FROM trial_parameters ORDER BY trial, position")[:len(parameters)] == parameters
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


def refused(folder):
    words, taken = os.path.join(folder, "words", "study.db"), os.path.join(folder, "taken")
    os.makedirs(os.path.dirname(words))
    os.makedirs(os.path.join(taken, "study.db"))
    with open(words, "w") as file:
        file.write("no database, but words; " * 10)
    kept, new = (os.path.join(folder, name) for name in ("kept", "new"))
    assert run("--trials", "1", "--output", kept)[0] == 0
    are_refused(run, [
        ("--sampler", "--sampler", "best", "--output", new),
        ("--epochs", "--epochs", "0", "--output", new),
        ('"speed" is no parameter', "--grid", "speed=1", "--output", new),
        ('units is "many", expected a number', "--grid", "units=many", "--output", new),
        ("expected at most 60000", "--images", "50000", "--validation", "20000", "--output", new),
        ("does not exist", "--data", os.path.join(folder, "nowhere"), "--output", new),
        (words, "--output", os.path.dirname(words)),  # not a database
        (words, "--output", os.path.join(words, "inside")),  # a file where there must be a folder
        ("unable to open database file", "--output", taken)])
    are_refused(run, [("its setting epochs = 4, this one's epochs = 5", "--epochs", "5", "--output", kept)])
    are_refused(run, [("its setting seed = 1, this one's seed = 2", "--seed", "2", "--output", kept)])
    assert len(content(kept)) == 1 and not os.path.exists(new)
    with open(words) as file:
        assert file.read() == "no database, but words; " * 10


def random(folder):
    """Other draws with another seed, the same with the same, the rates over all powers of ten; tpe begins with them."""
    found = []
    for sampler, seed in [("random", "1"), ("random", "1"), ("random", "2"), ("tpe", "1")]:
        output = os.path.join(folder, str(len(found)))
        code, text = run("--sampler", sampler, "--trials", "12", "--epochs", "1", "--images", "64", "--seed", seed,
                         "--output", output, start=command[-1:])
        assert code == 0
        check_files(output, text)
        found.append(content(output))
    assert found[0] == found[1] and all(a[3] != b[3] for a, b in zip(found[0], found[2], strict=True))
    assert [a[3] == b[3] for a, b in zip(found[0], found[3], strict=True)] == [True] * 10 + [False] * 2
    assert {math.floor(math.log10(float(t[3][4]))) for t in found[0] + found[2]} == {-4, -3, -2, -1}


def read_images(name, first, count):
    with gzip.open(os.path.join(DATA, name + "-images-idx3-ubyte.gz")) as file:
        file.seek(16 + 784 * first)
        pixels = file.read(784 * count)
    with gzip.open(os.path.join(DATA, name + "-labels-idx1-ubyte.gz")) as file:
        file.seek(8 + first)
        labels = file.read(count)
    return [(pixels[784 * i:784 * (i + 1)], labels[i]) for i in range(count)]


def model(folder):
    """The kept models, evaluated here, have the errors that the program says; on the real pictures."""
    for channels, trials in [(0, 6), (2, 3)]:
        model_with(channels, trials, os.path.join(folder, str(channels)))


def model_with(channels, trials, folder):
    code, text = run("--data", DATA, "--images", "600", "--validation", "80", "--test-images", "80", "--epochs", "5",
                     "--trials", str(trials), "--grid", "units=16", "--grid", "activation=sigmoid,relu,tanh", "--grid",
                     "rate=0.01", *(["--convolution", "--grid", f"channels={channels}"] if channels else []), "--output", folder)
    assert code == 0
    best, test_error = check_files(folder, text)
    assert best[2] < 0.6 and len(content(folder)) == trials
    assert best[4][-1] > best[2], "the kept weights are not those of the last epoch"
    with open(os.path.join(folder, "best_model.txt")) as file:
        lines = [line.split() for line in file]
    size = next(i for i, line in enumerate(lines) if line[0] == "weights") + 1
    head = dict(lines[:size])
    assert int(head.get("channels", 0)) == channels
    units, layers = int(head["units"]), int(head["layers"])
    weights = iter(float(word) for word, in lines[size:])
    function = {"tanh": math.tanh, "relu": lambda x: max(x, 0), "sigmoid": lambda x: 1 / (1 + math.exp(-x))}
    biases = [next(weights) for _ in range(channels)]
    maps = [(bias, [next(weights) for _ in range(9)]) for bias in biases]
    net = []
    for inputs, outputs in zip([169 * channels or 784] + [units] * layers, [units] * layers + [10]):
        biases = [next(weights) for _ in range(outputs)]
        net.append((biases, [[next(weights) for _ in range(inputs)] for _ in range(outputs)]))
    assert next(weights, None) is None

    def error(images):
        wrong = 0
        for pixels, label in images:
            x = [pixel / 255 for pixel in pixels]
            if maps:
                places = [28 * 2 * r + 2 * c for r in range(13) for c in range(13)]
                near = [28 * i + j for i in range(3) for j in range(3)]
                x = [function[head["activation"]](bias + sum(w * x[p + n] for w, n in zip(kernel, near, strict=True)))
                     for bias, kernel in maps for p in places]
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
