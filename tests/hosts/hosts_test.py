# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Hosts are of their own, can be cut off, and leave nothing behind, however the process that made them ends."""

import pathlib
import signal
import subprocess
import sys
import time
import unittest

import hosts

# Makes hosts with a process on one of them, says so, and then does what it is told.
PROGRAM = """
import subprocess, sys, time, hosts
with hosts.stoppable(int(sys.argv[2])), hosts.Network(2) as network:
    subprocess.Popen([network.agent, "dad2", "exec sleep 1000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not network.processes("dad2"):
        time.sleep(0.01)
    print(network.name, flush=True)
    if sys.argv[1] == "raise":
        raise RuntimeError("on purpose")
    time.sleep(60 if sys.argv[1] == "sleep" else 0)
"""


def start(what, seconds=60):
    """A process that has made hosts, and their name. It ends after so many seconds, whatever becomes of the test."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", PROGRAM, what, str(seconds)],
        cwd=pathlib.Path(__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().strip()


def sleepers():
    """How many processes sleep as PROGRAM's do."""
    found = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += path.read_bytes() == b"sleep\0" + b"1000\0"
        except OSError:
            pass
    return found


class Teardown(unittest.TestCase):
    def setUp(self):
        self.sleepers_before = sleepers()

    def assert_nothing_is_left(self, name):
        self.assertRegex(name, "dad-hosts-")
        self.assertNotIn(name, hosts.existing())
        self.assertEqual(sleepers(), self.sleepers_before)

    def test_at_the_end(self):
        process, name = start("end")
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, errors)
        self.assert_nothing_is_left(name)

    def test_after_an_exception(self):
        process, name = start("raise")
        self.assertIn("on purpose", process.communicate(timeout=30)[1])
        self.assert_nothing_is_left(name)

    def test_after_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process, name = start("sleep")
            self.assertIn(name, hosts.existing())
            process.send_signal(number)
            self.assertIn(f"stopped by {number.name}", process.communicate(timeout=30)[1])
            self.assert_nothing_is_left(name)

    def test_after_its_time(self):
        process, name = start("sleep", seconds=2)
        self.assertIn("stopped by SIGALRM", process.communicate(timeout=30)[1])
        self.assert_nothing_is_left(name)

    def test_of_a_killed_process_by_the_next(self):
        alive, name_of_alive = start("sleep")
        process, name = start("sleep")
        process.kill()
        while hosts.start_of_process(process.pid):  # it stays a zombie until it is waited for
            time.sleep(0.01)
        self.assertIn(name, hosts.existing())
        self.assertGreater(sleepers(), self.sleepers_before)
        self.assertIn(name, hosts.remove_leftovers())
        self.assertIn(name_of_alive, hosts.existing())
        process.communicate(timeout=30)
        alive.terminate()
        alive.communicate(timeout=30)
        for each in (name, name_of_alive):
            self.assert_nothing_is_left(each)


class Hosts(unittest.TestCase):
    def test_are_apart_and_joined_by_the_switch(self):
        with hosts.stoppable(60), hosts.Network(2) as network:
            self.assertEqual(network.on("dad2", "cat", "/proc/sys/kernel/hostname"), "dad2\n")
            self.assertIn(f"{hosts.SUBNET}.1 dad1", network.on("dad2", "cat", "/etc/hosts"))
            links = network.on("dad2", "ip", "-brief", "link").splitlines()
            self.assertEqual(sorted(line.split()[0].split("@")[0] for line in links), ["lo", "net"])

            server = "import socket; s = socket.create_server(('', 7000)); c, _ = s.accept(); c.sendall(b'hello')"
            client = "import socket; print(socket.create_connection(('dad1', 7000), 1).recv(5).decode())"
            for is_cut in (False, True, False):
                with subprocess.Popen([network.agent, "dad1", f'exec {sys.executable} -c "{server}"']) as process:
                    time.sleep(0.5)
                    if is_cut:
                        network.cut("dad2")
                        self.assertFalse(network.reaches("dad2", "dad1"))
                        self.assertFalse(network.reaches("dad1", "dad2"))
                        with self.assertRaises(RuntimeError):
                            network.on("dad2", sys.executable, "-c", client)
                        network.mend("dad2")
                    else:
                        self.assertEqual(network.on("dad2", sys.executable, "-c", client), "hello\n")
                    process.kill()

    def test_a_limited_link_is_slow(self):
        with hosts.stoppable(60), hosts.Network(2) as network:
            network.limit("dad2", "80mbit")
            server = (
                "import socket; s = socket.create_server(('', 7000)); c, _ = s.accept()\n"
                "c.sendall(bytes(10 ** 7)); c.close()"
            )
            client = (
                "import socket; c = socket.create_connection(('dad1', 7000), 1); n = 0\n"
                "while b := c.recv(1 << 16): n += len(b)\nprint(n)"
            )
            with subprocess.Popen([network.agent, "dad1", f'exec {sys.executable} -c "{server}"']) as process:
                time.sleep(0.5)
                began = time.monotonic()
                self.assertEqual(network.on("dad2", sys.executable, "-c", client), "10000000\n")
                self.assertGreater(time.monotonic() - began, 0.9)
                process.kill()


if __name__ == "__main__":
    try:
        hosts.require_possible()
    except hosts.NotPossible as error:
        print(f"skipped: {error}")
        sys.exit(77)
    hosts.remove_leftovers()
    unittest.main(verbosity=2)
