"""Clean captchas that a breaker misread, as many as there is room for."""

from dataclasses import dataclass

from harness.results.document import BreakerResult, Document, Picture
from reports.grouping import defended
from reports.marked_text import MarkedText, mark
from reports.page_size_budget import fitting

ROOM = 400_000  # characters of base64
MOST = 24  # pictures of a breaker


@dataclass(frozen=True)
class MisreadSheet:
    """The pictures of one breaker, each with what was read."""

    dataset: str
    title: str
    shots: tuple[tuple[Picture, MarkedText], ...]


@dataclass(frozen=True)
class Misread:
    """A sheet for each breaker that misread anything."""

    sheets: tuple[MisreadSheet, ...]


def content(document: Document) -> Misread:
    """Give the sheets of all breakers, each with as many pictures as the others."""
    breakers = [breaker for breaker in document.breakers if breaker.misread]
    number = fitting([breaker.misread for breaker in breakers], MOST, ROOM)
    return Misread(tuple(_sheet(breaker, number) for breaker in breakers))


def _sheet(breaker: BreakerResult, number: int) -> MisreadSheet:
    shots = (
        (picture, mark(picture.prediction, picture.target)) for picture in breaker.misread[:number]
    )
    title = defended(breaker.breaker, breaker.defense)
    return MisreadSheet(breaker.dataset, title, tuple(shots))
