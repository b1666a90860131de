# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program and holds its gradients against differences of sixty digits: run_test.py program."""

import csv
import math
import os
import subprocess
import sys
import tempfile
from decimal import Decimal, getcontext

getcontext().prec = 60
STEP = Decimal("1e-20")
ROWS, COLUMNS = 6, 3


def solved(m, rhs):
    """By elimination without pivots, which symmetric positive definite matrices need not."""
    n = len(rhs)
    a = [[*row, x] for row, x in zip(m, rhs)]
    for k in range(n):
        for i in range(n):
            if i != k:
                factor = a[i][k] / a[k][k]
                a[i] = [x - factor * y for x, y in zip(a[i], a[k])]
    return [a[k][n] / a[k][k] for k in range(n)]


def normal_matrix(a):
    return [[sum(row[i] * row[j] for row in a) for j in range(COLUMNS)] for i in range(COLUMNS)]


def cost_of_solution(a, b):
    x = solved(normal_matrix(a), [sum(row[j] * y for row, y in zip(a, b)) for j in range(COLUMNS)])
    return x[0].exp() + x[1] * x[2] + x[2] * x[2]


def cost_of_parts(a, _):
    """By the normal matrix: its largest eigenvector v by repeated squaring, p' A_1 q = (p' A v)(q' v); its determinant."""
    m = normal_matrix(a)
    ((p, q, r), (_, s, t), (_, _, u)) = m
    determinant = p * (s * u - t * t) - q * (q * u - t * r) + r * (q * t - s * r)
    for _ in range(12):
        m = [[sum(x * y for x, y in zip(row, column)) for column in zip(*m)] for row in m]
        scale = sum(m[k][k] for k in range(COLUMNS))
        m = [[x / scale for x in row] for row in m]
    v = m[0]
    length = sum(x * x for x in v).sqrt()
    v = [x / length for x in v]
    weight = lambda i: Decimal(math.cos(i * i))
    pav = sum(weight(i) * sum(x * y for x, y in zip(row, v)) for i, row in enumerate(a))
    return pav * sum(weight(j + 7) * x for j, x in enumerate(v)) + determinant.ln() / 2


def derivative(cost, numbers, k):
    def moved(step):
        x = list(numbers)
        x[k] += step
        return cost([x[i * COLUMNS:(i + 1) * COLUMNS] for i in range(ROWS)], x[ROWS * COLUMNS:])

    return float((moved(STEP) - moved(-STEP)) / (2 * STEP))


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "gradients.csv")
    done = subprocess.run([sys.argv[1], path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    print(done.stdout)
    assert done.returncode == 0
    assert done.stdout.count("the same gradient") == 4 and "ANOTHER" not in done.stdout
    with open(path, newline="") as file:
        table = [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(file)]

assert len(table) == ROWS * COLUMNS + ROWS
numbers = [Decimal(row["value"]) for row in table]
for k, row in enumerate(table):
    for columns, cost in ((("least_squares", "by_closed_form"), cost_of_solution), (("svd", "svd_by_closed_form"), cost_of_parts)):
        exact = derivative(cost, numbers, k)
        for column in columns:
            assert abs(row[column] - exact) < 1e-13 * (1 + abs(exact)), (k, column, row[column], exact)

refused = subprocess.run([sys.argv[1], "/nowhere/gradients.csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=100)
assert refused.returncode == 1 and "/nowhere/gradients.csv: cannot be written" in refused.stderr
