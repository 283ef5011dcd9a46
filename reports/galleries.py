"""Pictures: captchas before and after an attack, and those that were misread."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.results.document import Document, Picture, SampleSheet
from reports.figures import defended
from reports.outcomes import chosen_radius, groups
from reports.rates import radius

SAMPLE_ROOM = 2_200_000  # characters of base64 in a page that opens at once
MISREAD_ROOM = 700_000
SAMPLES, FURTHER, MISREAD = 6, 4, 24  # the most pictures of a first, a further, a misread sheet


@dataclass(frozen=True)
class Reading:
    """What was read, character by character, beside what it is."""

    text: str
    characters: tuple[tuple[str, bool], ...]
    right: bool


@dataclass(frozen=True)
class Shot:
    """One captcha, before and after."""

    picture: Picture
    before: Reading
    after: Reading


@dataclass(frozen=True)
class Sheet:
    """Some captchas under one attack."""

    attack: str
    epsilon: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True)
class Gallery:
    """The sheets of one breaker; the first is the one to look at."""

    dataset: str
    title: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Galleries:
    """What fits into the page, and how many sheets did not."""

    shown: tuple[Gallery, ...]
    left_out: int


def galleries(document: Document) -> Galleries:
    """Give each breaker's most telling sheet first, and more while there is room."""
    own: dict[tuple[str, str, str], list[SampleSheet]] = {}
    for sheet in document.samples:
        own.setdefault((sheet.dataset, sheet.breaker, sheet.defense), []).append(sheet)
    for key, sheets in own.items():
        aim, left = _aim(document, key)
        sheets.sort(
            key=lambda sheet: (abs(sheet.epsilon - aim), left.get(_name(sheet), (1.0, 1.0)))
        )
    first = [sheets[0] for sheets in own.values()]
    number = _number([sheet.pictures for sheet in first], SAMPLES, SAMPLE_ROOM // 2)
    room = SAMPLE_ROOM - sum(_size(sheet.pictures[:number]) for sheet in first)
    chosen = {key: [sheets[0]] for key, sheets in own.items()}
    # Second sheets of all breakers before third ones: the room is shared evenly.
    further = sorted(
        ((place, key) for key, sheets in own.items() for place in range(1, len(sheets))),
        key=lambda one: one[0],
    )
    left_out = 0
    for place, key in further:
        sheet = own[key][place]
        size = _size(sheet.pictures[:FURTHER])
        if size <= room:
            chosen[key].append(sheet.model_copy(update={"pictures": sheet.pictures[:FURTHER]}))
            room -= size
        else:
            left_out += 1
    shown = tuple(
        Gallery(
            dataset,
            defended(breaker, defense),
            tuple(_sheet(sheet, number) for sheet in chosen[dataset, breaker, defense]),
        )
        for dataset, breaker, defense in own
    )
    return Galleries(shown, left_out)


def misread(document: Document) -> list[tuple[str, str, tuple[tuple[Picture, Reading], ...]]]:
    """Data set, breaker and the captchas that it misread, as many as there is room for."""
    found = [breaker for breaker in document.breakers if breaker.misread]
    number = _number([breaker.misread for breaker in found], MISREAD, MISREAD_ROOM)
    return [
        (
            breaker.dataset,
            defended(breaker.breaker, breaker.defense),
            tuple(
                (picture, read(picture.prediction, picture.target))
                for picture in breaker.misread[:number]
            ),
        )
        for breaker in found
    ]


def read(text: str, target: str) -> Reading:
    """Compare what was read with what it is."""
    same = len(text) == len(target)
    characters = tuple(
        (character, same and character == target[place]) for place, character in enumerate(text)
    )
    return Reading(text, characters, text == target)


def _aim(
    document: Document, key: tuple[str, str, str]
) -> tuple[float, dict[tuple[str, float], tuple[float, float]]]:
    """Give the radius to look at, and what each direct attack leaves at each radius."""
    rows = [
        row for (*group, _), own in groups(document).items() if tuple(group) == key for row in own
    ]
    left: dict[tuple[str, float], tuple[float, float]] = {}
    for row in rows:
        if row.knowledge != "transfer" and row.accuracy:
            tally = row.accuracy.tally
            shares = (tally.captcha_accuracy or 0.0, tally.character_accuracy or 0.0)
            left[row.attack, row.epsilon] = shares
    return chosen_radius(rows) or 0.0, left


def _name(sheet: SampleSheet) -> tuple[str, float]:
    return sheet.attack, sheet.epsilon


def _number(sheets: Sequence[Sequence[Picture]], most: int, room: int) -> int:
    """Count how many pictures of each sheet fit into the room; at least one."""
    for number in range(most, 1, -1):
        if sum(_size(pictures[:number]) for pictures in sheets) <= room:
            return number
    return 1


def _size(pictures: Sequence[Picture]) -> int:
    return sum(len(one.clean) + len(one.perturbed) + len(one.difference) for one in pictures)


def _sheet(sheet: SampleSheet, number: int) -> Sheet:
    return Sheet(
        sheet.attack,
        radius(sheet.epsilon),
        tuple(
            Shot(
                picture,
                read(picture.clean_prediction, picture.target),
                read(picture.prediction, picture.target),
            )
            for picture in sheet.pictures[:number]
        ),
    )
