"""Attackers of a captcha: what each breaker of a run came to, as somebody who wants to get in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from harness.results.rows.visit import VisitRow
from harness.results.tally import Interval, percent

FEWEST = 30  # captchas, or submitted answers, below which nothing is said

Means = Literal["ready_made", "labels", "free_labels", "page", "choice"]


@dataclass(frozen=True)
class Attacker:
    """One attacker and what it came to.

    Attributes:
        name: of the breaker, or of the visits.
        means: what it works with.
        labels: captchas that were labelled for it by hand.
        hits: right answers.
        trials: answers.
        interval: 95 %, of hits over trials.
        solved_per_day: captchas solved in a day's tries, where that was measured.
        warnings: codes.
    """

    name: str
    means: Means
    labels: int
    hits: int
    trials: int
    interval: Interval
    solved_per_day: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Divide right answers by all."""
        return self.hits / self.trials

    @property
    def of_hundred(self) -> str:
        """Write the share as a number of 100, which never overstates."""
        if not self.hits:
            return f"none of {self.trials:,}"
        if self.hits == self.trials:
            return f"all of {self.trials:,}"
        number = round(100 * self.share)
        if number in (0, 100):
            return f"{percent(self.hits, self.trials)}".replace(" %", " of 100")
        return f"{number} of 100"


def attackers(document: Document, dataset: str) -> list[Attacker]:
    """List all who were tried on the captchas of one data set, on FEWEST of them or more.

    Args:
        document: of a run.
        dataset: its name in the sweep.
    """
    readers = [row for row in document.breakers if row.dataset == dataset and is_measured(row)]
    free = {
        row.breaker: row.labels_by_hand for row in document.free_labels if row.dataset == dataset
    }
    return [
        *(_reader(row, free.get(row.breaker)) for row in readers),
        *_visitors(document, dataset),
        *_choosers(document, readers, free),
    ]


def is_measured(row: BreakerResult) -> bool:
    """Tell whether an undefended breaker has read enough captchas, not single characters."""
    tally = row.accuracy.tally if row.accuracy and row.defense == UNDEFENDED else None
    return tally is not None and tally.captchas >= FEWEST and tally.length > 1


def _reader(row: BreakerResult, by_hand: int | None) -> Attacker:
    """Give a breaker as an attacker that answers every captcha.

    Args:
        row: of the breaker.
        by_hand: labels by hand of one whose other labels a site gives away; None of any other.
    """
    if row.accuracy is None:
        raise TypeError(f"{row.breaker} was not measured")
    tally = row.accuracy.tally
    return Attacker(
        row.breaker,
        "free_labels" if by_hand is not None else "labels" if row.train_images else "ready_made",
        row.train_images if by_hand is None else by_hand,
        tally.right_captchas,
        tally.captchas,
        row.accuracy.captcha_interval,
        warnings=row.warnings,
    )


def _visitors(document: Document, dataset: str) -> list[Attacker]:
    """List what visits to pages came to, where nothing perturbs their captchas."""
    labels = {row.breaker: row.train_images for row in document.breakers if row.dataset == dataset}
    return [
        Attacker(
            row.variant,
            "page",
            labels.get(row.breaker, 0),
            row.passed,
            *_answered(row),
            warnings=row.warnings,
        )
        for row in document.visits
        if row.dataset == dataset and row.defense == UNDEFENDED and row.visits >= FEWEST
    ]


def _answered(row: VisitRow) -> tuple[int, Interval]:
    """Count the visits that a page let answer, with the interval of those that passed.

    A page that takes no more answers says nothing of its captcha.
    """
    if row.blocked_visits and row.submitted:
        return row.submitted, row.submitted_interval
    return row.visits, row.interval


def _choosers(
    document: Document, readers: Sequence[BreakerResult], free: Mapping[str, int]
) -> list[Attacker]:
    """List attackers who submit only what they are sure of, each at its best coverage."""
    labels = {
        (row.dataset, row.breaker): free.get(row.breaker, row.train_images) for row in readers
    }
    return [
        Attacker(
            row.breaker,
            "choice",
            labels[row.dataset, row.breaker],
            row.n_right,
            row.n_submitted,
            row.interval,
            row.solved,
            row.warnings,
        )
        for row in document.precision
        if row.best and row.is_measured and (row.dataset, row.breaker) in labels
    ]
