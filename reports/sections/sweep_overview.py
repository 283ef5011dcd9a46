"""What the sweep asked for: how many data sets, breakers, attacks and defenses, and its file."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.result import WORST_CASE
from harness.results.rows.row import UNDEFENDED


@dataclass(frozen=True)
class Asked:
    """A sweep in numbers and names; `text` is the sweep file."""

    name: str
    datasets: int
    breakers: int
    attacks: tuple[str, ...]
    defenses: tuple[str, ...]
    text: str


def content(document: Document) -> Asked:
    """Count what was asked for, by what the document lists."""
    attacks = dict.fromkeys(row.attack for row in document.rows if row.attack != WORST_CASE)
    defenses = dict.fromkeys(
        breaker.defense for breaker in document.breakers if breaker.defense != UNDEFENDED
    )
    return Asked(
        document.name,
        len({breaker.dataset for breaker in document.breakers}),
        len({breaker.breaker for breaker in document.breakers}),
        tuple(attacks),
        tuple(defenses),
        document.asked,
    )
