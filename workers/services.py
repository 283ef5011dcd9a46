"""Redis, workers and the nightly clock, started together and stopped together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness.errors import HarnessError
from harness.pipeline.store import Store
from workers import broker, environment

CELERY = [sys.executable, "-m", "celery", "-A", "workers.app"]
STOPPING = 30.0  # seconds for a worker to end its step when asked to stop


def serve(home: Path, workers: int, beat: bool) -> None:
    """Run until Ctrl-C, SIGTERM or SIGHUP; the step at work is done again by the next worker.

    Raises:
        RequirementError: there is no Redis.
        HarnessError: a worker or the clock died.
    """
    Store(home).prepare()  # says at once when the folder cannot be written
    for end in (signal.SIGTERM, signal.SIGHUP):  # asked to, or the terminal is closed
        signal.signal(end, _interrupt)
    if os.environ.get(broker.VARIABLE):
        _serve(home, workers, beat)
        return
    with broker.embedded(home):
        _serve(home, workers, beat)


def _interrupt(_number: int, _frame: object) -> None:
    """Treat another signal as Ctrl-C."""
    raise KeyboardInterrupt


def _serve(home: Path, workers: int, beat: bool) -> None:
    """Run Celery's processes for a home until Ctrl-C, and stop them."""
    variables = {**os.environ, environment.VARIABLE: str(home)}
    root = Path(__file__).parents[1]
    commands = [
        [
            *CELERY,
            "worker",
            "-Q",
            "train,sweep,browser,report",
            "-n",
            f"worker{n}@%h",
            "--loglevel=warning",
        ]
        for n in range(workers)
    ]
    if beat:
        schedule = Store(home).drafts.folder / "redis" / "beat-schedule"
        schedule.parent.mkdir(parents=True, exist_ok=True)
        commands.append([*CELERY, "beat", "-s", str(schedule), "--loglevel=warning"])
    children = [
        subprocess.Popen(command, cwd=root, env=variables, start_new_session=True)  # noqa: S603
        for command in commands
    ]
    night = ", nightly sweep at 02:00" if beat else ""
    sys.stderr.write(f"up: {workers} worker(s){night}; home {home}; Ctrl-C stops\n")
    try:
        while True:
            for child, command in zip(children, commands, strict=True):
                if child.poll() is not None:
                    name = f"celery {command[len(CELERY)]}"
                    raise HarnessError(f"{name} ended with exit code {child.returncode}")
            time.sleep(0.5)
    except KeyboardInterrupt:
        sys.stderr.write("stopping\n")
    finally:
        for child in children:
            _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask twice (the second time drops the step at work, which is safe), then kill the group."""
    for ask in (signal.SIGTERM, signal.SIGQUIT):
        if child.poll() is None:
            child.send_signal(ask)
            try:
                child.wait(2.0 if ask == signal.SIGTERM else STOPPING)
            except subprocess.TimeoutExpired:
                continue
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
