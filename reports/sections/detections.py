"""What detectors notice: a table of rates for each breaker, and the curves of false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.detection import DetectionRow
from harness.results.tally import percent
from reports import charts
from reports.detector_score_boxes import score_panels
from reports.palette import Style, numbered_style
from reports.rates import Rate, radius
from reports.titled_chart import TitledChart
from reports.unnoticed import UnnoticedSheet, unnoticed

ENOUGH = 20  # perturbed images behind a row that may be called a detector's hardest


@dataclass(frozen=True)
class DetectorCell:
    """What one detector noticed at one radius of one attack; `heat` is 0 to 100.

    `strict` is what it noticed at a fifth of the false alarms.
    """

    rate: Rate | None
    auroc: str
    strict: str
    heat: int
    status: str = "ok"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttackLine:
    """One attack at one radius; `past`: how many of its images got past the breaker."""

    attack: str
    norm: str
    epsilon: str
    past: str
    adaptive: bool
    cells: tuple[DetectorCell, ...]


@dataclass(frozen=True)
class DetectorTable:
    """One breaker and all detectors over it.

    Attributes:
        alarms: false alarms of each detector.
        target_alarms: the share of false alarms that each detector was set to.
        hardest: of each detector, the attack in a ball, not adaptive, of which it noticed least.
        styles: of the detectors' lines.
    """

    dataset: str
    breaker: str
    detectors: tuple[str, ...]
    alarms: tuple[Rate | None, ...]
    target_alarms: tuple[str, ...]
    lines: tuple[AttackLine, ...]
    hardest: tuple[str, ...]
    styles: tuple[Style, ...]
    panel: TitledChart | None
    scores: tuple[TitledChart, ...]
    unnoticed: tuple[UnnoticedSheet, ...]


@dataclass(frozen=True)
class Detections:
    """A table for each breaker with detectors."""

    tables: tuple[DetectorTable, ...]


def content(document: Document) -> Detections | None:
    """Set the detectors of each breaker side by side."""
    by_breaker: dict[tuple[str, str], list[DetectionRow]] = {}
    for row in document.detections:
        by_breaker.setdefault((row.dataset, row.breaker), []).append(row)
    tables = tuple(
        _table(
            f"roc-{number}", dataset, breaker, rows, tuple(unnoticed(document, dataset, breaker))
        )
        for number, ((dataset, breaker), rows) in enumerate(by_breaker.items())
    )
    return Detections(tables) if tables else None


def _table(
    name: str,
    dataset: str,
    breaker: str,
    rows: Sequence[DetectionRow],
    through: tuple[UnnoticedSheet, ...],
) -> DetectorTable:
    detectors = tuple(dict.fromkeys(row.detector for row in rows))
    by_detector = [[row for row in rows if row.detector == detector] for detector in detectors]
    hardest = [_hardest(same) for same in by_detector]
    styles = tuple(numbered_style(detector, number) for number, detector in enumerate(detectors))
    return DetectorTable(
        dataset,
        breaker,
        detectors,
        tuple(_alarms(same) for same in by_detector),
        tuple(_target_alarms(same) for same in by_detector),
        _lines(rows, detectors),
        tuple(_noticed(row) for row in hardest),
        styles,
        _panel(name, breaker, styles, hardest),
        tuple(score_panels(f"{name}-scores", rows, styles)),
        through,
    )


def _lines(rows: Sequence[DetectionRow], detectors: Sequence[str]) -> tuple[AttackLine, ...]:
    """Give a line for each attack and radius, adaptive ones last."""
    kinds: dict[tuple[bool, str, str, float], list[DetectionRow]] = {}
    for row in rows:
        kinds.setdefault((row.adaptive, row.attack, row.norm, row.epsilon), []).append(row)
    lines = []
    for (adaptive, attack, norm, epsilon), same in sorted(
        kinds.items(), key=lambda item: item[0][0]
    ):
        by_detector = {row.detector: row for row in same}
        past = "" if adaptive else f"{same[0].n_adversarial:,} of {same[0].n_attacked:,}"
        cells = tuple(_cell(by_detector.get(detector)) for detector in detectors)
        lines.append(AttackLine(attack, norm, radius(epsilon), past, adaptive, cells))
    return tuple(lines)


def _cell(row: DetectionRow | None) -> DetectorCell:
    if row is None or not row.n_adversarial:
        return DetectorCell(None, "", "", 0, row.status if row else "missing")
    rate = Rate(row.noticed, row.n_adversarial, row.noticed_interval)
    area = "" if row.auroc is None else f"{row.auroc:.3f}"
    strict = percent(row.noticed_strictly, row.n_adversarial)
    heat = round(100 * row.noticed / row.n_adversarial)
    return DetectorCell(rate, area, strict, heat, flags=row.warnings)


def _alarms(rows: Sequence[DetectionRow]) -> Rate | None:
    """Give the clean test captchas that were taken for perturbed."""
    for row in rows:
        if row.n_clean:
            share = row.false_alarms / row.n_clean
            return Rate(row.false_alarms, row.n_clean, row.alarm_interval or (share, share))
    return None


def _target_alarms(rows: Sequence[DetectionRow]) -> str:
    """Give the share of false alarms that a detector was set to, for example '5 %'."""
    shares = [row.target_fpr for row in rows if row.target_fpr is not None]
    return f"{100 * shares[0]:.3g} %" if shares else ""


def _hardest(rows: Sequence[DetectionRow]) -> DetectionRow | None:
    """Choose the attack in a ball, unaware of the detector, of which it noticed the least."""
    known = [
        row
        for row in rows
        if not row.adaptive and row.norm != "spatial" and row.n_adversarial >= ENOUGH
    ]
    return min(known, key=lambda row: row.noticed / row.n_adversarial, default=None)


def _noticed(row: DetectionRow | None) -> str:
    """Name the share that was noticed, the attack and its radius."""
    if row is None:
        return ""
    share = percent(row.noticed, row.n_adversarial)
    return f"{share}, {row.attack} {radius(row.epsilon)}"


def _panel(
    name: str, breaker: str, styles: Sequence[Style], hardest: Sequence[DetectionRow | None]
) -> TitledChart | None:
    points: list[charts.Point] = [
        {"label": style.label, "alarms": alarms, "noticed": noticed}
        for style, row in zip(styles, hardest, strict=True)
        if row
        for alarms, noticed in row.roc
    ]
    if not points:
        return None
    description = f"Found against false alarms, over {breaker}: " + "; ".join(
        f"{style.label} {_noticed(row)}" for style, row in zip(styles, hardest, strict=True) if row
    )
    picture = charts.roc(name, description, points, styles)
    return TitledChart("Found, at each detector's hardest attack", picture)
