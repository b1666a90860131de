# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""dad over a TCP network: the MPI test programs on three hosts, a job that loses a host and resumes, a slow link.

over_tcp.py MPIRUN JOURNALED_JOB LARGE_INPUTS TEST_PROGRAM...

The hosts are made by hosts.py. Exits with 77 where that is not possible (CTest's SKIP_RETURN_CODE), and with 1 where
something is not as it should be.
"""

import math
import pathlib
import re
import shutil
import sys
import time

import hosts

HOST_COUNT = 3
SECONDS = 270  # all of it; CTest's own limit is above
PROGRAM_SECONDS = 60
# Open MPI asks a silent host after 5 s, then every 2 s, and gives it up after 3 questions; by default after minutes.
KEEPALIVE = [("oob_tcp_keepalive_time", 5), ("oob_tcp_keepalive_intvl", 2), ("oob_tcp_keepalive_probes", 3)]

failures = []


def check(is_right, claim, details=""):
    if not is_right:
        failures.append(claim)
        print(f"FAILED: {claim}", details.rstrip(), sep="\n", flush=True)


def say(text):
    print(text, flush=True)


def finish(network, job, seconds):
    """Waits for a job; whether it ended by itself. Nothing of it is left on the hosts."""
    ended = job.wait(seconds)
    network.end_jobs()
    return ended


def run_test_program(network, program, ranks_per_host):
    ranks = ranks_per_host * len(network.hosts)
    name = f"{pathlib.Path(program).name} on {ranks} ranks"
    job = network.mpirun(ranks_per_host, [program])
    ended = finish(network, job, PROGRAM_SECONDS)
    # mpirun's own exit code is not reliable; the program's rank 0 writes a line that sums over all ranks.
    sums = re.findall(r"^(\d+) passed, (\d+) failed on (\d+) ranks$", job.output(), re.MULTILINE)
    passed, failed, on = map(int, sums[0]) if len(sums) == 1 else (0, 0, 0)
    is_right = ended and passed > 0 and failed == 0 and on == ranks
    check(is_right, name, job.output() if ended else f"{job.output()}\nnot over after {PROGRAM_SECONDS} s")
    say(f"{name}: {job.seconds():.2f} s, {passed} passed")


def test_programs(network, programs):
    job = network.mpirun(1, ["cat", "/proc/sys/kernel/hostname"])
    finish(network, job, 60)
    check(sorted(job.output().split()) == network.hosts, "every host runs a rank", job.output())
    say(f"a program that does nothing on {len(network.hosts)} hosts: {job.seconds():.2f} s")

    before = network.bytes_to(network.hosts[-1])
    for program in programs:
        for ranks_per_host in (1, 2):
            run_test_program(network, program, ranks_per_host)
    say(f"{(network.bytes_to(network.hosts[-1]) - before) / 1e6:.1f} MB went to {network.hosts[-1]}")


class Results:
    """What the journaled job writes."""

    def __init__(self, path):
        lines = path.read_text().splitlines() if path.exists() else ["resumed 0 called 0"]
        _, self.resumed, _, self.called = (int(word) if word.isdigit() else word for word in lines[0].split())
        self.lines = lines[1:]


def are_close(lines):
    """Whether the lines are x sin(x) and its derivative at 0, 1, 2, ..., from Python's own functions."""
    for x, line in enumerate(lines):
        value, gradient = map(float.fromhex, line.split())
        expected = x * math.sin(x), math.sin(x) + x * math.cos(x)
        if not all(abs(a - b) <= 1e-12 * max(1.0, x) for a, b in zip((value, gradient), expected)):
            return False
    return True


def test_cut_and_resume(network, program):
    count = 300
    folder = network.folder / "journaled"
    folder.mkdir()
    victim = network.hosts[-1]

    def start(results, *journal):
        return network.mpirun(1, [program, folder / results, *journal], KEEPALIVE)

    whole = start("whole")
    check(finish(network, whole, 60), "the job that nothing disturbs ends", whole.output())
    expected = Results(folder / "whole")
    check(len(expected.lines) == count and are_close(expected.lines), "its results are right", whole.output())
    check(expected.resumed == 0 and expected.called == count, "it calls f for all inputs")
    say(f"undisturbed: {whole.seconds():.2f} s")

    def done(job):
        return max(map(int, re.findall(r"^done (\d+) of", job.output(), re.MULTILINE)), default=0)

    journal = folder / "run.dadj"
    first = start("resumed", journal)
    is_under_way = first.wait_until(lambda: done(first) >= count // 3, 60)
    network.cut(victim)
    cut_at = time.monotonic()
    done_at_cut = done(first)
    check(is_under_way and done_at_cut < count, "the host is cut off while the job is under way", first.output())
    noticed = first.wait(60)
    say(
        f"cut off {victim} at {done_at_cut} of {count}; mpirun "
        + (f"ended {first.ended - cut_at:.1f} s later" if noticed else "did not notice in 60 s")
        + f", with {done(first)} done"
    )
    say(f"{network.end_jobs()} processes had to be killed")
    check(not (folder / "resumed").exists(), "no results come from a job that lost a host", first.output())
    done_before = done(first)

    network.mend(victim)
    second = start("resumed", journal)
    check(finish(network, second, 60), "the same command ends after the host is back", second.output())
    resumed = Results(folder / "resumed")
    check(resumed.lines == expected.lines, "the resumed results are, bit for bit, the undisturbed ones", second.output())
    check(resumed.resumed > 0, "inputs are resumed from the journal")
    check(resumed.resumed >= done_before, "all that was done is resumed", f"{resumed.resumed} of {done_before}")
    check(resumed.called < count, "f is not called for all inputs again", f"called for {resumed.called}")
    check(resumed.resumed + resumed.called >= count, "f is called for all inputs that are not resumed")
    say(f"resumed: {second.seconds():.2f} s, {resumed.resumed} from the journal, f called for {resumed.called}")


def test_slow_link(network, program):
    if shutil.which("tc") is None:
        say("no slow link: there is no command tc")
        return
    slow = network.hosts[1]
    try:
        network.limit(slow, "200mbit")
    except RuntimeError as error:
        say(f"no slow link: {error}")
        return
    before = network.bytes_to(slow)
    job = network.mpirun(1, [program])
    check(finish(network, job, 60), "the job over a slow link ends", job.output())
    sent = network.bytes_to(slow) - before
    check("6 of 6 right on 3 ranks" in job.output(), "its results are right", job.output())
    check(sent >= 20e6, "the inputs went over the slow link", f"{sent} bytes")
    check(job.seconds() >= 0.9 * sent * 8 / 200e6, "the link was slow", f"{sent} bytes in {job.seconds():.2f} s")
    say(f"two inputs of 10 MB over 200 Mbit/s: {job.seconds():.2f} s, {sent / 1e6:.1f} MB")


def main(mpirun, journaled_job, large_inputs, *programs):
    with hosts.stoppable(SECONDS):
        try:
            hosts.require_possible()
        except hosts.NotPossible as error:
            say(f"skipped: {error}")
            return 77
        if left := hosts.remove_leftovers():
            say(f"removed what an earlier run left: {', '.join(left)}")
        began = time.monotonic()
        with hosts.Network(HOST_COUNT, mpirun) as network:
            say(f"{HOST_COUNT} hosts: {time.monotonic() - began:.2f} s")
            test_programs(network, programs)
            test_cut_and_resume(network, journaled_job)
            test_slow_link(network, large_inputs)
    say(f"{len(failures)} failures" if failures else "all as it should be")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except hosts.Stopped as stopped:
        say(str(stopped))
        sys.exit(1)
