# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Problems in NIST's format whose exact least squares are known: at the true parameters the errors are orthogonal to the
model's surface, so that no other parameters nearby are better. Derivatives are by complex steps, which are exact."""

import cmath
import math
import random

exp, cos, sin, atan, pi = cmath.exp, cmath.cos, cmath.sin, cmath.atan, cmath.pi


def grid(first, last, count=24):
    return [(first + (last - first) * i / (count - 1),) for i in range(count)]


def decays(b, x):
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)


def peaks(b, x):
    return b[0] * exp(-b[1] * x) + b[2] * exp(-((x - b[3]) / b[4]) ** 2) + b[5] * exp(-((x - b[6]) / b[7]) ** 2)


def cubics(b, x):
    return (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)


def cycles(b, x):
    t = 2 * pi * x
    return (b[0] + b[1] * cos(t / 12) + b[2] * sin(t / 12) + b[4] * cos(t / b[3]) + b[5] * sin(t / b[3])
            + b[7] * cos(t / b[6]) + b[8] * sin(t / b[6]))


def saturation(b, x):
    return b[0] * (1 - exp(-b[1] * x))


SATURATION, CHWIRUT = "y = b1*(1-exp[-b2*x])", "y = exp(-b1*x)/(b2+b3*x)"
LANCZOS = "y = b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)"
GAUSS = "y = b1*exp( -b2*x ) + b3*exp( -(x-b4)**2 / b5**2 )\n                + b6*exp( -(x-b7)**2 / b8**2 )"
CUBICS = "y = (b1+b2*x+b3*x**2+b4*x**3) /\n               (1+b5*x+b6*x**2+b7*x**3)"
# Name of NIST's data set, formula, the model in Python, true parameters, rows of predictors.
MODELS = [
    ("Misra1a", SATURATION, saturation, [240, 5.5e-4], grid(80, 760, 14)),
    ("Misra1b", "y = b1 * (1-(1+b2*x/2)**(-2))", lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** -2), [340, 4e-4], grid(80, 760, 14)),
    ("Misra1c", "y = b1 * (1-(1+2*b2*x)**(-.5))", lambda b, x: b[0] * (1 - (1 + 2 * b[1] * x) ** -0.5), [640, 2e-4], grid(80, 760, 14)),
    ("Misra1d", "y = b1*b2*x*((1+b2*x)**(-1))", lambda b, x: b[0] * b[1] * x / (1 + b[1] * x), [440, 3e-4], grid(80, 760, 14)),
    ("Chwirut1", CHWIRUT, lambda b, x: exp(-b[0] * x) / (b[1] + b[2] * x), [0.19, 0.006, 0.0105], grid(0.5, 6)),
    ("Chwirut2", CHWIRUT, lambda b, x: exp(-b[0] * x) / (b[1] + b[2] * x), [0.17, 0.005, 0.012], grid(0.5, 6)),
    ("Lanczos1", LANCZOS, decays, [0.1, 0.5, 0.9, 3, 1.6, 12], grid(0, 4, 40)),
    ("Lanczos2", LANCZOS, decays, [0.2, 0.4, 0.8, 3, 1.5, 14], grid(0, 4, 40)),
    ("Lanczos3", LANCZOS, decays, [0.3, 0.6, 0.7, 4, 1.4, 20], grid(0, 4, 40)),
    ("Gauss1", GAUSS, peaks, [99, 0.0105, 100, 67, 23, 71, 179, 18], grid(1, 250, 60)),
    ("Gauss2", GAUSS, peaks, [99, 0.011, 102, 107, 23.6, 72, 153, 19.5], grid(1, 250, 60)),
    ("Gauss3", GAUSS, peaks, [98, 0.011, 101, 111, 23.3, 74, 147, 19.7], grid(1, 250, 60)),
    ("DanWood", "y  = b1*x**b2", lambda b, x: b[0] * x ** b[1], [0.77, 3.9], grid(1.3, 1.7, 6)),
    ("Kirby2", "y = (b1 + b2*x + b3*x**2) /\n               (1 + b4*x + b5*x**2)",
     lambda b, x: (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2), [1.7, -0.14, 0.0026, -0.0017, 2.2e-5], grid(9, 370, 60)),
    ("Hahn1", CUBICS, cubics, [1.1, -0.12, 0.004, -1.4e-6, -0.006, 2.4e-4, -1.2e-7], grid(14, 850, 80)),
    ("Nelson", "log[y] = b1 - b2*x1 * exp[-b3*x2]", lambda b, x, t: b[0] - b[1] * x * exp(-b[2] * t), [2.6, 5e-3, -0.02],
     [(w, t) for w in (1, 2, 4, 8, 16) for t in (180, 200, 225, 250)]),
    ("MGH09", "y = b1*(x**2+x*b2) / (x**2+x*b3+b4)", lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]), [0.19, 0.19, 0.12, 0.14], grid(0.06, 4, 11)),
    ("MGH10", "y = b1 * exp[b2/(x+b3)]", lambda b, x: b[0] * exp(b[1] / (x + b[2])), [0.0056, 6181, 345], grid(50, 125, 16)),
    ("MGH17", "y = b1 + b2*exp[-x*b4] + b3*exp[-x*b5]", lambda b, x: b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]), [0.4, 1.9, -1.5, 0.013, 0.03], grid(0, 320, 33)),
    ("Roszman1", "y =  b1 - b2*x - arctan[b3/(x-b4)]/pi", lambda b, x: b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi, [0.2, -6e-6, 1200, -180], grid(-4800, -460, 25)),
    ("ENSO", "y = b1 + b2*cos( 2*pi*x/12 ) + b3*sin( 2*pi*x/12 )\n                + b5*cos( 2*pi*x/b4 ) + b6*sin( 2*pi*x/b4 )\n"
     "                + b8*cos( 2*pi*x/b7 ) + b9*sin( 2*pi*x/b7 )", cycles, [10.5, 3, 0.5, 44, -1.6, 0.5, 27, 0.2, 1.5], grid(1, 168, 168)),
    ("Thurber", CUBICS, cubics, [1288, 1491, 583, 75, 0.97, 0.4, 0.05], grid(-3, 2.2, 37)),
    ("BoxBOD", SATURATION, saturation, [214, 0.55], grid(1, 10, 6)),
    ("Rat42", "y = b1 / (1+exp[b2-b3*x])", lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)), [72, 2.6, 0.067], grid(9, 79, 9)),
    ("Rat43", "y = b1 / ((1+exp[b2-b3*x])**(1/b4))", lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)) ** (1 / b[3]), [700, 5.3, 0.76, 1.3], grid(1, 15, 15)),
    ("Eckerle4", "y = (b1/b2) * exp[-0.5*((x-b3)/b2)**2]", lambda b, x: b[0] / b[1] * exp(-0.5 * ((x - b[2]) / b[1]) ** 2), [1.55, 4.1, 451.5], grid(430, 470, 35)),
    ("Bennett5", "y = b1 * (b2+x)**(-1/b3)", lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]), [-2500, 47, 0.93], grid(7, 60, 60)),
]


