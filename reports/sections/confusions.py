"""Which characters are taken for which: the most frequent pairs of each breaker."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from reports import bar_charts
from reports.grouping import defended
from reports.titled_chart import TitledChart

PAIRS = 10
BREAKERS = 60  # charts; more would make the page slow to write and to read


@dataclass(frozen=True)
class ConfusionChart:
    """The pairs of one breaker."""

    dataset: str
    panel: TitledChart


@dataclass(frozen=True)
class Confusions:
    """A chart for each breaker that confused anything on clean captchas."""

    charts: tuple[ConfusionChart, ...]


def content(document: Document) -> Confusions:
    """Draw the pairs of the breakers that have any."""
    confused = [breaker for breaker in document.breakers if breaker.confusions][:BREAKERS]
    return Confusions(tuple(_chart(number, breaker) for number, breaker in enumerate(confused)))


def _chart(number: int, breaker: BreakerResult) -> ConfusionChart:
    title = defended(breaker.breaker, breaker.defense)
    pairs = breaker.confusions[:PAIRS]
    description = f"Characters confused by {title} on {breaker.dataset}: " + ", ".join(
        f"{is_} read as {as_} {count} times" for is_, as_, count in pairs
    )
    picture = bar_charts.confusions(f"confusion-{number}", description, pairs)
    return ConfusionChart(breaker.dataset, TitledChart(title, picture))
