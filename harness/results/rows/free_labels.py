"""Rows of free_labels.csv: what a breaker reads that lets the site label its captchas."""

from harness.results.rows.row import AccuracyRow, Status, Value
from harness.results.tally import Interval, share

FREE_LABELS_COLUMNS = (
    "dataset", "breaker", "round", "reader", "labels_by_hand", "tries", "days", "accepted",
    "captcha_accuracy", "captcha_accuracy_low", "captcha_accuracy_high", "n_captchas",
    "accuracy_on_accepted", "accuracy_on_accepted_low", "accuracy_on_accepted_high",
    "n_on_accepted", "round_tries", "round_accepted", "status", "warnings",
)  # fmt: skip


class FreeLabelsRow(AccuracyRow):
    """A breaker after a round of asking the site; its accuracy is on fresh test captchas.

    Attributes:
        round: 0 is before the first one, with labels by hand alone.
        reader: who answered in the round: a breaker of the sweep, or this one after a round.
        labels_by_hand: captchas labelled by hand.
        tries: answers given so far; None: the site was not asked.
        days: that they take, at the sweep's tries_per_day.
        accepted: answers that were right so far.
        round_tries: answers given in the round, by all readers.
        round_accepted: of them, those that were right.
        right_on_accepted: held-out accepted captchas that it reads. They are easier than others.
        n_on_accepted: held-out accepted captchas.
        on_accepted_interval: 95 %.
    """

    dataset: str
    breaker: str
    round: int
    reader: str = ""
    labels_by_hand: int
    tries: int | None = None
    days: float | None = None
    accepted: int | None = None
    round_tries: int | None = None
    round_accepted: int | None = None
    right_on_accepted: int | None = None
    n_on_accepted: int | None = None
    on_accepted_interval: Interval | None = None
    status: Status = "ok"
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of free_labels.csv."""
        return self.cells(FREE_LABELS_COLUMNS)

    @property
    def accuracy_on_accepted(self) -> float | None:
        """Divide the held-out accepted captchas that it reads by all of them."""
        return share(self.right_on_accepted, self.n_on_accepted)

    @property
    def accuracy_on_accepted_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.on_accepted_interval[0] if self.on_accepted_interval else None

    @property
    def accuracy_on_accepted_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.on_accepted_interval[1] if self.on_accepted_interval else None