def dot(u, v):
    return math.fsum(a * b for a, b in zip(u, v))


def columns_of(model, b, rows):
    step = 1e-40
    return [[model([v + 1j * step * (j == k) for k, v in enumerate(b)], *row).imag / step for row in rows] for j in range(len(b))]


def made(name, formula, model, b, rows, seed=7):
    """Text of the file, with lines elsewhere than in NIST's, and its parameters, deviations and sum of squares."""
    generator = random.Random(seed)
    value = [model(b, *row).real for row in rows]
    size = math.sqrt(dot(value, value) / len(value))
    errors = [0.01 * size * generator.uniform(-1, 1) for _ in rows]
    basis, triangle = [], []  # Gram and Schmidt, twice
    for column in columns_of(model, b, rows):
        coefficients = [0.0] * len(basis)
        for _ in range(2):
            for k, q in enumerate(basis):
                c = dot(q, column)
                coefficients[k] += c
                column = [x - c * y for x, y in zip(column, q)]
        length = math.sqrt(dot(column, column))
        basis.append([x / length for x in column])
        triangle.append(coefficients + [length])
    for _ in range(2):
        for q in basis:
            c = dot(q, errors)
            errors = [e - c * y for e, y in zip(errors, q)]
    total = dot(errors, errors)
    deviation = math.sqrt(total / (len(rows) - len(b)))
    inverse = [[0.0] * len(b) for _ in b]  # of the upper triangular factor, by rows
    for j in range(len(b)):
        inverse[j][j] = 1 / triangle[j][j]
        for i in range(j - 1, -1, -1):
            inverse[i][j] = -sum(triangle[k][i] * inverse[k][j] for k in range(i + 1, j + 1)) / triangle[i][i]
    deviations = [deviation * math.sqrt(dot(row, row)) for row in inverse]
    responses = [v + e for v, e in zip(value, errors)]
    if formula.startswith("log"):
        responses = [math.exp(y) for y in responses]

    n, first, data = len(b), 31, 51
    lines = [""] * (data - 1)
    lines[:7] = ["NIST/ITL StRD", f"Dataset Name:  {name}   ({name}.dat)", "", "File Format:   ASCII",
                 f"               Starting Values   (lines {first} to {first + n - 1})",
                 f"               Certified Values  (lines {first} to {first + n + 4})",
                 f"               Data              (lines {data} to {data + len(rows) - 1})"]
    text = f"               {formula}  +  e".split("\n")
    lines[15:15 + len(text)] = text
    for j in range(n):
        far, close = (b[j] * (1 + share * (-1) ** j) for share in (0.02, 0.005))
        lines[first - 1 + j] = f"  b{j + 1} =  {far!r}  {close!r}   {b[j]!r}  {deviations[j]!r}"
    lines[first + n:first + n + 4] = [
        f"Residual Sum of Squares:                    {total!r}", f"Residual Standard Deviation:                {deviation!r}",
        f"Degrees of Freedom:                         {len(rows) - n}", f"Number of Observations:                     {len(rows)}"]
    lines[data - 2] = "Data:   y   x"
    lines += ["  ".join(repr(float(x)) for x in (y, *row)) for y, row in zip(responses, rows)]
    return "\n".join(lines) + "\n", b, deviations, total
