"""What detectors found: a table of rates for each breaker, and the curves of false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.detection import DetectionRow
from reports import charts
from reports.figures import Panel
from reports.palette import Style, numbered_style
from reports.rates import Rate, radius
from reports.scores import score_panels
from reports.unnoticed import Sheet, unnoticed

ENOUGH = 20  # perturbed images behind a row that may be called a detector's hardest


@dataclass(frozen=True)
class Found:
    """What one detector found at one radius of one attack; `heat` is 0 to 100.

    `strict` is what it found at a fifth of the false alarms.
    """

    rate: Rate | None
    auroc: str
    strict: str
    heat: int
    status: str = "ok"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One attack at one radius."""

    attack: str
    norm: str
    epsilon: str
    past: str
    adaptive: bool
    cells: tuple[Found, ...]


@dataclass(frozen=True)
class Guarded:
    """One breaker and all detectors over it."""

    dataset: str
    breaker: str
    detectors: tuple[str, ...]
    alarms: tuple[Rate | None, ...]
    asked: tuple[str, ...]
    lines: tuple[Line, ...]
    hardest: tuple[str, ...]
    styles: tuple[Style, ...]
    panel: Panel | None
    scores: tuple[Panel, ...]
    unnoticed: tuple[Sheet, ...]


def guarded(document: Document) -> list[Guarded]:
    """A table for each breaker with detectors."""
    own: dict[tuple[str, str], list[DetectionRow]] = {}
    for row in document.detections:
        own.setdefault((row.dataset, row.breaker), []).append(row)
    return [
        _guarded(
            f"roc-{number}", dataset, breaker, rows, tuple(unnoticed(document, dataset, breaker))
        )
        for number, ((dataset, breaker), rows) in enumerate(own.items())
    ]


def _guarded(
    name: str,
    dataset: str,
    breaker: str,
    rows: Sequence[DetectionRow],
    through: tuple[Sheet, ...],
) -> Guarded:
    detectors = tuple(dict.fromkeys(row.detector for row in rows))
    kinds: dict[tuple[bool, str, str, float], list[DetectionRow]] = {}
    for row in rows:
        kinds.setdefault((row.adaptive, row.attack, row.norm, row.epsilon), []).append(row)
    lines = []
    for (adaptive, attack, norm, epsilon), same in sorted(
        kinds.items(), key=lambda item: item[0][0]
    ):
        by_detector = {row.detector: row for row in same}
        past = "" if adaptive else f"{same[0].n_adversarial:,} of {same[0].n_attacked:,}"
        cells = tuple(_found(by_detector.get(detector)) for detector in detectors)
        lines.append(Line(attack, norm, radius(epsilon), past, adaptive, cells))
    hardest = [_hardest([row for row in rows if row.detector == one]) for one in detectors]
    styles = tuple(numbered_style(one, number) for number, one in enumerate(detectors))
    return Guarded(
        dataset,
        breaker,
        detectors,
        tuple(_alarms([row for row in rows if row.detector == one]) for one in detectors),
        tuple(_asked([row for row in rows if row.detector == one]) for one in detectors),
        tuple(lines),
        tuple(_said(row) for row in hardest),
        styles,
        _panel(name, breaker, styles, hardest),
        tuple(score_panels(f"{name}-scores", rows, styles)),
        through,
    )


def _found(row: DetectionRow | None) -> Found:
    if row is None or not row.n_adversarial:
        return Found(None, "", "", 0, row.status if row else "missing")
    rate = Rate(row.found, row.n_adversarial, row.found_interval)
    area = "" if row.auroc is None else f"{row.auroc:.3f}"
    strict = Rate(row.found_strictly, row.n_adversarial, row.found_interval).shown
    return Found(rate, area, strict, round(100 * row.found / row.n_adversarial), flags=row.warnings)


def _alarms(rows: Sequence[DetectionRow]) -> Rate | None:
    """Clean test captchas that were taken for perturbed."""
    for row in rows:
        if row.n_clean:
            share = row.false_alarms / row.n_clean
            return Rate(row.false_alarms, row.n_clean, row.alarm_interval or (share, share))
    return None


def _asked(rows: Sequence[DetectionRow]) -> str:
    """Give the share of false alarms that a detector was set to, for example '5 %'."""
    shares = [row.target_fpr for row in rows if row.target_fpr is not None]
    return f"{100 * shares[0]:.3g} %" if shares else ""


def _hardest(rows: Sequence[DetectionRow]) -> DetectionRow | None:
    """Give the attack in a ball, unaware of the detector, of which it found the least."""
    known = [
        row
        for row in rows
        if not row.adaptive and row.norm != "spatial" and row.n_adversarial >= ENOUGH
    ]
    return min(known, key=lambda row: row.found / row.n_adversarial, default=None)


def _said(row: DetectionRow | None) -> str:
    if row is None:
        return ""
    share = Rate(row.found, row.n_adversarial, row.found_interval).shown
    return f"{share}, {row.attack} {radius(row.epsilon)}"


def _panel(
    name: str, breaker: str, styles: Sequence[Style], hardest: Sequence[DetectionRow | None]
) -> Panel | None:
    points = [
        {"label": style.label, "alarms": alarms, "found": found}
        for style, row in zip(styles, hardest, strict=True)
        if row
        for alarms, found in row.roc
    ]
    if not points:
        return None
    says = f"Found against false alarms, over {breaker}: " + "; ".join(
        f"{style.label} {_said(row)}" for style, row in zip(styles, hardest, strict=True) if row
    )
    return Panel("Found, at each detector's hardest attack", charts.roc(name, says, points, styles))
