# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Several hosts on this machine: a network namespace each, joined by a switch, and mpirun over them.

    with stoppable(280), hosts.Network(3) as network:
        job = network.mpirun(2, ["./program"])      # two ranks on each of dad1, dad2 and dad3
        network.cut("dad3")                         # as if its cable were pulled; mend("dad3") puts it back
        output = job.wait(60)

Everything is made in namespaces of its own: nothing of this machine's network is seen or changed. All of it is named after
this process, and a later one removes what a killed one left. Needs root and iproute2; throws NotPossible without.
"""

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

SUBNET = "10.213.77"
NAMESPACES = pathlib.Path("/run/netns")
FOLDERS = pathlib.Path("/run")  # only root can put something else there
NAME = re.compile(r"(dad-hosts-([0-9]+)-([0-9]+))(-.*)?")

# Whether another host answers, if only that nobody listens there.
PROBE = """
import errno, socket, sys
s = socket.socket()
s.settimeout(1)
sys.exit(s.connect_ex((sys.argv[1], 9)) not in (0, errno.ECONNREFUSED))
"""

# One host's command, as ssh would run it: with a name, a hosts file and shared memory of its own.
AGENT = """#!/bin/sh
host=$1
shift
exec ip netns exec {name}-"$host" unshare --uts --mount sh -ec '
  echo "$0" > /proc/sys/kernel/hostname
  mount --bind {folder}/hosts /etc/hosts
  mount -t tmpfs none /dev/shm
  export TMPDIR={folder}/"$0"
  exec sh -c "$*"' "$host" "$@"
"""


class NotPossible(Exception):
    """This machine does not let us make hosts; the text says why."""


class Stopped(BaseException):
    """The process was told to stop, or its time is over."""


def ignore_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def stoppable(seconds):
    """Signals that end a process, and the end of its time, throw Stopped here, once, so that everything is undone."""

    def stop(number, _):
        ignore_signals()
        raise Stopped(f"stopped by {signal.Signals(number).name}")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(seconds)
    yield
    signal.alarm(0)


def run(*command):
    """What a command writes; throws with its error where it fails."""
    done = subprocess.run(command, text=True, capture_output=True, timeout=30)
    if done.returncode != 0:
        raise RuntimeError(f"{shlex.join(command)}: {(done.stderr or done.stdout).strip() or done.returncode}")
    return done.stdout


def start_of_process(pid):
    """When a process began, in ticks after the machine; "" if there is none, or one that has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def own_name():
    return f"dad-hosts-{os.getpid()}-{start_of_process(os.getpid())}"


def existing():
    """The names of those who have namespaces or folders here, with all of these."""
    found = {}
    for folder in (NAMESPACES, FOLDERS):
        for path in folder.glob("dad-hosts-*"):
            if match := NAME.fullmatch(path.name):
                found.setdefault(match[1], []).append(path)
    return found


def processes_in(namespace):
    done = subprocess.run(["ip", "netns", "pids", namespace], text=True, capture_output=True, timeout=30)
    return [int(pid) for pid in done.stdout.split()]


def kill_processes(namespaces):
    """Kills what runs in them until nothing does; throws after 10 s."""
    deadline = time.monotonic() + 10.0
    while pids := [pid for namespace in namespaces for pid in processes_in(namespace)]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"processes {pids} do not end")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def remove(name):
    """Ends and removes everything of that name."""
    paths = existing().get(name, [])
    namespaces = [path.name for path in paths if path.parent == NAMESPACES]
    try:
        kill_processes(namespaces)
    finally:
        for namespace in namespaces:
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, timeout=30)
        shutil.rmtree(FOLDERS / name, ignore_errors=True)
    if left := existing().get(name):
        raise RuntimeError(f"could not remove {', '.join(map(str, left))}")


def remove_leftovers():
    """Removes what processes that are no more have left; its names."""
    left = []
    for name in existing():
        _, pid, start = NAME.fullmatch(name).group(1, 2, 3)
        if start_of_process(pid) != start:
            remove(name)
            left.append(name)
    return left


def require_possible():
    if os.geteuid() != 0:
        raise NotPossible("network namespaces need root")
    for tool in ("ip", "unshare", "mount"):
        if shutil.which(tool) is None:
            raise NotPossible(f"there is no command {tool}")
    namespace = own_name() + "-probe"
    try:
        run("ip", "netns", "add", namespace)
        run("ip", "-n", namespace, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", namespace, "link", "add", "one", "type", "veth", "peer", "name", "other")
        run("ip", "netns", "exec", namespace, "unshare", "--uts", "--mount", "mount", "-t", "tmpfs", "none", "/dev/shm")
    except RuntimeError as error:
        raise NotPossible(str(error)) from None
    finally:
        remove(own_name())


class Job:
    """A running mpirun."""

    def __init__(self, command, output, environment):
        self.began = time.monotonic()
        self.ended = None
        self.output_path = output
        with output.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment
            )

    def output(self):
        return self.output_path.read_text(errors="replace")

    def is_running(self):
        if self.process.poll() is None:
            return True
        self.ended = self.ended or time.monotonic()
        return False

    def wait_until(self, condition, seconds):
        """Whether the condition came true while it ran."""
        deadline = time.monotonic() + seconds
        while not condition():
            if not self.is_running() or time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def wait(self, seconds):
        """Whether it ended by itself in so much time; it is killed otherwise."""
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                self.ended = time.monotonic()
                return False
            time.sleep(0.01)
        return True

    def seconds(self):
        return self.ended - self.began


