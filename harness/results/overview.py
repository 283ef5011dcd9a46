"""A run in short, for the page over all runs: a small file beside its report."""

from typing import Literal, Self

from pydantic import ValidationError

from harness.options import Options
from harness.results.document import Document
from harness.results.gate import gate
from harness.results.ranking import strongest_breakers
from harness.results.tally import Interval
from harness.results.verdict import verdict

FILE = "overview.json"


class VerdictInShort(Options):
    """The verdict on one captcha: its grade, and what the strongest breaker reads."""

    dataset: str
    grade: str
    breaker: str
    rate: float
    interval: Interval
    captchas: int
    warnings: tuple[str, ...] = ()


class Overview(Options):
    """A run in short.

    Attributes:
        begun: ISO 8601 in UTC; empty: not known.
        seconds: of work.
        limits: how many the sweep file sets; `crossed`: names of those that are crossed.
        failed: steps; `skipped`: those that needed them.
    """

    schema_version: Literal[1] = 1
    run: str
    name: str
    title: str
    begun: str
    commit: str
    seconds: float
    verdicts: tuple[VerdictInShort, ...]
    breakers: int
    limits: int
    crossed: tuple[str, ...]
    warnings: tuple[str, ...]
    failed: int
    skipped: int

    @classmethod
    def read(cls, text: bytes) -> Self | None:
        """Read one; None of what another edition has written, or is damaged."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return None


def overview(document: Document) -> Overview:
    """Shorten the results of a run."""
    checks = gate(document)
    statuses = [failure.status for failure in document.failures]
    return Overview(
        run=document.run,
        name=document.name,
        title=document.title,
        begun=document.provenance.begun,
        commit=document.provenance.commit,
        seconds=document.provenance.step_seconds,
        verdicts=tuple(
            VerdictInShort(
                dataset=each.dataset,
                grade=verdict(document, each.dataset).grade,
                breaker=each.name,
                rate=each.rate,
                interval=each.interval,
                captchas=each.captchas,
                warnings=each.warnings,
            )
            for each in strongest_breakers(document)
        ),
        breakers=len(document.breakers),
        limits=len(checks),
        crossed=tuple(f"{each.limit} {each.at}".strip() for each in checks if not each.kept),
        warnings=tuple(document.raised_warnings()),
        failed=statuses.count("failed"),
        skipped=statuses.count("skipped"),
    )
