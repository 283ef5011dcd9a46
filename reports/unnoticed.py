"""Pictures that were misread and not noticed: each detector's hardest attack, and the adaptive."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document, GotThrough, Picture
from harness.results.rows.detection import ADAPTIVE, DetectionRow
from reports.marked_text import MarkedText, mark
from reports.rates import radius

ROOM = 700_000  # characters of base64


@dataclass(frozen=True)
class UnnoticedSheet:
    """Some pictures that one detector let through."""

    detector: str
    attack: str
    epsilon: str
    shots: tuple[tuple[Picture, MarkedText], ...]


def unnoticed(document: Document, dataset: str, breaker: str) -> list[UnnoticedSheet]:
    """Give each detector over a breaker two sheets at most, as many as there is room for."""
    kept = [
        sheet
        for sheet in document.got_through
        if (sheet.dataset, sheet.breaker) == (dataset, breaker)
    ]
    rows = [row for row in document.detections if (row.dataset, row.breaker) == (dataset, breaker)]
    chosen = []
    for detector in dict.fromkeys(sheet.detector for sheet in kept):
        same = [sheet for sheet in kept if sheet.detector == detector]
        for aware in (False, True):
            kind = [sheet for sheet in same if (sheet.attack == ADAPTIVE) == aware]
            chosen += sorted(kind, key=lambda sheet: _let_through(rows, sheet))[-1:]
    room, sheets = ROOM, []
    for sheet in chosen:
        room -= sum(len(picture.clean) + len(picture.perturbed) for picture in sheet.pictures)
        if room > 0:
            sheets.append(_sheet(sheet))
    return sheets


def _let_through(rows: Sequence[DetectionRow], sheet: GotThrough) -> float:
    """Give the share of what got past the breaker that the detector did not notice."""
    for row in rows:
        key = (row.detector, row.attack, row.epsilon)
        if key == (sheet.detector, sheet.attack, sheet.epsilon) and row.n_adversarial:
            return 1 - row.noticed / row.n_adversarial
    return 0.0


def _sheet(sheet: GotThrough) -> UnnoticedSheet:
    shots = tuple((picture, mark(picture.prediction, picture.target)) for picture in sheet.pictures)
    return UnnoticedSheet(sheet.detector, sheet.attack, radius(sheet.epsilon), shots)
