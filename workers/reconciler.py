"""Brings what runs in a home back in line with its store: what got lost is given out again.

Every two seconds it looks for claims that nobody holds, for steps that are to be tried again, and,
where no message waits, for steps that could begin and are given out to nobody.
"""

import contextlib
import threading
import time
from pathlib import Path

from harness.pipeline.store import Store
from harness.runs.claims import REPORT, Claims, report_name
from harness.runs.home import running
from harness.runs.local_execution import in_a_line
from workers.dispatch import ALL_QUEUES, Dispatch
from workers.service import say

EVERY = 2.0  # seconds
SHARE = 20.0  # times as long as a look takes it rests
IGNORED = 60.0  # seconds that messages wait and nobody is at work, until workers are started again
PATIENCE = 10.0  # seconds between two messages about the same step


class Reconciler:
    """What the store of a home says is to be done, and what was given out for it.

    Attributes:
        is_new_queue: the queue has begun anew: the next look gives out all that can begin.
    """

    def __init__(self, home: Path) -> None:
        """Name the home; nothing is looked at yet."""
        self._home = home
        self._claims = Claims(Store(home))
        self._dispatches: dict[str, Dispatch] = {}
        self._lost: set[str] = set()  # could begin, and were nobody's at the last look
        self._given: dict[str, float] = {}
        self._ignored_since: float | None = None
        self.is_new_queue = True

    def go_on(self, stop: threading.Event) -> None:
        """Look again and again, until `stop` is set. What fails is said once, and tried again."""
        # Whoever held a claim was stopped together with `up`: that is no sign of a step that kills.
        with contextlib.suppress(OSError):
            self._claims.clear()
        pause, before = 0.0, ""
        while not stop.wait(pause):
            begun, failure = time.monotonic(), ""
            try:
                self.look()
            except Exception as error:  # of the queue, of the store: the next look may go well
                failure = in_a_line(error)
                if failure != before:
                    say(f"reconciler: {failure}; it tries again")
                self.is_new_queue = True
            before = failure
            pause = max(EVERY, SHARE * (time.monotonic() - begun))

    def look(self) -> None:
        """Give out once what got lost.

        Raises:
            OperationalError: the queue does not answer.
        """
        abandoned = self._claims.abandoned()
        held = {str(facts["digest"]) for facts in self._claims.at_work()}
        dispatches, is_empty = self._running(), not self._waiting()
        if is_empty or held:
            self._ignored_since = None
        elif self._ignored_since is None:
            self._ignored_since = time.monotonic()
        for facts in abandoned:
            if dispatch := self._dispatches.get(str(facts.get("run"))):
                self._give_again(dispatch, str(facts["digest"]))
        if abandoned:
            self._claims.clear(keep=self._dispatches)
        at_once, self.is_new_queue = self.is_new_queue, False
        lost: set[str] = set()
        for dispatch in dispatches:
            self._give_postponed(dispatch, held)
            if is_empty or at_once or dispatch.run.notes.is_canceled:
                lost |= self._give_out(dispatch, held, at_once)
        self._lost = lost

    def is_ignored(self) -> bool:
        """Tell whether messages wait and nobody has taken one for a minute; begin to count anew."""
        since = self._ignored_since
        if since is None or time.monotonic() - since < IGNORED:
            return False
        self._ignored_since = None
        return True

    def _running(self) -> list[Dispatch]:
        """Give the dispatch of each run that goes on; those of ended ones are forgotten."""
        runs = {run.id: run for run in running(self._home)}
        self._dispatches = {name: kept for name, kept in self._dispatches.items() if name in runs}
        for name, run in runs.items():
            mark = run.notes.mark()
            kept = self._dispatches.get(name)
            if mark and (kept is None or kept.mark != mark):
                self._dispatches[name] = Dispatch(run, mark)
        return list(self._dispatches.values())

    def _waiting(self) -> int:
        """Count the messages that wait in the queues."""
        from workers.app import app

        count = 0
        with app.connection_for_read() as connection:
            for name in ALL_QUEUES:
                # Redis has no queue that is empty.
                with contextlib.suppress(*connection.channel_errors):
                    declared = connection.default_channel.queue_declare(queue=name, passive=True)
                    count += int(declared.message_count)
        return count

    def _give_again(self, dispatch: Dispatch, name: str) -> None:
        """Give out the step of a claim that nobody holds; its death is noted by who takes it."""
        if not self._is_due(name):
            return
        if name.startswith(REPORT):
            dispatch.give_report(again=True)
        elif name in dispatch.run.step_names:
            dispatch.run.notes.log(f"given out again: {dispatch.run.step_names[name].label}")
            dispatch.give([dispatch.run.step_names[name]], again=True)

    def _give_postponed(self, dispatch: Dispatch, held: set[str]) -> None:
        """Give out the steps whose pause is over."""
        names = dispatch.run.step_names
        for digest, seconds in dispatch.run.failure_notes.postponed().items():
            waits = seconds <= 0 and digest in names and digest not in held
            if waits and not dispatch.frontier.is_settled(names[digest]) and self._is_due(digest):
                dispatch.give([names[digest]], again=True)

    def _give_out(self, dispatch: Dispatch, held: set[str], at_once: bool) -> set[str]:
        """Give out what can begin and is nobody's, if that was so at the last look as well.

        Returns:
            The digests of these steps.
        """
        run, report = dispatch.run, report_name(dispatch.run.id)
        if run.notes.is_canceled:
            if not run.claims.at_work(run.id) and self._is_due(report):
                dispatch.give_report(again=True)
            return set()
        postponed = run.failure_notes.postponed()
        ready = [
            step
            for step in dispatch.frontier.ready()
            if step.digest not in held and postponed.get(step.digest, 0.0) <= 0
        ]
        nobodys = [step for step in ready if at_once or step.digest in self._lost]
        dispatch.give((step for step in nobodys if self._is_due(step.digest)), again=True)
        if dispatch.frontier.is_over() and report not in held and self._is_due(report):
            dispatch.give_report(again=True)
        return {step.digest for step in ready}

    def _is_due(self, name: str) -> bool:
        """Tell whether no message about a step was sent a moment ago, and count this one."""
        now = time.monotonic()
        if now - self._given.get(name, -PATIENCE) < PATIENCE:
            return False
        self._given[name] = now
        return True
