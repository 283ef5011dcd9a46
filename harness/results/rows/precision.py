"""Rows of precision.csv: what an attacker solves who submits only what he is sure of."""

from harness.options import Options
from harness.results.rows.row import Row, Value
from harness.results.tally import Interval, share

PRECISION_COLUMNS = (
    "dataset", "breaker", "coverage", "threshold", "n_shown", "n_submitted", "n_right",
    "precision", "precision_low", "precision_high", "loads_per_solve", "solved_per_day", "warnings",
    "best",
)  # fmt: skip
FEWEST = 30  # submitted captchas behind a precision


class PrecisionPoint(Options):
    """A point of precision against coverage: captchas submitted, right of them, 95 % interval."""

    submitted: int
    right: int
    interval: Interval


class PrecisionRow(Row):
    """The test captchas that a breaker submits from a threshold of its confidence on.

    Attributes:
        coverage: the share of captchas that was to be submitted.
        threshold: confidence from which on a text is submitted, chosen on other captchas.
        n_shown: test captchas.
        n_submitted: of those shown.
        n_right: of those submitted.
        interval: 95 %, of the precision.
        solved: captchas a day within the budgets of tries and loads.
        best: the coverage that solved most a day on the captchas that chose.
    """

    dataset: str
    breaker: str
    coverage: float
    threshold: float
    n_shown: int
    n_submitted: int
    n_right: int
    interval: Interval
    solved: float
    warnings: tuple[str, ...] = ()
    best: bool = False

    def columns(self) -> dict[str, Value]:
        """Give the row of precision.csv."""
        return self.cells(PRECISION_COLUMNS)

    @property
    def is_measured(self) -> bool:
        """Tell whether enough captchas were submitted for a precision."""
        return self.n_submitted >= FEWEST

    @property
    def precision(self) -> float | None:
        """Divide the right captchas by those submitted; None where these are too few."""
        return share(self.n_right, self.n_submitted) if self.is_measured else None

    @property
    def precision_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.interval[0] if self.is_measured else None

    @property
    def precision_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.interval[1] if self.is_measured else None

    @property
    def loads_per_solve(self) -> float | None:
        """Divide the captchas that were looked at by those solved; None where none was."""
        return share(self.n_shown, self.n_right) if self.is_measured else None

    @property
    def solved_per_day(self) -> float | None:
        """Give the captchas solved a day; None where too few were submitted."""
        return self.solved if self.is_measured else None
