"""What it costs an attacker: labels and training first, then tries, loads and time; and people."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.attacker_cost import AttackerCostRow
from reports.rates import Rate

DAY, MINUTE, HOUR = 86_400_000, 60, 3600  # in milliseconds, in seconds
CENT = 0.01


@dataclass(frozen=True)
class Cost:
    """One breaker on one data set of captchas; spans are the ends of 95 % intervals."""

    dataset: str
    breaker: str
    labels: str
    training: str
    rate: Rate | None
    tries_per_solve: str
    tries_span: str
    loads_per_solve: str
    solved: str
    solved_span: str
    milliseconds: str
    read_in_a_day: str
    people: str
    status: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Priced:
    """The dollars that one breaker costs, as far as the sweep prices labels and hours."""

    dataset: str
    breaker: str
    labels: str
    training: str
    reading: str
    cheaper_after: str


@dataclass(frozen=True)
class Costs:
    """The costs of all breakers, by the tries that a page allows a day and the price of people.

    Attributes:
        tries_per_day: answers.
        price_per_thousand: that people are paid for solving 1,000 captchas, in dollars.
        sentences: on the breaker of each data set that solves most.
        costs: of each breaker.
        prices: of each breaker; none where the sweep prices neither labels nor hours.
    """

    tries_per_day: int
    price_per_thousand: str
    sentences: tuple[str, ...]
    costs: tuple[Cost, ...]
    prices: tuple[Priced, ...]
    left_out: int


LISTED = 500  # breakers


def content(document: Document) -> Costs | None:
    """Show the costs of every breaker without a defense; there are none on single characters."""
    rows = document.attacker_costs
    if not any(row.attempts for row in rows):
        return None
    is_priced = any((row.price_per_label, row.price_per_hour) != (None, None) for row in rows)
    return Costs(
        document.tries_per_day,
        dollars(rows[0].price_per_thousand),
        tuple(_sentences(rows)),
        tuple(_cost(row) for row in rows[:LISTED]),
        tuple(_prices(row) for row in rows[:LISTED]) if is_priced else (),
        max(0, len(rows) - LISTED),
    )


def _sentences(rows: tuple[AttackerCostRow, ...]) -> Iterator[str]:
    """Write what the breaker that solves most of each data set costs."""
    strongest: dict[str, AttackerCostRow] = {}
    for row in rows:
        most = strongest.get(row.dataset)
        if row.n_solved and (not most or (row.solved_per_day or 0) > (most.solved_per_day or 0)):
            strongest[row.dataset] = row
    for dataset, row in strongest.items():
        tries, loads = _few(row.tries_per_solve), _few(row.loads_per_solve)
        spent = f"{tries} tries" + ("" if loads == tries else f" and {loads} loads of the page")
        yield (
            f"{dataset}: {row.breaker} takes {_preparation(row)}; then {spent} for one solved "
            f"captcha. What it solves a day would cost {dollars(row.people_price_per_day)} dollars "
            "from people."
        )


def _preparation(row: AttackerCostRow) -> str:
    """Write what comes before the first try."""
    labels = "labels that are not counted" if row.labels_by_hand is None else (
        f"{row.labels_by_hand:,} labels by hand" if row.labels_by_hand else "no label by hand"
    )  # fmt: skip
    seconds = row.training_seconds
    if seconds is None:
        return f"{labels} and a training whose time is not known"
    return (
        f"{labels} and {duration(seconds)} of training" if seconds else f"{labels} and no training"
    )


def _cost(row: AttackerCostRow) -> Cost:
    tried, each = row.attempts, row.milliseconds_per_captcha
    rate = Rate(tried.solved, tried.tries, tried.interval) if tried else None
    solved, low, high = row.solved_per_day, row.solved_per_day_low, row.solved_per_day_high
    return Cost(
        row.dataset,
        row.breaker,
        "-" if row.labels_by_hand is None else f"{row.labels_by_hand:,}",
        "-" if row.training_seconds is None else duration(row.training_seconds),
        rate,
        _few(row.tries_per_solve),
        _span(row.tries_per_solve_low, row.tries_per_solve_high),
        _few(row.loads_per_solve),
        "-" if solved is None else f"{solved:,.0f}",
        "-" if low is None or high is None else f"{low:,.0f} to {high:,.0f}",
        "-" if each is None else f"{each:,.3g}",
        "-" if not each else f"{float(f'{DAY / each:.2g}'):,.0f} a day",
        dollars(row.people_price_per_day),
        row.status,
        row.warnings,
    )


def _prices(row: AttackerCostRow) -> Priced:
    return Priced(
        row.dataset,
        row.breaker,
        dollars(row.labels_price),
        dollars(row.training_price),
        dollars(row.reading_price_per_thousand),
        "-" if row.cheaper_after is None else f"{row.cheaper_after:,}",
    )


def dollars(amount: float | None) -> str:
    """Show an amount for people; less than a cent is not nothing."""
    if amount is None:
        return "-"
    return "less than 0.01" if 0 < amount < CENT else f"{amount:,.2f}"


def duration(seconds: float) -> str:
    """Show how long a training took."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s" if seconds >= 1 or not seconds else "less than 1 s"
    return f"{seconds / MINUTE:,.1f} min" if seconds < HOUR else f"{seconds / HOUR:,.1f} h"


def _few(number: float | None) -> str:
    """Show a number of tries with three figures that count."""
    return "-" if number is None else f"{float(f'{number:.3g}'):,.10g}"


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return "-"
    return f"{_few(low)} or more" if high is None else f"{_few(low)} to {_few(high)}"
