"""What it costs an attacker: tries for a solved captcha, solved captchas a day, and time."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.row import UNDEFENDED
from harness.results.tally import Accuracy
from reports.rates import Rate, captcha_rate

DAY = 86_400_000  # milliseconds


@dataclass(frozen=True)
class Cost:
    """One breaker on one data set of captchas; the solved ones with the ends of their interval."""

    dataset: str
    breaker: str
    accuracy: Rate
    tries_per_solve: str
    solved: str
    solved_span: str
    milliseconds: str
    read_in_a_day: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Costs:
    """The costs of all breakers, by the tries that a page allows a day."""

    tries_per_day: int
    costs: tuple[Cost, ...]


def content(document: Document) -> Costs | None:
    """Count for every breaker without a defense; on single characters nobody spends tries."""
    costs = tuple(
        _cost(breaker, breaker.accuracy, document.tries_per_day)
        for breaker in document.breakers
        if breaker.accuracy
        and breaker.accuracy.tally.captchas
        and breaker.accuracy.tally.length > 1
        and breaker.defense == UNDEFENDED
    )
    return Costs(document.tries_per_day, costs) if costs else None


def _cost(breaker: BreakerResult, accuracy: Accuracy, tries: int) -> Cost:
    rate, each = captcha_rate(accuracy), breaker.milliseconds_per_captcha
    low, high = rate.interval
    return Cost(
        breaker.dataset,
        breaker.breaker,
        rate,
        f"{rate.trials / rate.hits:,.3g}" if rate.hits else "-",
        f"{tries * rate.hits / rate.trials:,.0f}",
        f"{tries * low:,.0f} to {tries * high:,.0f}",
        "-" if each is None else f"{each:,.3g}",
        "-" if not each else f"{float(f'{DAY / each:.2g}'):,.0f}",
        breaker.warnings,
    )
