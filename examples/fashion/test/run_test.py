# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the whole program over ranks: run_test.py case data-folder launcher... program.

What counts are the files and the words it leaves: mpirun's own exit code is only asked to be zero or not."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import SKIPPED, are_refused, drawn, read_table, runner

case, data = sys.argv[1:3]
command = sys.argv[3:]
run = runner(command)
FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")


def rows(path):
    return [{key: float(text) for key, text in row.items()} for row in read_table(path)]


def check_figures(folder):
    for name in ("curves.svg", "examples.svg"):
        assert len(drawn(os.path.join(folder, name), "svg")) == 1, name


def learns(folder):
    output = os.path.join(folder, "a", "b")  # made on the way
    code, text = run("--data", data, "--output", output, "--images", "600", "--test-images", "500", "--epochs", "2",
                     "--batch", "20", "--rate", "0.05")
    assert code == 0
    check_figures(output)
    with open(os.path.join(output, "examples.svg")) as file:
        assert file.read().count("<image ") == 60
    training, test = rows(os.path.join(output, "training.csv")), rows(os.path.join(output, "test.csv"))
    assert len(training) == 60 and training[-1]["images"] == 1200 and training[-1]["epoch"] == 2
    assert 1.8 < training[0]["loss"] < 3.5, training[0]  # about log 10 before anything is learnt
    assert sum(row["loss"] for row in training[-10:]) / 10 < 1.0
    assert len(test) == 2 and test[-1]["accuracy"] > 0.6, test
    assert "600 training images" in text and "epoch 2: " in text and "accuracy" in text


def terminal(folder):
    """On a terminal there is a bar, elsewhere there is none; mpirun's own terminals for its ranks must not count."""
    options = ["--data", data, "--output", folder, "--images", "2000", "--test-images", "10", "--epochs", "1"]
    assert "[#" not in run(*options)[1]
    shown = bytearray()

    def keep(file):
        shown.extend(os.read(file, 1024))
        return bytes(shown[-1:])

    assert pty.spawn([*command, *options], keep) == 0
    assert re.search(rb"\r  \[[#-]{24}\] +\d+ %  \d+ images/s  \d+:\d\d left  loss \d", shown), bytes(shown)


def same_bits(folder):
    """A program started without mpirun is one rank; its curve must be that of the launcher's ranks."""
    curves = []
    for name, start in (("alone", command[-1:]), ("ranks", command)):
        output = os.path.join(folder, name)
        assert run("--data", data, "--output", output, "--images", "150", "--test-images", "100", "--epochs", "1", "--batch",
                   "17", start=start)[0] == 0
        with open(os.path.join(output, "training.csv")) as file:
            curves.append(file.read())
    assert curves[0].count("\n") == 1 + 9 and curves[0] == curves[1]


def stops(folder):
    # mpirun gives its ranks a second to end, used up or not; a loaded machine may need more. Meanwhile it reads nothing
    # of what they print: epochs take long enough not to fill the pipe.
    os.environ["OMPI_MCA_odls_base_sigkill_timeout"] = "4"
    program = subprocess.Popen([*command, "--data", data, "--output", folder, "--images", "5000", "--test-images", "100",
                                "--epochs", "100000"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text = ""
    while "epoch 2: " not in text:
        line = program.stdout.readline()
        assert line, text
        text += line
    program.send_signal(signal.SIGINT)
    start = time.monotonic()
    text += program.communicate(timeout=60)[0]
    print(text[-2000:], "\nended after", time.monotonic() - start, "s")
    assert program.returncode != 0
    assert "Stopped before the end, as asked." in text
    check_figures(folder)
    training = rows(os.path.join(folder, "training.csv"))
    assert training[-1]["epoch"] >= 2 and len(rows(os.path.join(folder, "test.csv"))) >= 2


def missing_folder(folder):
    nowhere = os.path.join(folder, "nowhere")
    are_refused(run, [(os.path.join(nowhere, FILES[0]) + ": does not exist", "--data", nowhere, "--output", folder)])


def broken_file(folder):
    for name in FILES:
        shutil.copy(os.path.join(data, name), folder)
    broken = os.path.join(folder, FILES[2])
    with open(broken, "r+b") as file:
        file.truncate(100000)
    are_refused(run, [(broken + ": ends too early", "--data", folder, "--output", folder)])
    with open(broken, "wb") as file:
        file.write(b"<html>404</html>")
    are_refused(run, [(broken + ": is not an IDX file", "--data", folder, "--output", folder)])


def wrong_option(folder):
    are_refused(run, [("--batch", "--batch", "0", "--output", folder), ("--speed", "--speed", "9", "--output", folder)])
    code, text = run("--help")
    assert code == 0 and text.count("--momentum") == 1


def unwritable_output(folder):
    file = os.path.join(folder, "file")
    open(file, "w").close()
    are_refused(run, [(file, "--data", data, "--output", os.path.join(file, "inside"))])


if case in ("learns", "terminal", "same_bits", "stops", "broken_file", "unwritable_output") and not os.path.isdir(data):
    print("skipped: no Fashion-MNIST in", data)
    sys.exit(SKIPPED)
with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
