"""Labels that the site gives away: the sweep `free-labels`, round after round."""

from dataclasses import dataclass

from benchmarks.measured import captchas_read, document
from harness.results.rows.free_labels import FreeLabelsRow
from harness.results.tally import percent


@dataclass(frozen=True)
class AskedRound:
    """A breaker after a round, for people."""

    breaker: str
    labels_by_hand: int
    round: int
    reader: str
    tries: int
    accepted: int
    captchas: str
    interval: str
    on_accepted: str

    @classmethod
    def of(cls, row: FreeLabelsRow) -> "AskedRound":
        """Take it from a row of free_labels.csv."""
        low, high = row.accuracy.captcha_interval if row.accuracy else (0.0, 1.0)
        return cls(
            breaker=row.breaker,
            labels_by_hand=row.labels_by_hand,
            round=row.round,
            reader=row.reader or "-",
            tries=row.tries or 0,
            accepted=row.accepted or 0,
            captchas=captchas_read(row.accuracy, row.status),
            interval=f"{100 * low:.1f} to {100 * high:.1f}" if row.accuracy else "",
            on_accepted=percent(row.right_on_accepted or 0, row.n_on_accepted or 0),
        )


@dataclass(frozen=True)
class FreeLabels:
    """Rounds of all breakers, and what those that ask first read of the same test captchas."""

    rounds: tuple[AskedRound, ...]
    readers: dict[str, str]


def measure() -> FreeLabels:
    """Carry out the sweep; steps that are done are not done again."""
    measured = document("free-labels")
    asking = {row.breaker for row in measured.free_labels}
    readers = {
        breaker.breaker: captchas_read(breaker.accuracy, breaker.status)
        for breaker in measured.breakers
        if breaker.breaker not in asking
    }
    return FreeLabels(tuple(map(AskedRound.of, measured.free_labels)), readers)
