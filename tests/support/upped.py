"""`captcha-harness up` as tests start it: its processes are killed, and what is left is listed."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

from console import CLI, ROOT, command, spawn_command
from surroundings import lacking

from harness.errors import RequirementError
from workers import broker

SETTINGS = "from workers.settings import *\nimports = ['workers.tasks', 'quick_workers']\n"
MARKS = {  # of the command line -> what it is
    b"redis-server": "redis",
    b"valkey-server": "redis",
    b"\0beat\0": "beat",
    b"\0worker\0": "worker",
    b"spawn_main": "child",
}


class Upped:
    """`up` for one home, whose steps are without work."""

    def __init__(self, home, *options, settings="", **environment):
        try:
            broker.server()
        except RequirementError as error:
            lacking(str(error))
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.options, self.log = home, options, home / "up.log"
        (home / "settings.py").write_text(SETTINGS + settings)
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")]),
            "CAPTCHA_HARNESS_CELERYCONFIG": str(home / "settings.py"),
            **environment,
        }
        self.process = None

    def start(self, **how):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*CLI, "up", "--home", str(self.home), *self.options],
                cwd=ROOT, env=self.environment, **{"stdout": log, "stderr": log, **how},
            )  # fmt: skip
        wait(lambda: "child" in self.all() and broker.answers(self.home), 90, self.log)
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(90) == 0, self.log.read_text()

    def all(self):
        """Process ids of all that `up` has started, by what they are; found by the home."""
        return processes(self.process.pid)

    def kill(self, what):
        """Kill one process of a kind with SIGKILL; `up` itself is one too. False: there is none."""
        chosen = [self.process.pid] if what == "up" else self.all().get(what, [])
        if chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(chosen), signal.SIGKILL)
        return bool(chosen)

    def enqueue(self, text, *options):
        file = self.home / "sweep.toml"
        file.write_text(text)
        return spawn_command("enqueue", file, *options, home=self.home, check=0).stdout.strip()

    def status(self, run):
        return json.loads(command("status", run, "--json", home=self.home).stdout)[0]

    def wait_for(self, run, *states, seconds=120):
        wait(lambda: self.status(run)["state"] in states, seconds, self.log)
        return self.status(run)


def processes(root):
    """Process ids below one, by what they are."""
    kinds, children = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    todo = [root]
    while todo:
        below = children.get(todo.pop(), [])
        todo += below
        for number in below:
            with contextlib.suppress(OSError):
                line = Path(f"/proc/{number}/cmdline").read_bytes()
                what = next((what for mark, what in MARKS.items() if mark in line), "other")
                kinds.setdefault(what, []).append(number)
    return kinds


def alive(numbers):
    """Those of some processes that have not ended."""
    return [
        number
        for number in numbers
        if Path(f"/proc/{number}/stat").exists()
        and Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    ]


def wait(condition, seconds, log=None):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-3000:] if log else "too late"
        time.sleep(0.2)
