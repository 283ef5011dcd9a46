"""How far runs are: from the store, not from the queue."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from commands.summary import failure_line
from harness.errors import HarnessError
from harness.results.document import PAGE, Failure
from harness.results.rows.one_line import brief
from harness.runs import home as homes
from harness.runs.run import Run

State = Literal["canceled", "running", "failed", "unfinished", "done", "unreadable"]


@dataclass(frozen=True)
class RunStatus:
    """How far a run is.

    Attributes:
        run: its id.
        begun: when, ISO 8601 in UTC.
        folder: of its files.
        report: path of its page; empty: there is none yet.
        state: of the whole run.
        reason: what ended it before its report, or why it cannot be read.
        steps: how many there are; `done`, `failed`, `skipped` and `waiting` of them.
        now: the step that a worker is at; of several, the one that began first.
        failures: the steps that failed or were skipped.
        at_work: who carries out which step, since when, and how far it is; see Claim.
        bytes: of the artifacts of its steps; some may be needed by other runs as well.
    """

    run: str
    begun: str
    folder: str
    report: str
    state: State
    reason: str
    steps: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    waiting: int = 0
    now: Mapping[str, object] = field(default_factory=dict)
    failures: Sequence[Failure] = ()
    at_work: Sequence[Mapping[str, object]] = ()
    bytes: int = 0

    def as_json(self) -> dict[str, object]:
        """Give it for programs."""
        failures = [failure.model_dump() for failure in self.failures]
        return {**vars(self), "failures": failures}

    def lines(self, details: bool) -> Iterator[str]:
        """Write it in a line; with details, also what runs, what failed, and the report."""
        begun = datetime.datetime.fromisoformat(self.begun).astimezone()
        head = f"{self.run:32} {begun:%Y-%m-%d %H:%M}  {self.state:10}"
        if self.state == "unreadable":
            yield f"{head} {brief(self.reason)}"
            return
        yield (
            f"{head} {self.done}/{self.steps} done, {self.failed} failed, "
            f"{self.skipped} skipped, {self.waiting} waiting, {megabytes(self.bytes)}"
        )
        if self.reason:
            yield f"  ended before its report: {brief(self.reason)}"
        if details:
            yield from self._details()

    def _details(self) -> Iterator[str]:
        if self.state == "running" and not self.at_work:
            yield "  nobody is at a step of it; where none is up, `captcha-harness up` goes on"
        for claim in self.at_work:
            share, process = 100 * float(str(claim["share"])), claim["process"]
            since = datetime.datetime.fromtimestamp(float(str(claim["since"])))
            yield (
                f"  now: {claim['step']}, {share:.0f} %, since {since:%H:%M:%S} by process "
                f"{process} on {claim['host']}"
            )
        for failure in self.failures:
            yield f"  {failure_line(failure, Path(self.folder))}"
        if self.report:
            yield f"  report: {self.report}"


@dataclass(frozen=True)
class Statuses:
    """How far runs of a home are; with details where one was asked for.

    Attributes:
        home: the home folder.
        statuses: of each run.
        details: whether failures and reports are shown as well.
    """

    home: Path
    statuses: Sequence[RunStatus]
    details: bool

    def as_json(self) -> list[dict[str, object]]:
        """Give the status of each run."""
        return [status.as_json() for status in self.statuses]

    def as_text(self) -> str:
        """Write a line for each run; with details, some more."""
        if not self.statuses:
            return f"no run in {self.home}; `captcha-harness run quick` makes one"
        lines = [line for status in self.statuses for line in status.lines(self.details)]
        return "\n".join(lines)


def statuses(home: Path, run: str | None) -> Statuses:
    """Look how far runs are.

    Args:
        home: the home folder.
        run: id of a run, or the start of it; None: all runs.

    Raises:
        SpecError: there is no such run.
    """
    chosen = homes.runs(home) if run is None else [homes.existing(run, home)]
    return Statuses(home, [run_status(each) for each in chosen], details=run is not None)


def run_status(run: Run) -> RunStatus:
    """Look how far a run is; the status of a run that cannot be read says why."""
    page = run.folder / PAGE
    known = (run.id, run.begun, str(run.folder), str(page) if page.exists() else "")
    try:
        failures = run.failures()
        missing = {step.digest for step in run.missing()}
    except HarnessError as error:
        return RunStatus(*known, state="unreadable", reason=str(error))
    waiting = len(missing) - len(failures)
    at_work = run.claims.at_work(run.id) if run.notes.is_running else []
    return RunStatus(
        *known,
        state=_state(run, waiting, len(failures)),
        reason=run.notes.end_reason(),
        steps=len(run.steps),
        done=len(run.steps) - len(missing),
        failed=sum(failure.status == "failed" for failure in failures.values()),
        skipped=sum(failure.status == "skipped" for failure in failures.values()),
        waiting=waiting,
        now=at_work[0] if at_work else {},
        failures=tuple(failures.values()),
        at_work=at_work,
        bytes=sum(run.store.size(step.kind, step.digest) for step in run.steps),
    )


def megabytes(count: int) -> str:
    """Write a number of bytes as people say it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _state(run: Run, waiting: int, failed: int) -> State:
    """Name the state of a run with so many steps that wait or have failed."""
    if run.notes.is_canceled:
        return "canceled"
    if run.notes.is_running:
        return "running"
    if run.notes.end_reason():
        return "failed"
    if waiting:
        return "unfinished"
    return "failed" if failed else "done"
