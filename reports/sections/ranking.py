"""The captchas of a run, those that stand longest first, with what lies between them."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.ranking import Place, StrongestBreaker, ranking
from harness.results.rows.attacker_cost import AttackerCostRow
from harness.results.verdict import verdict
from reports.flags import flags
from reports.rates import bound
from reports.sections.costs import duration

LISTED = 100  # captchas


@dataclass(frozen=True)
class RankedCaptcha:
    """One line of the ranking, and its sentence."""

    dataset: str
    breaker: str
    rate: str
    span: str
    captchas: str
    behind: str
    behind_span: str
    solved: str
    labels: str
    training: str
    sentence: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """All captchas; `unfair` says who was not tried on all of them, `left_out` counts."""

    captchas: tuple[RankedCaptcha, ...]
    unfair: tuple[str, ...]
    left_out: int


def content(document: Document) -> Ranking | None:
    """Rank the captchas, where there are two or more."""
    places = ranking(document)
    if not places:
        return None
    shown = places[:LISTED]
    following = [*shown[1:], None] if len(shown) == len(places) else [*places[1 : LISTED + 1]]
    captchas = tuple(
        _captcha(document, number, entry, after.strongest if after else None)
        for number, (entry, after) in enumerate(zip(shown, following, strict=True))
    )
    return Ranking(
        captchas, _unfair([entry.strongest for entry in shown]), len(places) - len(shown)
    )


def _captcha(
    document: Document, number: int, entry: Place, after: StrongestBreaker | None
) -> RankedCaptcha:
    strongest = entry.strongest
    cost = verdict(document, strongest.dataset).cost
    low, high = entry.interval or (0.0, 0.0)
    solved = strongest.solved_per_day
    return RankedCaptcha(
        strongest.dataset,
        strongest.name,
        _percent(strongest.rate),
        f"{bound(strongest.interval[0])} to {bound(strongest.interval[1])}",
        f"{strongest.captchas:,}",
        "-" if entry.behind is None else f"{100 * entry.behind:.1f}",
        "" if entry.behind is None else f"{100 * low:.1f} to {100 * high:.1f}",
        "-" if solved is None else f"{solved:,.0f}",
        *_prepared(cost),
        sentence=_sentence(number, entry, after),
        flags=flags(strongest.warnings),
    )


def _prepared(cost: AttackerCostRow | None) -> tuple[str, str]:
    """Write the labels by hand and the training of the attacker that solves most."""
    if cost is None:
        return "-", "-"
    labels, seconds = cost.labels_by_hand, cost.training_seconds
    return (
        "-" if labels is None else f"{labels:,}",
        "-" if seconds is None else duration(seconds) if seconds else "none",
    )


def _sentence(number: int, entry: Place, after: StrongestBreaker | None) -> str:
    strongest = entry.strongest
    span = f"{bound(strongest.interval[0])} to {bound(strongest.interval[1])}"
    reads = f"{strongest.name} reads {_percent(strongest.rate)} (95 %: {span})"
    begin = f"{strongest.dataset} stands longest: even" if not number else f"{strongest.dataset}:"
    if after is None or entry.behind is None or entry.interval is None:
        return f"{begin} {reads}."
    points = f"{100 * entry.behind:.1f} points"
    between = f"95 %: {100 * entry.interval[0]:.1f} to {100 * entry.interval[1]:.1f}"
    if entry.is_apart:
        return f"{begin} {reads}, {points} less than the strongest on {after.dataset} ({between})."
    return (
        f"{begin} {reads}; chance alone may put it before {after.dataset}, {points} behind "
        f"({between})."
    )


def _unfair(strongest: list[StrongestBreaker]) -> tuple[str, ...]:
    """Name the kinds of breakers that some captchas have been spared."""
    everyone = frozenset().union(*(each.tried for each in strongest))
    return tuple(
        f"{each.dataset} was not tried by {', '.join(sorted(everyone - each.tried))}."
        for each in strongest
        if everyone - each.tried
    )


def _percent(share: float) -> str:
    return f"{bound(share)} %"
