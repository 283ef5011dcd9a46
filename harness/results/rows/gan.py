"""Rows of gans.csv: a GAN's training, and what a judge makes of what it draws."""

from harness.results.rows.row import Row, Status, Value
from harness.results.tally import Interval, share

GAN_COLUMNS = (
    "gan", "kind", "dataset", "parameters", "epochs", "seconds", "judge", "judge_accuracy", "drawn",
    "agreement", "agreement_low", "agreement_high", "kid", "kid_low", "kid_high", "kid_of_real",
    "near_copies", "distinct", "spread", "status", "warnings", "judge_read", "judge_accuracy_low",
    "judge_accuracy_high",
)  # fmt: skip


class GanRow(Row):
    """One GAN: its training, and what a judge makes of what it draws.

    Attributes:
        judge: the breaker that looked at drawn pictures; empty: none did.
        judge_right: of judge_read real pictures that nothing was trained on.
        agreed: of `drawn` pictures, those that the judge reads as they were meant.
        kid: kernel distance of drawn from real pictures, on the judge's features.
        kid_interval: 95 % interval of it.
        kid_of_real: the same distance of real pictures from other real ones.
        near_copies: of `drawn`, those as near to a training picture as 1 in 100 other real ones.
        distinct: of `drawn`, those less near to each other than 1 in 100 real ones are.
        spread: how much drawn pictures differ, in times of real ones.
        history: of the training, a row per epoch.
        sheets: epoch, and what the same noise became after it: PNG in base64.
    """

    gan: str
    kind: str
    dataset: str
    status: Status = "ok"
    parameters: int | None = None
    epochs: int | None = None
    seconds: float | None = None
    judge: str = ""
    judge_right: int | None = None
    judge_read: int | None = None
    judge_interval: Interval | None = None
    drawn: int | None = None
    agreed: int | None = None
    agreement_interval: Interval | None = None
    kid: float | None = None
    kid_interval: Interval | None = None
    kid_of_real: float | None = None
    near_copies: int | None = None
    distinct: int | None = None
    spread: float | None = None
    history: tuple[dict[str, float], ...] = ()
    sheets: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of gans.csv."""
        return self.cells(GAN_COLUMNS)

    @property
    def judge_accuracy(self) -> float | None:
        """Divide the real pictures that the judge reads right by those that it read."""
        return share(self.judge_right, self.judge_read)

    @property
    def judge_accuracy_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.judge_interval[0] if self.judge_interval else None

    @property
    def judge_accuracy_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.judge_interval[1] if self.judge_interval else None

    @property
    def agreement(self) -> float | None:
        """Divide the drawn pictures that are read as they were meant by all drawn ones."""
        return share(self.agreed, self.drawn)

    @property
    def agreement_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.agreement_interval[0] if self.agreement_interval else None

    @property
    def agreement_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.agreement_interval[1] if self.agreement_interval else None

    @property
    def kid_low(self) -> float | None:
        """Give the lower end of the kernel distance's 95 % interval."""
        return self.kid_interval[0] if self.kid_interval else None

    @property
    def kid_high(self) -> float | None:
        """Give the upper end of the kernel distance's 95 % interval."""
        return self.kid_interval[1] if self.kid_interval else None
