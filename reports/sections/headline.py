"""The key results: one card per breaker, a sentence or two each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.result import ResultRow
from harness.results.rows.row import UNDEFENDED
from reports.choosing import BestChoice, best_choice
from reports.flags import flags
from reports.grouping import Groups, chosen_radius, groups, strongest
from reports.rates import Rate, captcha_rate, radius
from reports.tries_spent import furthest, learned

SHOWN_PER_DATASET = 6
CARDS = 24  # about so many are read
DATASETS = 60  # with cards


@dataclass(frozen=True)
class Tile:
    """One large number of a card."""

    name: str
    value: str
    span: str
    side: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """One breaker in plain words."""

    breaker: str
    dataset: str
    captcha: bool
    tiles: tuple[Tile, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Headline:
    """The cards, and a sentence on the breakers that have none."""

    cards: tuple[Card, ...]
    more: tuple[str, ...]


def content(document: Document) -> Headline:
    """Give the best breakers of each data set first."""
    by_dataset: dict[str, list[BreakerResult]] = {}
    for breaker in sorted(document.breakers, key=_is_classifier):  # captchas first
        if breaker.defense == UNDEFENDED:
            by_dataset.setdefault(breaker.dataset, []).append(breaker)
    cards: list[Card] = []
    more: list[str] = []
    grouped = groups(document)
    number = _shown(len(by_dataset) or 1)
    for dataset, breakers in list(by_dataset.items())[:DATASETS]:
        ranked = sorted(breakers, key=_reads, reverse=True)
        cards += [_card(document, grouped, breaker, ranked[0]) for breaker in ranked[:number]]
        if rest := ranked[number:]:
            more.append(f"{len(rest)} more breakers of {dataset} are listed under Breakers.")
    if left_out := len(by_dataset) - DATASETS:
        more += [f"{left_out:,} more data sets are listed under Breakers."] if left_out > 0 else []
    return Headline(tuple(cards), tuple(more))


def _shown(datasets: int) -> int:
    """Choose how many breakers of a data set have a card: fewer of many data sets."""
    return max(1, min(SHOWN_PER_DATASET, CARDS // datasets))


def _is_classifier(breaker: BreakerResult) -> bool:
    """Tell whether a breaker reads single characters."""
    return bool(breaker.accuracy and breaker.accuracy.tally.length == 1)


def _reads(breaker: BreakerResult) -> float:
    """Give what a breaker is ranked by; those that were not measured come last."""
    share = breaker.captcha_accuracy
    return -1.0 if share is None else share


def _card(
    document: Document, grouped: Groups, breaker: BreakerResult, strongest: BreakerResult
) -> Card:
    name, dataset = breaker.breaker, breaker.dataset
    if not breaker.accuracy or not breaker.accuracy.tally.captchas:
        missing = {"failed": "has failed", "skipped": "was skipped"}.get(breaker.status, "")
        why = f"{name} {missing or 'was not measured'}: there is no figure for it."
        return Card(name, dataset, True, (), (why, *_asked(document, breaker)))
    rate, captcha = captcha_rate(breaker.accuracy), breaker.accuracy.tally.length > 1
    side = "low favors the owner of the captcha" if captcha else "high favors whoever runs it"
    tiles = [Tile("clean", rate.shown, rate.span, side, flags(breaker.warnings))]
    tries, flag = document.tries_per_day, _flag(breaker.warnings)
    sentences = [
        (_clean(name, dataset, rate, tries) if captcha else _classifies(name, dataset, rate))
        + f"{flag}.",
        *_stronger(breaker, rate, strongest),
        *_asked(document, breaker),
    ]
    choice = best_choice(document, breaker)
    if choice and captcha and rate.hits:
        tiles += [_chosen_tile(choice, side)] if choice.helps else []
        sentences.append(_choosing(choice, rate, tries, breaker.warnings))
    for (*owner, norm), rows in grouped.items():
        if owner == [dataset, name, UNDEFENDED]:
            further, sentence = _attacked(document, grouped, norm, rows, rate, captcha)
            tiles += further
            sentences += sentence
    return Card(name, dataset, captcha, tuple(tiles), tuple(sentences))


def _stronger(breaker: BreakerResult, rate: Rate, strongest: BreakerResult) -> Iterator[str]:
    """Name the strongest breaker of the data set where another one reads less, beyond chance.

    Args:
        breaker: that a card is about.
        rate: what it reads.
        strongest: of the same data set.
    """
    if strongest is breaker or not strongest.accuracy:
        return
    most = captcha_rate(strongest.accuracy)
    weaker = "weaker_than_ready_made" in breaker.warnings
    if weaker or most.interval[0] > rate.interval[1]:
        yield f"{strongest.breaker} reads more of them: {most.shown}."


def _asked(document: Document, breaker: BreakerResult) -> list[str]:
    """Say what tries at the site made of a breaker whose labels it gives away."""
    rows = [
        row
        for row in document.free_labels
        if (row.dataset, row.breaker) == (breaker.dataset, breaker.breaker)
    ]
    if not rows:
        return []
    row = furthest(rows)
    sentence = f"{learned(row)}{_flag(row.warnings)}."
    return [sentence[0].upper() + sentence[1:]]


def _attacked(
    document: Document,
    grouped: Groups,
    norm: str,
    rows: Sequence[ResultRow],
    clean: Rate,
    captcha: bool,
) -> tuple[list[Tile], list[str]]:
    """Give tiles and sentences on what the attacks within a norm's balls leave, and on defenses.

    Args:
        document: with the breakers that are defended.
        grouped: its rows.
        norm: of the balls.
        rows: of the undefended breaker in this norm.
        clean: what it reads of clean captchas.
        captcha: it reads captchas, and not single characters.
    """
    epsilon = chosen_radius(rows)
    left = strongest(row for row in rows if row.epsilon == epsilon)
    if epsilon is None or not left or not left.accuracy:
        return [], [f"No attack within a {norm} ball was measured on it."]
    within, now = f"{radius(epsilon)} ({norm})", captcha_rate(left.accuracy)
    side = "until the attacker trains on it" if captcha else "high favors whoever runs it"
    tiles = [Tile(f"attacked, {within}", now.shown, now.span, side, flags(left.warnings))]
    sentences = [
        f"The strongest attack measured within {within}, taken per "
        f"{'captcha' if captcha else 'image'}, leaves "
        f"{now.shown}{_of(now, clean)} (95 %: {now.span}){_flag(left.warnings)}."
    ]
    measured = _with_defenses(grouped, left)
    better = [entry for entry in measured if entry[1].interval[0] > now.interval[1]]
    if better:
        row, rate = max(better, key=lambda entry: entry[1].interval[0])
        helped = "high favors the breaker" if captcha else side
        name = f"with {row.defense}, {within}"
        tiles.append(Tile(name, rate.shown, rate.span, helped, flags(row.warnings)))
        sentences.append(_defended(document, row, rate, within))
    elif measured:
        listed = ", ".join(row.defense for row, _rate in measured)
        sentences.append(f"No defense measured ({listed}) raises that beyond the intervals.")
    return tiles, sentences


def _clean(name: str, dataset: str, rate: Rate, tries: int) -> str:
    if not rate.hits:
        most = rate.interval[1]
        return (
            f"{name} reads none of {rate.trials:,} {dataset} captchas (95 %: {rate.span}); with "
            f"{tries:,} tries a day, up to {_about(most * tries)} entries a day are not ruled out"
        )
    share = rate.hits / rate.trials
    often = "every try" if share == 1 else f"1 in {_tries(1 / share)} tries"
    return (
        f"{name} reads {rate.shown} of {dataset} captchas (95 %: {rate.span}), {often}; a page "
        f"that allows {tries:,} tries a day lets it in about {_about(share * tries)} times"
    )


def _chosen_tile(choice: BestChoice, side: str) -> Tile:
    name = f"of the surest {choice.submitted}"
    return Tile(name, choice.precision.shown, choice.precision.span, side, flags(choice.flags))


def _choosing(choice: BestChoice, rate: Rate, tries: int, named: tuple[str, ...]) -> str:
    """Say what it solves when it submits only what it is sure of, beside what it solves of all.

    Args:
        choice: what it solves.
        rate: of all captchas.
        tries: of a day.
        named: codes of warnings that the card has already.
    """
    flag = _flag(tuple(code for code in choice.flags if code not in named))
    if not choice.helps:
        return "An attacker who submits only what it is surest of solves no more."
    precision, plain = choice.precision, rate.hits / rate.trials * tries
    return (
        f"An attacker who submits only the surest {choice.submitted} of the captchas that he loads "
        f"is right in {precision.long} of his tries: he solves about {_about(choice.solved)} a day "
        f"instead of {_about(plain)}{flag}."
    )


def _classifies(name: str, dataset: str, rate: Rate) -> str:
    return f"{name} reads {rate.shown} of clean {dataset} images right (95 %: {rate.span})"


def _tries(number: float) -> str:
    return f"{number:.1f}" if number < 10 else _about(number)  # noqa: PLR2004 - one decimal of few


def _about(number: float) -> str:
    """Round to two figures that count: 67,000, not 67,013."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _flag(warnings: tuple[str, ...]) -> str:
    codes = flags(warnings)
    return f" - flagged ({', '.join(codes)}), see Warnings" if codes else ""


