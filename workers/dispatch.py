"""Gives out the steps of a run: a message for each step that can begin, the most urgent first.

The store is the truth: what is done lies there, what failed is noted in the run's folder, and who
is at work holds a claim. A message only wakes a worker. So a message that comes twice does no work
twice, and what a lost message was about is given out again by the reconciler.
"""

from collections.abc import Iterable
from typing import Any

from kombu.exceptions import OperationalError

from harness.pipeline.step import StepName
from harness.runs.claims import report_name
from harness.runs.frontier import Frontier
from harness.runs.run import Run
from harness.runs.urgency import LEVELS, kept_urgency, urgency_of
from workers.app import app
from workers.broker import url

TRAININGS = ("breakers", "denoisers", "gans")  # kinds of artifacts whose steps are long
QUEUES = {**dict.fromkeys(TRAININGS, "train"), "visits": "browser"}
ALL_QUEUES = ("train", "sweep", "browser", "report")


def _send(name: str, *args: Any, queue: str, level: int) -> None:
    """Send a task by its name, so that this file need not import workers.tasks.

    Args:
        name: of the task.
        args: of the task.
        queue: the name of its queue.
        level: its urgency; see harness.runs.urgency.

    Raises:
        OperationalError: the queue does not answer.
    """
    # Redis serves its lowest number first, RabbitMQ its highest.
    is_amqp = str(app.conf.broker_url).startswith("amqp")
    priority = level if is_amqp else LEVELS - 1 - level
    app.send_task(f"workers.tasks.{name}", args=args, queue=queue, priority=priority)


class Dispatch:
    """Gives out the steps of a run, for one time that it was enqueued.

    A process gives a step out once: what got lost is given out by the reconciler.

    Attributes:
        run: the run.
        mark: of that time; see RunNotes.begin.
        frontier: what can begin.
        urgency: of its steps.
    """

    def __init__(self, run: Run, mark: str) -> None:
        """Take a run that has been enqueued."""
        self.run, self.mark, self.frontier = run, mark, Frontier(run)
        self.urgency = kept_urgency(run)
        self._given: set[str] = set()

    def give(self, steps: Iterable[StepName], again: bool = False) -> None:
        """Give steps out.

        Args:
            steps: that can begin.
            again: also those that this process has given out before.
        """
        for step in steps:
            if again or step.digest not in self._given:
                self._give(step.digest, QUEUES.get(step.kind, "sweep"), self.urgency.level(step))

    def give_report(self, again: bool = False) -> None:
        """Give out the report, and with it the end of the run."""
        if again or report_name(self.run.id) not in self._given:
            self._give(report_name(self.run.id), "report", LEVELS - 1)

    def _give(self, name: str, queue: str, level: int) -> None:
        is_report = name == report_name(self.run.id)
        try:
            if is_report:
                _send("report", self.run.id, self.mark, queue=queue, level=level)
            else:
                _send("carry_out", self.run.id, name, self.mark, queue=queue, level=level)
        except (OperationalError, OSError) as error:
            self.run.notes.log(f"the queue does not answer, {name} waits: {error}")
            return
        self._given.add(name)

    def go_on(self, step: StepName) -> None:
        """Give out what can begin now that a step is settled; after the last one, the report."""
        if self.run.failure_notes.is_noted(step):
            self.frontier.skip_behind(step)
        self.give(self.frontier.begun_by(step))
        if self.frontier.is_over():
            self.give_report()


def enqueue(run: Run) -> None:
    """Begin a run, or go on with it: failed steps are tried again."""
    # --home may name another home than the environment does; each home has its own queue.
    app.conf.broker_url = url(run.home)
    run.failure_notes.forget()
    run.notes.uncancel()
    urgency_of(run)
    dispatch = Dispatch(run, run.notes.begin())
    run.notes.log(f"enqueued: {len(run.steps)} steps")
    dispatch.give(dispatch.frontier.ready())
    if dispatch.frontier.is_over():
        dispatch.give_report()
