"""Pictures that were misread and not noticed: each detector's hardest attack, and the aware one."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document, GotThrough, Picture
from harness.results.rows.detection import DetectionRow
from reports.galleries import Reading, read
from reports.rates import radius

ROOM = 700_000  # characters of base64
AWARE = "aware"


@dataclass(frozen=True)
class Sheet:
    """Some pictures that one detector let through."""

    detector: str
    attack: str
    epsilon: str
    shots: tuple[tuple[Picture, Reading], ...]


def unnoticed(document: Document, dataset: str, breaker: str) -> list[Sheet]:
    """For each detector over a breaker two sheets at most, as many as there is room for."""
    own = [
        sheet
        for sheet in document.got_through
        if (sheet.dataset, sheet.breaker) == (dataset, breaker)
    ]
    rows = [row for row in document.detections if (row.dataset, row.breaker) == (dataset, breaker)]
    chosen = []
    for detector in dict.fromkeys(sheet.detector for sheet in own):
        same = [sheet for sheet in own if sheet.detector == detector]
        for aware in (False, True):
            kind = [sheet for sheet in same if (sheet.attack == AWARE) == aware]
            chosen += sorted(kind, key=lambda sheet: _let_through(rows, sheet))[-1:]
    room, sheets = ROOM, []
    for sheet in chosen:
        room -= sum(len(one.clean) + len(one.perturbed) for one in sheet.pictures)
        if room > 0:
            sheets.append(_sheet(sheet))
    return sheets


def _let_through(rows: Sequence[DetectionRow], sheet: GotThrough) -> float:
    """Share of what got past the breaker that the detector did not notice."""
    for row in rows:
        known = (row.detector, row.attack, row.epsilon)
        if known == (sheet.detector, sheet.attack, sheet.epsilon) and row.n_adversarial:
            return 1 - row.found / row.n_adversarial
    return 0.0


def _sheet(sheet: GotThrough) -> Sheet:
    shots = tuple((one, read(one.prediction, one.target)) for one in sheet.pictures)
    return Sheet(sheet.detector, sheet.attack, radius(sheet.epsilon), shots)
