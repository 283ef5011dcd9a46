"""The order of steps as Celery chords: a wave of steps, then the next wave, then the report.

Each wave is a chord of the steps whose inputs are there; its body asks for the next wave. A step
never raises, so that a chord always reaches its body; truth is the store, so that a wave that was
lost is asked for again by `resume`.
"""

from celery import chord, signature

from harness.steps import ready
from harness.work import Step
from workers.broker import url
from workers.home import Run

TRAININGS = ("train", "strengthen", "denoise", "imitate")
QUEUES = {**dict.fromkeys(TRAININGS, "train"), "visit": "browser"}


def _task(name: str, *args: str, queue: str) -> object:
    """A task by its name, so that this file needs no task module."""
    return signature(f"workers.tasks.{name}", args=args, immutable=True, queue=queue)


def wave(run: Run) -> list[Step]:
    """Steps that can be done now: not finished, not failed, all inputs there."""
    failed = run.failures()
    return [step for step in run.missing() if step.digest not in failed and ready(step, run.store)]


def next_wave(run: Run) -> str:
    """Enqueue the next chord; the last one is the report."""
    steps = [] if run.canceled else wave(run)
    if not steps:
        for step in run.missing():
            if step.digest not in run.failures():
                run.skip(step, "canceled" if run.canceled else "a step that it needs failed")
        _task("report", run.id, queue="report").apply_async()  # type: ignore[attr-defined]
        return "report"
    header = [
        _task("carry_out", run.id, step.digest, queue=QUEUES.get(_word(step), "sweep"))
        for step in steps
    ]
    chord(header)(_task("advance", run.id, queue="sweep"))
    return f"{len(steps)} steps"


def enqueue(run: Run) -> None:
    """Begin a run, or go on with it: failed steps are tried again."""
    from workers.app import app

    # --home may name another home than the environment does; each home has its own queue.
    app.conf.broker_url = app.conf.result_backend = url(run.home)
    run.forget_failures()
    run.cancel(False)
    run.begin()
    _task("advance", run.id, queue="sweep").apply_async()  # type: ignore[attr-defined]


def _word(step: Step) -> str:
    return str(getattr(step.work, "step", ""))
