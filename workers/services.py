"""Redis, workers and the nightly clock: started together, kept up, and stopped together."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from harness.pipeline.store import Store
from workers import broker, environment
from workers.service import Service, say

CELERY = [sys.executable, "-m", "celery", "-A", "workers.app"]
STOPPING = 30.0  # seconds for a worker to end its step when asked to stop
LOOK_EVERY = 0.3  # seconds


def serve(home: Path, workers: int, beat: bool) -> None:
    """Run until Ctrl-C, SIGTERM or SIGHUP; what dies meanwhile is started again.

    Raises:
        RequirementError: the home is up already, or there is no Redis.
    """
    Store(home).prepare()  # says at once when the folder cannot be written
    for end in (signal.SIGTERM, signal.SIGHUP):  # asked to, or the terminal is closed
        if signal.getsignal(end) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(end, _interrupt)
    with broker.only_one(home) as handle, contextlib.ExitStack() as stack:
        redis = None
        if not os.environ.get(broker.VARIABLE):
            redis = stack.enter_context(broker.embedded(home, handle))
        _serve(home, redis, _celery(home, workers, beat), f"{workers} worker(s){_night(beat)}")


def _interrupt(_number: int, _frame: object) -> None:
    """Treat another signal as Ctrl-C."""
    raise KeyboardInterrupt


def _night(beat: bool) -> str:
    return ", nightly sweep at 02:00" if beat else ""


def _celery(home: Path, workers: int, beat: bool) -> list[Service]:
    """List Celery's processes for a home."""
    from workers.dispatch import ALL_QUEUES  # imports Celery: not before there is a home

    variables = {**os.environ, environment.VARIABLE: str(home)}
    options = ["-Q", ",".join(ALL_QUEUES), "--loglevel=warning"]
    options += ["--without-gossip", "--without-mingle"]  # workers need not know each other
    services = [
        Service(f"worker {n + 1}", [*CELERY, "worker", *options, "-n", f"worker{n}@%h"], variables)
        for n in range(workers)
    ]
    if beat:
        schedule = Store(home).drafts.folder / "redis" / "beat-schedule"
        schedule.parent.mkdir(parents=True, exist_ok=True)
        options = ["beat", "-s", str(schedule), "--pidfile=", "--loglevel=warning"]
        services.append(Service("the nightly clock", [*CELERY, *options], variables))
    return services


def _serve(home: Path, redis: Service | None, services: Sequence[Service], what: str) -> None:
    """Keep all up until Ctrl-C, and stop them."""
    from workers.app import app
    from workers.reconciler import Reconciler

    app.conf.broker_url = broker.url(home)
    reconciler, stop = Reconciler(home), threading.Event()
    thread = threading.Thread(target=reconciler.go_on, args=(stop,), daemon=True)
    try:
        for service in services:
            service.start()
        thread.start()
        say(f"up: {what}; home {home}; Ctrl-C stops")
        while True:
            if redis is not None and redis.keep_up():
                reconciler.is_new_queue = True
            if reconciler.is_ignored():
                say("messages wait, and no worker takes them: the workers are started again")
                for service in services:
                    service.kill()
            for service in services:
                service.keep_up()
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        say("stopping")
    finally:
        stop.set()
        for service in services:
            # The second time drops the step at work, which is safe.
            service.stop((signal.SIGTERM, signal.SIGQUIT), STOPPING)
