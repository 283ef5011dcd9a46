"""Two runs side by side as a page, in the look of a report."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document
from reports.page import standalone


@dataclass(frozen=True)
class ComparedRow:
    """One figure of two runs, as text; `apart`: by how many points it has moved."""

    kind: str
    row: str
    outcome: str
    before: str
    before_span: str
    after: str
    after_span: str
    apart: str
    test: str
    chance: str


def render(before: Document, after: Document, numbers: str, rows: Sequence[ComparedRow]) -> str:
    """Give the text of the page.

    Args:
        before: the earlier run.
        after: the later run.
        numbers: of the outcomes, in a line.
        rows: those that matter first.
    """
    different = [row for row in rows if row.outcome not in ("same", "in neither")]
    others = [row for row in rows if row.outcome in ("same", "in neither")]
    return standalone(
        "comparison.html.j2",
        title=f"{before.run} and {after.run}",
        label=f"{before.run} and {after.run}",
        before=before,
        after=after,
        numbers=numbers,
        different=different,
        others=others,
    )
