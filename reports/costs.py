"""What it costs an attacker: tries for a solved captcha, solved captchas a day, and time."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.tally import Accuracy
from reports.outcomes import UNDEFENDED
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


def costs(document: Document) -> list[Cost]:
    """Every breaker without a defense on captchas; on single characters nobody spends tries."""
    return [
        _cost(one, one.accuracy, document.tries_per_day)
        for one in document.breakers
        if one.accuracy
        and one.accuracy.tally.captchas
        and one.accuracy.tally.length > 1
        and one.defense == UNDEFENDED
    ]


def _cost(one: BreakerResult, accuracy: Accuracy, tries: int) -> Cost:
    rate, each = captcha_rate(accuracy), one.milliseconds_per_captcha
    low, high = rate.interval
    return Cost(
        one.dataset,
        one.breaker,
        rate,
        f"{rate.trials / rate.hits:,.3g}" if rate.hits else "-",
        f"{tries * rate.hits / rate.trials:,.0f}",
        f"{tries * low:,.0f} to {tries * high:,.0f}",
        "-" if each is None else f"{each:,.3g}",
        "-" if not each else f"{float(f'{DAY / each:.2g}'):,.0f}",
        one.warnings,
    )