def _of(rate: Rate, clean: Rate) -> str:
    """Give the captchas behind a rate, where they are not those of the clean one."""
    return "" if rate.trials == clean.trials else f" of {rate.trials:,}"


def _with_defenses(grouped: Groups, base: ResultRow) -> list[tuple[ResultRow, Rate]]:
    """Give what the strongest attack of a row's norm and radius leaves with each defense."""
    measured = []
    for (dataset, breaker, defense, norm), rows in grouped.items():
        same = (dataset, breaker, norm) == (base.dataset, base.breaker, base.norm)
        if not same or defense == UNDEFENDED:
            continue
        left = strongest(row for row in rows if row.epsilon == base.epsilon)
        if left and left.accuracy:
            measured.append((left, captcha_rate(left.accuracy)))
    return measured


def _defended(document: Document, row: ResultRow, rate: Rate, within: str) -> str:
    """Say what the defended breaker still reads under attack, and clean."""
    breaker = next(
        (
            breaker
            for breaker in document.breakers
            if (breaker.dataset, breaker.breaker, breaker.defense)
            == (row.dataset, row.breaker, row.defense)
        ),
        None,
    )
    accuracy = breaker.accuracy if breaker else None
    clean = f", and {captcha_rate(accuracy).shown} clean" if accuracy else ""
    warnings = (*row.warnings, *(breaker.warnings if breaker else ()))
    reads = f"it still reads {rate.long} within {within}{clean}"
    return f"Defended by {row.defense} {reads}{_flag(warnings)}."
