"""Which characters are taken for which: the most frequent pairs of each breaker."""

from dataclasses import dataclass

from harness.results.document import Document
from reports import charts
from reports.figures import Panel, defended

PAIRS = 10
BREAKERS = 60  # charts; more would make the page slow to make and to read


@dataclass(frozen=True)
class Confusions:
    """The pairs of one breaker."""

    dataset: str
    panel: Panel


def confusions(document: Document) -> list[Confusions]:
    """A chart for each breaker that confused anything on clean captchas."""
    found = [breaker for breaker in document.breakers if breaker.confusions][:BREAKERS]
    made = []
    for number, breaker in enumerate(found):
        title = defended(breaker.breaker, breaker.defense)
        pairs = breaker.confusions[:PAIRS]
        says = f"Characters confused by {title} on {breaker.dataset}: " + ", ".join(
            f"{is_} read as {as_} {count} times" for is_, as_, count in pairs
        )
        picture = charts.confusions(f"confusion-{number}", says, pairs)
        made.append(Confusions(breaker.dataset, Panel(title, picture)))
    return made
