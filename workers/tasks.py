"""Thin tasks: names and digests in, a word out; the store holds everything else."""

import contextlib
import datetime
import re
import time

from harness.errors import LackingError
from harness.steps import finished
from harness.sweepfile import locate
from workers.app import app
from workers.canvas import enqueue, next_wave
from workers.here import attempt
from workers.home import chosen_home, existing, start_text


@app.task(name="workers.tasks.carry_out")  # type: ignore[untyped-decorator] # no types
def carry_out(run_id: str, digest: str) -> str:
    """One step of a run. It never raises: a failure is a note of the run, and a row."""
    run = existing(run_id, chosen_home(None))
    step = run.step(digest)
    if run.canceled:
        return "canceled"
    if finished(step, run.store) is not None:
        return "done"
    last = 0.0

    def watch(done: int, total: int, word: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            last = time.monotonic()
            run.tell(step, done / total, word)

    run.tell(step, 0.0, "")
    with contextlib.suppress(LackingError):
        return attempt(run, step, watch)
    return "failed"


@app.task(name="workers.tasks.advance")  # type: ignore[untyped-decorator] # no types
def advance(run_id: str) -> str:
    """Start all steps whose inputs are there now; when there are none, write the report."""
    run = existing(run_id, chosen_home(None))
    return next_wave(run)


@app.task(name="workers.tasks.report")  # type: ignore[untyped-decorator] # no types
def report(run_id: str) -> str:
    """Write the CSV files and the page of a run."""
    run = existing(run_id, chosen_home(None))
    _document, page = run.report()
    run.end()
    return str(page)


@app.task(name="workers.tasks.nightly")  # type: ignore[untyped-decorator] # no types
def nightly() -> str:
    """Enqueue the nightly sweep, its seed the date: fresh captchas and weights every night."""
    text = locate("nightly").read_text()
    date = datetime.datetime.now().astimezone().strftime("%Y%m%d")
    run = start_text(re.sub(r"^seed = .*$", f"seed = {date}", text, flags=re.M), chosen_home(None))
    enqueue(run)
    return run.id
