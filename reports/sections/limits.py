"""What became of the limits of the sweep file, those that are crossed first."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.gate import LimitCheck, gate


@dataclass(frozen=True)
class Limits:
    """All limits of a run."""

    checks: tuple[LimitCheck, ...]
    crossed: int


def content(document: Document) -> Limits | None:
    """Give the limits, where there are any."""
    if not document.limits.are_set:
        return None
    checks = sorted(gate(document), key=lambda check: check.kept)
    return Limits(tuple(checks), sum(not check.kept for check in checks))
