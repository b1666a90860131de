# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What the benchmarks `batch` and `peers` measured, from the files that they write with --benchmark_out."""

import json

PEERS = {"ceres_jet": "ceres::Jet", "sacado_sfad": "Sacado SFad", "adolc_replay": "ADOL-C, traced once"}
HAND, EIGHT_LANES, ROWS_ONLY, MANY_PATHS = "hand", "eight_lanes", "rows_only", "many_paths"

# What ran, by a word in the benchmark's name: dad's own calls are one thing.
RUNS = {
    **dict.fromkeys(("eval_into", "batch_sum", "jacobian", "jacobian_into"), "dad"),
    **{word: word for word in (HAND, EIGHT_LANES, ROWS_ONLY, MANY_PATHS, *PEERS)},
}

# By the first word in a benchmark's name: words for it, and dad's target and a further one for its time over plain double.
FUNCTIONS = {
    "black_scholes": ("Black-Scholes, 5 inputs", 0.5, 0.3),
    "network": ("Network 2-16-16-1, 337 inputs", 1.1, 0.7),
    "rosenbrock": ("Rosenbrock, 10 inputs", 3.5, 2),
    "lotka_volterra": ("Lotka-Volterra, 200 steps, 5 inputs", 0.8, 0.4),
    "piecewise_cubic": ("Piecewise cubic, 8 paths, 12 inputs", 8, 4),
    "gmm": ("Gaussian mixture, sum over 1000 samples, 28,050 shared inputs", 3, 1.5),
    "bundle_adjustment": ("Bundle adjustment, Jacobian 2 x 15", 3, 1.5),
}


def read(paths):
    """{function: {what ran: counters}}; of several runs in several files the last."""
    found = {}
    for path in paths:
        with open(path) as file:
            for run in json.load(file)["benchmarks"]:
                function, *words = run["name"].split("/")
                for word in words:
                    if word in RUNS:
                        found.setdefault(function, {})[RUNS[word]] = run
    return found
