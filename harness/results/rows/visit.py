"""Rows of visits.csv: how often a captcha page lets a breaker pass."""

from harness.results.rows.one_line import brief
from harness.results.rows.row import Row, Status, Value
from harness.results.tally import Interval, share

VISIT_COLUMNS = (
    "variant", "breaker", "defense", "visits", "passed", "pass_rate", "low", "high", "p50_ms",
    "p95_ms", "blocked_requests", "warnings", "dataset", "offline", "stuck", "status",
    "loads", "submitted", "submitted_pass_rate", "submitted_low", "submitted_high",
    "blocked_visits", "blocked_after", "blocked_after_in_session", "blocked_seconds",
    "solved_per_day",
)  # fmt: skip


class VisitRow(Row):
    """Visits of one breaker to one captcha page.

    Attributes:
        variant: name of the visits in the sweep.
        defense: how the page perturbs its captchas: an attack and a radius, or none.
        offline: captchas, of those that were shown, that the breaker reads from their files.
        stuck: visits that came to no answer.
        reason: why the first of them did not.
        loads: captchas that were loaded.
        submitted: visits that sent an answer; others saw no captcha that the breaker was sure of.
        submitted_interval: 95 %, of the share of them that passed.
        traces: playwright's traces of some of them, paths below the home.
        blocked_visits: visits to which the page said that it takes no more answers.
        blocked_after: answers that it took before, of all sessions of this address; None: it never
            said so.
        blocked_after_in_session: answers that it takes of one session, where a fresh one helps.
        blocked_seconds: from the first answer until it took answers again; None: nobody waited.
        solved_per_day: captchas, at the speed of these visits and within that limit.
        pictures: some captchas as they were shown, PNG in base64.
    """

    dataset: str
    variant: str
    breaker: str
    defense: str
    status: Status = "ok"
    visits: int = 0
    passed: int = 0
    interval: Interval = (0.0, 1.0)
    offline: int | None = None
    stuck: int = 0
    reason: str = ""
    loads: int | None = None
    submitted: int | None = None
    submitted_interval: Interval = (0.0, 1.0)
    traces: tuple[str, ...] = ()
    p50_ms: float | None = None
    p95_ms: float | None = None
    blocked_requests: int = 0
    pictures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    blocked_visits: int | None = None
    blocked_after: int | None = None
    blocked_after_in_session: int | None = None
    blocked_seconds: float | None = None
    solved_per_day: float | None = None

    @property
    def brief(self) -> str:
        """Give the reason on one line that a terminal can take."""
        return brief(self.reason)

    def columns(self) -> dict[str, Value]:
        """Give the row of visits.csv."""
        return self.cells(VISIT_COLUMNS)

    @property
    def pass_rate(self) -> float | None:
        """Divide the visits that the page let pass by all visits."""
        return share(self.passed, self.visits)

    @property
    def low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.interval[0] if self.visits else None

    @property
    def high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.interval[1] if self.visits else None

    @property
    def submitted_pass_rate(self) -> float | None:
        """Divide the visits that the page let pass by those that sent an answer."""
        return share(self.passed, self.submitted)

    @property
    def submitted_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.submitted_interval[0] if self.submitted else None

    @property
    def submitted_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.submitted_interval[1] if self.submitted else None
