# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""What the program computes, again and otherwise: in decimals of fifty digits, and by formulas written out."""

import math
from decimal import Decimal, getcontext

getcontext().prec = 50
STEP = Decimal("1e-15")
ONE = Decimal(1)


def exact(x):
    """The double that was written, to its last bit."""
    return x if isinstance(x, Decimal) else Decimal(float(x))


def logistic(z):
    return ONE / (ONE + (-z).exp())


ACTIVATIONS = {
    "sigmoid": lambda z: logistic(exact(z)),
    "tanh": lambda z: 2 * logistic(2 * exact(z)) - 1,
    "ReLU": lambda z: max(exact(z), Decimal(0)),
    "leaky ReLU": lambda z: exact(z) if exact(z) > 0 else exact(z) / 10,
    "maxout": lambda z: max(exact(z) / 2 + Decimal("0.2"), -exact(z) * 3 / 10),
    "ELU": lambda z: exact(z) if exact(z) > 0 else exact(z).exp() - 1,
    "softplus": lambda z: (ONE + exact(z).exp()).ln(),
}


def derivative(name, z):
    f = ACTIVATIONS[name]
    return float((f(exact(z) + STEP) - f(exact(z) - STEP)) / (2 * STEP))


def layers_loss(name, numbers, place, step):
    """The loss of three layers where one number, of a weight or of a layer's values, is moved by step."""
    kind, layer, row, column = place
    number = {key: exact(value) for key, value in numbers.items() if key[0] == "w" or key[1] == 0}
    moved = lambda k, v: [[x + (step if place == ("v", k, i, j) else 0) for j, x in enumerate(line)] for i, line in enumerate(v)]
    if kind == "w":
        number[place] += step
    width = (4, 5, 3, 2)
    v = moved(0, [[number["v", 0, i, j] for j in range(4)] for i in range(3)])
    for k in range(3):
        w = [[number["w", k, i, j] for j in range(width[k + 1])] for i in range(width[k])]
        v = [[ACTIVATIONS[name](sum(a * b for a, b in zip(line, column))) for column in zip(*w)] for line in v]
        v = moved(k + 1, v)
    return sum(x * x for line in v for x in line) / 2


CORNERS = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def answer(w, a, b):
    first, second = math.tanh(w[0] * a + w[1] * b + w[2]), math.tanh(w[3] * a + w[4] * b + w[5])
    return first, second, w[6] * first + w[7] * second + w[8]


def xor_loss(w):
    return sum((answer(w, a, b)[2] - wanted) ** 2 for a, b, wanted in CORNERS) / 4


def slope(w, a, b):
    """Of the network's answer by its weights."""
    first, second, _ = answer(w, a, b)
    df, ds = w[6] * (1 - first**2), w[7] * (1 - second**2)
    return [df * a, df * b, df, ds * a, ds * b, ds, first, second, 1.0]


def xor_trained(w, steps, rate, momentum):
    speed = [0.0] * 9
    for _ in range(steps):
        gradient = [0.0] * 9
        for a, b, wanted in CORNERS:
            residual = answer(w, a, b)[2] - wanted
            gradient = [g + residual * s / 2 for g, s in zip(gradient, slope(w, a, b))]
        speed = [momentum * v - rate * g for v, g in zip(speed, gradient)]
        w = [x + v for x, v in zip(w, speed)]
    return w


def hessian_of_xor(w):
    """Half the sum of o' o'^T + (o - wanted) o'' over the corners."""
    h = [[0.0] * 9 for _ in range(9)]
    for a, b, wanted in CORNERS:
        first, second, output = answer(w, a, b)
        s, x = slope(w, a, b), (a, b, 1)
        bend = [[0.0] * 9 for _ in range(9)]
        for at, unit, t in ((0, 6, first), (3, 7, second)):
            for i in range(3):
                for j in range(3):
                    bend[at + i][at + j] = w[unit] * -2 * t * (1 - t * t) * x[i] * x[j]
                bend[at + i][unit] = bend[unit][at + i] = (1 - t * t) * x[i]
        for i in range(9):
            for j in range(9):
                h[i][j] += (s[i] * s[j] + (output - wanted) * bend[i][j]) / 2
    return h


def negative_count(h, x):
    """How many eigenvalues are below x: the negative pivots of H - x (Sylvester's law of inertia)."""
    a = [[h[i][j] - (x if i == j else 0) for j in range(9)] for i in range(9)]
    count = 0
    for k in range(9):
        count += a[k][k] < 0
        for i in range(k + 1, 9):
            factor = a[i][k] / a[k][k]
            for j in range(k, 9):
                a[i][j] -= factor * a[k][j]
    return count
