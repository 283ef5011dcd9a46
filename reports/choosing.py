"""The best choice of an attacker who submits only what a breaker is sure of."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.precision import PrecisionRow
from harness.results.rows.row import UNDEFENDED
from reports.rates import Rate


@dataclass(frozen=True)
class BestChoice:
    """What is solved at the best coverage.

    Attributes:
        precision: right captchas, of those submitted.
        submitted: the share of captchas that is submitted, for example '10.2 %'.
        solved: captchas a day.
        helps: whether more is solved than by submitting everything.
        flags: codes of warnings.
    """

    precision: Rate
    submitted: str
    solved: float
    helps: bool
    flags: tuple[str, ...]


def best_choice(document: Document, breaker: BreakerResult) -> BestChoice | None:
    """Find the best choice of an undefended breaker; None where it was not measured."""
    row = _best(document, breaker)
    if row is None or not row.is_measured:
        return None
    share = row.n_submitted / row.n_shown
    return BestChoice(
        Rate(row.n_right, row.n_submitted, row.interval),
        f"{100 * share:.3g} %",
        row.solved,
        share < 1 and row.solved > document.tries_per_day * (breaker.captcha_accuracy or 0),
        row.warnings,
    )


def _best(document: Document, breaker: BreakerResult) -> PrecisionRow | None:
    if breaker.defense != UNDEFENDED:
        return None
    same = (
        row
        for row in document.precision
        if row.best and (row.dataset, row.breaker) == (breaker.dataset, breaker.breaker)
    )
    return next(same, None)
