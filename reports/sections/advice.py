"""What an owner can change, from what was measured: tries, the captcha, noise, characters."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.results.document import BreakerResult, Document
from harness.results.ranking import ranking
from harness.results.rows.result import ResultRow
from harness.results.rows.row import UNDEFENDED
from harness.results.verdict import Verdict, verdicts
from reports.flags import flags
from reports.grouping import Groups, chosen_radius, groups, strongest
from reports.rates import captcha_rate, radius

FEWER_TRIES = 1000  # a day, as an example
PAIRS = 4
LISTED = 20  # captchas


@dataclass(frozen=True)
class CaptchaAdvice:
    """What can be changed at one captcha; a line each."""

    dataset: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Advice:
    """What can be changed; `alternatives` compares the captchas of the run."""

    alternatives: str
    captchas: tuple[CaptchaAdvice, ...]


def content(document: Document) -> Advice | None:
    """Give what the figures say about each captcha that some breaker reads."""
    grouped = groups(document)
    captchas = tuple(
        CaptchaAdvice(each.dataset, tuple(_lines(document, grouped, each)))
        for each in verdicts(document)[:LISTED]
        if each.highest and any(attacker.hits for attacker in each.attackers)
    )
    return Advice(_alternatives(document), captchas) if captchas else None


def _alternatives(document: Document) -> str:
    """Say which measured captcha to take; empty where the first place is chance."""
    places = ranking(document)
    if not places:
        return ""
    first = places[0]
    if not first.is_apart:
        return (
            "Of the captchas measured here, none is shown to stand longest: "
            f"{first.strongest.dataset} and {places[1].strongest.dataset} lie within chance of "
            "each other."
        )
    return (
        f"Of the captchas measured here, {first.strongest.dataset} is read least; how much less "
        "than the others is in the ranking above."
    )


def _lines(document: Document, grouped: Groups, judged: Verdict) -> Iterator[str]:
    best = max(judged.attackers, key=lambda each: each.share)
    inside = best.share * FEWER_TRIES
    yield (
        f"Tries: of {FEWER_TRIES:,} a day, {best.name} gets in about {_about(inside)} times; of "
        f"{judged.tries_per_day:,}, {_about(best.share * judged.tries_per_day)}. A limit of tries "
        "for each visitor, and of captchas loaded, holds whatever the breaker."
    )
    reader = _strongest_reader(document, judged.dataset)
    if reader is None:
        return
    yield from _noise(document, grouped, reader)
    if reader.confusions:
        pairs = ", ".join(
            f"{true} as {read} ({count:,})" for true, read, count in reader.confusions[:PAIRS]
        )
        yield (
            f"Characters: {reader.breaker} most often reads {pairs}. Whether people take them for "
            "each other as well was not measured here; if they do, they are a burden to both."
        )


def _strongest_reader(document: Document, dataset: str) -> BreakerResult | None:
    readers = [
        row
        for row in document.breakers
        if row.dataset == dataset and row.defense == UNDEFENDED and row.captcha_accuracy
    ]
    return max(readers, key=lambda row: row.captcha_accuracy or 0.0, default=None)


def _noise(document: Document, grouped: Groups, reader: BreakerResult) -> Iterator[str]:
    """Say what noise is worth, and what is left of that once the attacker has trained on it."""
    for (dataset, breaker, defense, norm), rows in grouped.items():
        if (dataset, breaker, defense) != (reader.dataset, reader.breaker, UNDEFENDED):
            continue
        epsilon = chosen_radius(rows)
        left = strongest(row for row in rows if row.epsilon == epsilon)
        if epsilon is None or left is None or left.accuracy is None:
            continue
        noised = captcha_rate(left.accuracy)
        begin = (
            f"Noise: within {radius(epsilon)} ({norm}) it leaves {breaker} {noised.long}"
            f"{_flag(left)}, as long as the attacker does not train on such captchas"
        )
        after = _retrained(document, grouped, reader, norm, epsilon)
        if after is None or after.accuracy is None:
            yield f"{begin}; what is left of that when he does was not measured."
            continue
        yield (
            f"{begin}; after {after.defense} it reads {captcha_rate(after.accuracy).long} of them"
            f"{_flag(after)}."
        )


def _retrained(
    document: Document, grouped: Groups, reader: BreakerResult, norm: str, epsilon: float
) -> ResultRow | None:
    """Give what the best of the defenses that train the breaker further reads under attack."""
    trained = {
        row.defense
        for row in document.breakers
        if (row.dataset, row.breaker) == (reader.dataset, reader.breaker)
        and row.history != reader.history
    }
    left = [
        strongest(row for row in rows if row.epsilon == epsilon)
        for (dataset, breaker, defense, of), rows in grouped.items()
        if (dataset, breaker, of) == (reader.dataset, reader.breaker, norm) and defense in trained
    ]
    return max((row for row in left if row), key=lambda row: row.left, default=None)


def _flag(row: ResultRow) -> str:
    codes = flags(row.warnings)
    return f" - flagged ({', '.join(codes)})" if codes else ""


def _about(number: float) -> str:
    """Round to two figures that count."""
    return f"{float(f'{number:.2g}'):,.0f}" if number >= 1 else f"{number:.2g}"
