"""The verdict on the captchas of each data set, in a sentence, with all attackers behind it."""

from dataclasses import dataclass

from harness.results.attackers import Attacker
from harness.results.document import Document
from harness.results.verdict import Verdict, verdicts
from reports.flags import flags
from reports.rates import Rate

MEANS = {
    "ready_made": "ready-made, no label",
    "labels": "trained",
    "free_labels": "labels from the site's answers",
    "page": "before the page",
    "choice": "submits only what it is sure of",
}


@dataclass(frozen=True)
class AttackerLine:
    """A line of the table: an attacker, and what it came to."""

    name: str
    means: str
    labels: str
    rate: Rate
    per_day: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """The verdict on the captchas of one data set."""

    verdict: Verdict
    meaning: str
    attackers: tuple[AttackerLine, ...]


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of a run."""

    judged: tuple[Judged, ...]


def content(document: Document) -> Verdicts | None:
    """Give a verdict for each data set of captchas that some breaker has read."""
    judged = tuple(map(_judged, verdicts(document)))
    return Verdicts(judged) if judged else None


def _judged(verdict: Verdict) -> Judged:
    ranked = sorted(verdict.attackers, key=lambda each: each.share, reverse=True)
    lines = tuple(_line(each, verdict.tries_per_day) for each in ranked)
    return Judged(verdict, verdict.meaning, lines)


def _line(attacker: Attacker, tries: int) -> AttackerLine:
    """Write one attacker; where nobody has counted, its share of the tries of a day."""
    solved = attacker.share * tries if attacker.solved_per_day is None else attacker.solved_per_day
    return AttackerLine(
        attacker.name,
        MEANS[attacker.means],
        f"{attacker.labels:,}" if attacker.labels else "none",
        Rate(attacker.hits, attacker.trials, attacker.interval),
        f"{solved:,.0f}" if attacker.hits else "0",
        flags(attacker.warnings),
    )
