"""What a busy person takes home: one card per breaker, a sentence or two each."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.rows.result import ResultRow
from reports.flags import flags
from reports.outcomes import UNDEFENDED, chosen_radius, groups, strongest
from reports.rates import Rate, captcha_rate, radius

SHOWN_PER_DATASET = 6


@dataclass(frozen=True)
class Tile:
    """One large number of a card."""

    name: str
    value: str
    span: str
    side: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headline:
    """One breaker in plain words."""

    breaker: str
    dataset: str
    tiles: tuple[Tile, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Headlines:
    """The cards, and a word on the breakers that have none."""

    cards: tuple[Headline, ...]
    more: tuple[str, ...]


def headlines(document: Document) -> Headlines:
    """Give the best breakers of each data set first."""
    own: dict[str, list[BreakerResult]] = {}
    for breaker in document.breakers:
        if breaker.defense == UNDEFENDED:
            own.setdefault(breaker.dataset, []).append(breaker)
    cards: list[Headline] = []
    more: list[str] = []
    for dataset, breakers in own.items():
        ranked = sorted(breakers, key=_reads, reverse=True)
        cards += [_card(document, breaker) for breaker in ranked[:SHOWN_PER_DATASET]]
        if rest := ranked[SHOWN_PER_DATASET:]:
            more.append(f"{len(rest)} more breakers of {dataset} are listed under Breakers.")
    return Headlines(tuple(cards), tuple(more))


def _reads(breaker: BreakerResult) -> float:
    share = breaker.accuracy.tally.captcha_accuracy if breaker.accuracy else None
    return -1.0 if share is None else share


def _card(document: Document, breaker: BreakerResult) -> Headline:
    name, dataset = breaker.breaker, breaker.dataset
    if not breaker.accuracy or not breaker.accuracy.tally.captchas:
        missing = {"failed": "has failed", "skipped": "was skipped"}.get(breaker.status, "")
        why = f"{name} {missing or 'was not measured'}: there is no figure for it."
        return Headline(name, dataset, (), (why,))
    rate, captcha = captcha_rate(breaker.accuracy), breaker.accuracy.tally.length > 1
    side = "low favors the owner of the captcha" if captcha else "high favors whoever runs it"
    tiles = [Tile("clean", rate.shown, rate.span, side, flags(breaker.warnings))]
    tries, flag = document.tries_per_day, _flag(breaker.warnings)
    sentences = [
        (_clean(name, dataset, rate, tries) if captcha else _classifies(name, dataset, rate))
        + f"{flag}."
    ]
    for (of, by, defense, norm), rows in groups(document).items():
        if (of, by, defense) != (dataset, name, UNDEFENDED):
            continue
        epsilon = chosen_radius(rows)
        left = strongest(row for row in rows if row.epsilon == epsilon)
        if epsilon is None or not left or not left.accuracy:
            sentences.append(f"No attack within a {norm} ball was measured on it.")
            continue
        within, now = f"{radius(epsilon)} ({norm})", captcha_rate(left.accuracy)
        tiles.append(Tile(f"attacked, {within}", now.shown, now.span, side, flags(left.warnings)))
        unit = "captcha" if captcha else "image"
        sentences.append(
            f"The strongest attack measured within {within}, taken per {unit}, leaves "
            f"{now.shown}{_of(now, rate)} (95 %: {now.span}){_flag(left.warnings)}."
        )
        word, tile = _defended(document, left, now, within)
        sentences.append(word)
        if tile:
            helped = "high favors the breaker" if captcha else side
            tiles.append(Tile(tile[0], tile[1].shown, tile[1].span, helped, tile[2]))
    return Headline(
        name, dataset, tuple(tiles), tuple(sentence for sentence in sentences if sentence)
    )


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


def _classifies(name: str, dataset: str, rate: Rate) -> str:
    return f"{name} reads {rate.shown} of clean {dataset} images right (95 %: {rate.span})"


def _tries(number: float) -> str:
    return f"{number:.1f}" if number < 10 else _about(number)  # noqa: PLR2004 - one decimal of few


def _about(number: float) -> str:
    """Two figures that count: 67,000, not 67,013."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _flag(warnings: tuple[str, ...]) -> str:
    codes = flags(warnings)
    return f" - flagged ({', '.join(codes)}), see Warnings" if codes else ""


def _of(rate: Rate, clean: Rate) -> str:
    """Give the captchas behind a rate, where they are not those of the clean one."""
    return "" if rate.trials == clean.trials else f" of {rate.trials:,}"


def _defended(
    document: Document, base: ResultRow, before: Rate, within: str
) -> tuple[str, tuple[str, Rate, tuple[str, ...]] | None]:
    """Which defense leaves more than no defense, beyond both intervals."""
    found: list[tuple[str, ResultRow, Rate]] = []
    for (of, by, defense, norm), rows in groups(document).items():
        same = (of, by, norm) == (base.dataset, base.breaker, base.norm)
        left = strongest(row for row in rows if row.epsilon == base.epsilon)
        if same and defense != UNDEFENDED and left and left.accuracy:
            found.append((defense, left, captcha_rate(left.accuracy)))
    if not found:
        return "", None
    better = [one for one in found if one[2].interval[0] > before.interval[1]]
    if not better:
        listed = ", ".join(defense for defense, _, _ in found)
        return f"No defense measured ({listed}) raises that beyond the intervals.", None
    defense, row, rate = max(better, key=lambda one: one[2].interval[0])
    clean = _clean_with(document, row)
    return (
        f"Defended by {defense} it still reads {rate.long} within {within}{clean}"
        f"{_flag((*row.warnings, *_trained(document, row)))}.",
        (f"with {defense}, {within}", rate, flags(row.warnings)),
    )


def _clean_with(document: Document, row: ResultRow) -> str:
    breaker = _defended_breaker(document, row)
    if breaker is None or breaker.accuracy is None:
        return ""
    return f", and {captcha_rate(breaker.accuracy).shown} clean"


def _trained(document: Document, row: ResultRow) -> tuple[str, ...]:
    """Give the warnings of the defended breaker itself."""
    breaker = _defended_breaker(document, row)
    return breaker.warnings if breaker else ()


def _defended_breaker(document: Document, row: ResultRow) -> BreakerResult | None:
    for breaker in document.breakers:
        same = (breaker.dataset, breaker.breaker, breaker.defense)
        if same == (row.dataset, row.breaker, row.defense):
            return breaker
    return None
