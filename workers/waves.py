"""The order of steps as Celery chords: a wave of steps, then the next wave, then the report.

Each wave is a chord of the steps whose inputs are there; its body asks for the next wave. A step
never raises, so that a chord always reaches its body; where its process is killed at the time limit
the body is called as its own errback, and notes the steps whose end nobody has noted. What is done
is in the store, so that `resume` starts a wave again that was lost.
"""

from typing import Any

from celery import chord, signature

from harness.pipeline.runner import finished
from harness.pipeline.step import StepName
from harness.runs.run import Run
from workers.broker import url

TRAININGS = ("breakers", "denoisers", "gans")  # kinds of artifacts whose steps are long
QUEUES = {**dict.fromkeys(TRAININGS, "train"), "visits": "browser"}


def _task(name: str, *args: Any, queue: str) -> Any:
    """Name a task for Celery, so that this file need not import workers.tasks."""
    return signature(f"workers.tasks.{name}", args=args, immutable=True, queue=queue)


def wave(run: Run) -> list[StepName]:
    """List the steps that can be done now: not finished, not failed, all inputs there."""
    failed = run.failures()
    done = {step.digest for step in run.steps if finished(step, run.store) is not None}
    return [
        step
        for step in run.steps
        if step.digest not in done
        and step.digest not in failed
        and all(name in done for _kind, name in step.needs)
    ]


def next_wave(run: Run, mark: str) -> str:
    """Enqueue the next chord; the last one is the report.

    Args:
        run: the run.
        mark: of the time that it was enqueued; see RunNotes.begin.
    """
    steps = [] if run.notes.is_canceled else wave(run)
    if not steps:
        failed = run.failures()
        why = "canceled" if run.notes.is_canceled else "a step that it needs failed"
        for step in run.missing():
            if step.digest not in failed:
                run.failure_notes.skip(step, why)
        _task("report", run.id, mark, queue="report").apply_async()
        return "report"
    header = [
        _task("carry_out", run.id, step.digest, mark, queue=QUEUES.get(step.kind, "sweep"))
        for step in steps
    ]
    after = _task("advance", run.id, mark, [step.digest for step in steps], queue="sweep")
    chord(header)(after.on_error(after.clone()))
    return f"{len(steps)} steps"


def enqueue(run: Run) -> None:
    """Begin a run, or go on with it: failed steps are tried again."""
    from workers.app import app

    # --home may name another home than the environment does; each home has its own queue.
    app.conf.broker_url = app.conf.result_backend = url(run.home)
    run.failure_notes.forget()
    run.notes.uncancel()
    mark = run.notes.begin()
    run.notes.log(f"enqueued: {len(run.steps)} steps")
    _task("advance", run.id, mark, queue="sweep").apply_async()
