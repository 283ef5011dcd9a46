"""What people read of captchas on the page /try."""

from dataclasses import dataclass

from harness.results.document import Document
from reports.rates import Rate


@dataclass(frozen=True)
class PeopleLine:
    """What people read of captchas shown in one way; `seconds` is the median."""

    variant: str
    people: int
    right: Rate
    seconds: str


@dataclass(frozen=True)
class People:
    """A line for each way of showing captchas."""

    lines: tuple[PeopleLine, ...]


def content(document: Document) -> People | None:
    """Give the lines, if people answered."""
    lines = tuple(
        PeopleLine(
            row.variant,
            row.people,
            Rate(row.right, row.captchas, row.interval),
            f"{row.p50_seconds:.1f}",
        )
        for row in document.people
    )
    return People(lines) if lines else None
