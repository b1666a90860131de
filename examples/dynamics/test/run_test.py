# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Runs the program over ranks: run_test.py case launcher... program. Pendulums swing again here, by forces by hand; of
the chain, momenta, centre of mass and energy are those of mechanics."""

import math
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support/test"))
from program import are_refused, drawn, drawn_curves, read_table, runner, same_files

case, command = sys.argv[1], sys.argv[2:]
run = runner(command)
INERTIA, WEIGHT, STEP = 1 * 20**2, 1 * 9.8 * 20, .01  # of the pendulum
LENGTH, STIFFNESS, GRAVITY = .2, 8, 2  # of the chain, of unit masses
THROWS = [1, 0, .5, 1.5]


def motions(folder, name):
    """By start and step: positions, momenta and the energy."""
    result = {}
    for row in read_table(os.path.join(folder, name)):
        at = result.setdefault(int(row["start"]), {}).setdefault(int(row["step"]), ([], [], float(row["energy"])))
        assert math.isclose(float(row["time"]), int(row["step"]) * STEP) and int(row["coordinate"]) == len(at[0])
        at[0].append(float(row["q"]))
        at[1].append(float(row["p"]))
    return result


def close(got, expected, tolerance):
    assert abs(got - expected) <= tolerance, (got, expected)


def energy(q, p):
    return p * p / INERTIA - WEIGHT * math.cos(q)


def euler(q, p):
    return q + STEP * 2 * p / INERTIA, p - STEP * WEIGHT * math.sin(q)


def symplectic_euler(q, p):
    p -= STEP * WEIGHT * math.sin(q)
    return q + STEP * 2 * p / INERTIA, p


def leapfrog(q, p):
    p -= STEP / 2 * WEIGHT * math.sin(q)
    q += STEP * 2 * p / INERTIA
    return q, p - STEP / 2 * WEIGHT * math.sin(q)


def check_printed(text):
    """Against numbers that were published with nine digits."""
    close(float(re.search(r"at pi/4: dH/dq (\S+)", text)[1]), 138.5929291, 6e-8)
    numbers = [float(n) for n in re.search(r"chain: H (.*)", text)[1].replace(", dH/dq", "").split()]
    published = [2.0290863988, -.514437295, 1.794225082, .274437295, 2.525774918, -.728916494, 1.195541753,
                 1.056436808, 2.615738718, -.087520314, 1.868719529]
    assert len(numbers) == len(published)
    for a, b in zip(numbers, published):
        close(a, b, 1.1e-9)


def check_methods(text, folder, steps, chain_steps):
    """Where the first pendulum is by each method, its energy on the way, and what happens to areas."""
    curves = {}
    for row in read_table(os.path.join(folder, "energy.csv")):
        curves.setdefault(row["method"], []).append((float(row["time"]), float(row["energy"])))
    for name, move in (("explicit Euler", euler), ("symplectic Euler", symplectic_euler), ("leapfrog", leapfrog)):
        number = r"(\S+)"
        q, p, change, areas, chain = map(float, re.search(
            f"{name}: q {number}, p {number}, energy off by {number}, areas off by {number}; chain's energy off by {number}",
            text).groups())
        state, path = (math.pi / 4, 0), [energy(math.pi / 4, 0)]
        for _ in range(steps):
            state = move(*state)
            path.append(energy(*state))
        close(q, state[0], 1e-10)
        close(p, state[1], 1e-8)
        close(change, path[-1] - path[0], .01 * abs(path[-1] - path[0]) + 1e-9)
        for time, value in curves[name]:
            close(value, path[round(time / STEP)], 1e-8)
        if name == "explicit Euler":
            # A step stretches areas by 1 + step^2 (2 / inertia) weight cos q, of which here the worst start is near.
            stretched = (1 + STEP**2 * 2 / INERTIA * WEIGHT)**steps - 1
            assert 0.3 * stretched < areas <= stretched * 1.0001, (areas, stretched)
        else:
            assert areas < 1e-9, "areas are kept"
        # Gravity alone takes STEP / 2 g times what it gives to the momenta; leapfrog is exact in it.
        fallen = 5 * GRAVITY * chain_steps * STEP
        close(chain, {"explicit Euler": 1, "symplectic Euler": -1, "leapfrog": 0}[name] * STEP / 2 * GRAVITY * fallen, .1)
    errors = {name: max(abs(value - curve[0][1]) for _, value in curve) for name, curve in curves.items()}
    assert errors["explicit Euler"] > 2 * errors["symplectic Euler"] > 50 * errors["leapfrog"] > 0, errors


def check_pendulums(paths, steps):
    for states in paths.values():
        (q,), (p,), _ = states[0]
        for step in range(steps + 1):
            if step in states:
                (x,), (y,), e = states[step]
                # From beside the top, where it is unstable, differences grow by exp(t).
                close(x, q, 1e-9)
                close(y, p, 1e-7)
                close(e, energy(x, y), 1e-10 * WEIGHT)
            q, p = symplectic_euler(q, p)
        assert max(states) == steps
    first = paths[0]
    close(first[1][0][0], .785328867, 6e-10)
    close(first[1][1][0], -1.385929291, 6e-10)
    close(first[100][0][0], .456626024, 6e-10)
    close(first[100][1][0], -121.758487, 6e-7)


def forces(q):
    """dH/dq of the chain."""
    force = [0.0 if k % 2 == 0 else float(GRAVITY) for k in range(10)]
    for k in range(0, 8, 2):
        apart = math.dist(q[k:k + 2], q[k + 2:k + 4])
        for axis in (0, 1):
            pull = STIFFNESS * (apart - LENGTH) * (q[k + 2 + axis] - q[k + axis]) / apart
            force[k + axis] -= pull
            force[k + 2 + axis] += pull
    return force


def check_chains(paths, steps):
    assert len(paths) == len(THROWS)
    for (start, states), speed in zip(paths.items(), THROWS):
        for step, (q, p, h) in states.items():
            assert len(q) == len(p) == 10
            # Springs pull both ends alike: all of it falls as one mass, in steps; and turns on as it did.
            speeds = [sum(p[k::2]) / 5 for k in (0, 1)]
            began = [speed * sum(.1 * i for i in range(k, 10, 2)) / 5 for k in (0, 1)]
            close(speeds[0], began[0], 1e-12)
            close(speeds[1], began[1] - GRAVITY * STEP * step, 1e-12)
            middle, first = ([sum(s[0][k::2]) / 5 for k in (0, 1)] for s in (states[step], states[0]))
            close(middle[0], first[0] + began[0] * STEP * step, 1e-12)
            close(middle[1], first[1] + began[1] * STEP * step - GRAVITY * STEP**2 * step * (step + 1) / 2, 1e-12)
            turning = [sum((s[0][k] - m[0]) * s[1][k + 1] - (s[0][k + 1] - m[1]) * s[1][k] for k in range(0, 10, 2))
                       for s, m in ((states[step], middle), (states[0], first))]
            close(turning[0], turning[1], 1e-12)
            springs = sum(STIFFNESS / 2 * (math.dist(q[k:k + 2], q[k + 2:k + 4]) - LENGTH)**2 for k in range(0, 8, 2))
            close(h, sum(x * x for x in p) / 2 + GRAVITY * sum(q[1::2]) + springs, 1e-12)
            # The method keeps H - step / 2 dH/dq . dH/dp but for terms of second order (Hairer, Lubich, Wanner, Geometric
            # Numerical Integration, section IX.3).
            kept = [e - STEP / 2 * sum(map(float.__mul__, forces(r), s)) for r, s, e in (states[step], states[0])]
            close(kept[0], kept[1], 2e-3)
        # Each step is of the forces of the springs.
        for step in range(steps):
            if step in states and step + 1 in states:
                (q, p, _), (r, s, _) = states[step], states[step + 1]
                for k, force in enumerate(forces(q)):
                    close(s[k], p[k] - STEP * force, 1e-12)
                    close(r[k], q[k] + STEP * s[k], 1e-12)
        assert max(states) == steps


def check_figure(path, starts):
    paper, = drawn(path, "svg")
    width, height = float(paper.get("width")), float(paper.get("height"))
    lines = drawn_curves(path)
    assert all(0 <= x <= width and 0 <= y <= height for line in lines for x, y in line)
    assert sum(len(line) > 20 for line in lines) >= starts + 3 + 5, "swings, energies, and the paths of five masses"


def numbers(folder):
    ranks, alone = (os.path.join(folder, name) for name in ("ranks", "alone"))
    options = "--starts", "5", "--steps", "700"
    code, text = run(*options, "--output", ranks)
    assert code == 0
    assert run(*options, "--output", alone, start=command[-1:]) == (0, text)
    same_files(alone, ranks)
    check_printed(text)
    check_methods(text, ranks, 700, 150)
    pendulums = motions(ranks, "pendulum.csv")
    assert len(pendulums) == 1 + 3 * 5
    check_pendulums(pendulums, 700)
    check_chains(motions(ranks, "chain.csv"), 150)
    check_figure(os.path.join(ranks, "dynamics.svg"), 16)

    # Only some of the states are kept, and the last one.
    code, text = run("--starts", "0", "--steps", "50", "--chain-steps", "8", "--every", "20", "--output", ranks)
    assert code == 0
    pendulums = motions(ranks, "pendulum.csv")
    assert list(pendulums) == [0] and list(pendulums[0]) == [0, 20, 40, 50]
    assert list(motions(ranks, "chain.csv")[0]) == [0, 8]


def refused(folder):
    """Said once, not by every rank, and none of them is left waiting."""
    taken = os.path.join(folder, "taken")
    open(taken, "w").close()
    are_refused(run, [("--steps", "--steps", "0"), ("--step:", "--step", "-0.1"), ("inf is not", "--step", "inf"),
                      ("--starts", "--starts", "few"), ("--every", "--every", "0"),
                      (taken + ": cannot be made a folder", "--output", taken)])


with tempfile.TemporaryDirectory() as folder:
    globals()[case](folder)