class Network:
    """So many hosts, dad1, dad2, ...; one at a time in a process."""

    def __init__(self, count, mpirun="mpirun"):
        self.hosts = [f"dad{i + 1}" for i in range(count)]
        self.launcher = mpirun
        self.name = own_name()
        self.switch = self.name + "-switch"
        self.folder = FOLDERS / self.name
        self.agent = self.folder / "agent"

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        ignore_signals()
        remove(self.name)

    def build(self):
        self.folder.mkdir(mode=0o700)
        lines = ["127.0.0.1 localhost"] + [f"{SUBNET}.{i + 1} {host}" for i, host in enumerate(self.hosts)]
        (self.folder / "hosts").write_text("\n".join(lines) + "\n")
        self.agent.write_text(AGENT.format(name=self.name, folder=self.folder))
        self.agent.chmod(0o700)
        run("ip", "netns", "add", self.switch)
        run("ip", "-n", self.switch, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", self.switch, "link", "set", "bridge", "up")
        for i, host in enumerate(self.hosts):
            (self.folder / host).mkdir()
            inside = self.namespace(host)
            run("ip", "netns", "add", inside)
            run("ip", "-n", self.switch, "link", "add", host, "type", "veth", "peer", "name", "net", "netns", inside)
            run("ip", "-n", self.switch, "link", "set", host, "master", "bridge", "up")
            run("ip", "-n", inside, "address", "add", f"{SUBNET}.{i + 1}/24", "dev", "net")
            run("ip", "-n", inside, "link", "set", "net", "up")
            run("ip", "-n", inside, "link", "set", "lo", "up")
        for host in self.hosts[1:]:
            self.wait_for(host)

    def namespace(self, host):
        return f"{self.name}-{host}"

    def on(self, host, *command):
        """What a command writes on a host."""
        return run(str(self.agent), host, shlex.join(command))

    def processes(self, host):
        return processes_in(self.namespace(host))

    def cut(self, host):
        run("ip", "-n", self.switch, "link", "set", host, "down")

    def mend(self, host):
        """The host and all others reach each other again when it returns."""
        run("ip", "-n", self.switch, "link", "set", host, "up")
        self.wait_for(host)

    def reaches(self, host, other):
        probe = shlex.join([sys.executable, "-c", PROBE, other])
        return subprocess.run([self.agent, host, probe], capture_output=True, timeout=30).returncode == 0

    def wait_for(self, host):
        """Waits until the host and all others reach each other: links and neighbours come up when they like."""
        deadline = time.monotonic() + 20.0
        others = [other for other in self.hosts if other != host]
        for one, other in [(a, host) for a in others] + [(host, b) for b in others]:
            while not self.reaches(one, other):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{one} does not reach {other}")
                time.sleep(0.05)

    def limit(self, host, rate):
        """At most so much (as tc writes it: 200mbit) reaches the host from now on."""
        run("tc", "-n", self.switch, "qdisc", "replace", "dev", host, "root", "tbf", "rate", rate,
            "burst", "256kb", "latency", "50ms")  # fmt: skip

    def bytes_to(self, host):
        """How many bytes the switch has sent to the host so far."""
        text = run("ip", "-n", self.switch, "-s", "-json", "link", "show", "dev", host)
        return json.loads(text)[0]["stats64"]["tx"]["bytes"]

    def mpirun(self, ranks_per_host, command, parameters=()):
        """Starts a job from the first host, whose first rank is rank 0; parameters: pairs for --mca."""
        net = SUBNET + ".0/24"
        places = ",".join(f"{host}:{ranks_per_host}" for host in self.hosts)
        words = [self.launcher, "-np", str(ranks_per_host * len(self.hosts)), "--host", places]
        for name, value in [
            ("plm_rsh_agent", str(self.agent)),
            ("pml", "ob1"),
            ("btl", "self,vader,tcp"),
            ("btl_tcp_if_include", net),
            ("oob_tcp_if_include", net),
            ("mpi_yield_when_idle", "1"),  # the hosts share the cores of this machine
            ("hwloc_base_binding_policy", "none"),
            *parameters,
        ]:
            words += ["--mca", name, str(value)]
        # Nothing of a job that this process may run in.
        environment = {k: v for k, v in os.environ.items() if not re.match("OMPI_|PMIX_|ORTE_|PMI_", k)}
        environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        line = "exec " + shlex.join(words + [str(word) for word in command])
        return Job([str(self.agent), self.hosts[0], line], self.folder / "output", environment)

    def end_jobs(self):
        """Kills what still runs on the hosts; how many processes."""
        namespaces = [self.namespace(host) for host in self.hosts]
        count = sum(len(processes_in(namespace)) for namespace in namespaces)
        kill_processes(namespaces)
        return count
