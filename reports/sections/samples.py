"""What an attack looks like: captchas before and after, each breaker's most telling ones first."""

from dataclasses import dataclass

from harness.results.document import Document, Picture, SampleSheet
from reports.grouping import chosen_radius, defended, groups
from reports.marked_text import MarkedText, mark
from reports.page_size_budget import fitting, size
from reports.rates import radius

ROOM = 1_000_000  # characters of base64 in a page that opens at once
FIRST, FURTHER = 6, 4  # the most pictures of a breaker's first sheet, and of a further one
Owner = tuple[str, str, str]  # data set, breaker, defense


@dataclass(frozen=True)
class Shot:
    """One captcha, before and after."""

    picture: Picture
    before: MarkedText
    after: MarkedText


@dataclass(frozen=True)
class AttackSheet:
    """Some captchas under one attack."""

    name: str
    attack: str
    epsilon: str
    shots: tuple[Shot, ...]
    misread: str


@dataclass(frozen=True)
class Gallery:
    """The sheets of one breaker; the first is the one to look at."""

    dataset: str
    title: str
    sheets: tuple[AttackSheet, ...]


@dataclass(frozen=True)
class Samples:
    """What fits into the page, and how many sheets did not."""

    galleries: tuple[Gallery, ...]
    left_out: int


SheetKey = tuple[str, str, str, str, float]  # data set, breaker, defense, attack, radius


def sheet_names(document: Document) -> dict[SheetKey, str]:
    """Name the sheets that the page shows: ids to which links lead."""
    chosen, _left_out, _number = _chosen(document)
    shown = (_sheet_key(sheet) for sheets in chosen.values() for sheet in sheets)
    return {key: f"sheet-{number}" for number, key in enumerate(shown)}


def _sheet_key(sheet: SampleSheet) -> SheetKey:
    return sheet.dataset, sheet.breaker, sheet.defense, sheet.attack, sheet.epsilon


def content(document: Document) -> Samples:
    """Give each breaker's most telling sheet first, and more while there is room."""
    chosen, left_out, number = _chosen(document)
    names, misread = sheet_names(document), _misread(document)
    galleries = tuple(
        Gallery(
            dataset,
            defended(breaker, defense),
            tuple(
                _sheet(sheet, number, names[_sheet_key(sheet)], misread.get(_sheet_key(sheet), ""))
                for sheet in sheets
            ),
        )
        for (dataset, breaker, defense), sheets in chosen.items()
    )
    return Samples(galleries, left_out)


def _misread(document: Document) -> dict[SheetKey, str]:
    """Count the captchas that each direct attack had misread."""
    return {
        (row.dataset, row.breaker, row.defense, row.attack, row.epsilon): (
            f"{row.accuracy.tally.captchas - row.accuracy.tally.right_captchas:,} of "
            f"{row.accuracy.tally.captchas:,} misread"
        )
        for row in document.rows
        if row.accuracy and row.knowledge != "transfer"
    }


def _chosen(document: Document) -> tuple[dict[Owner, list[SampleSheet]], int, int]:
    """Choose the sheets: by their owners, how many are left out, and pictures of a first sheet."""
    kept: dict[Owner, list[SampleSheet]] = {}
    for sheet in document.samples:
        kept.setdefault((sheet.dataset, sheet.breaker, sheet.defense), []).append(sheet)
    for owner, sheets in kept.items():
        aim, left = _aim(document, owner)
        sheets.sort(
            key=lambda sheet: (
                abs(sheet.epsilon - aim),
                left.get((sheet.attack, sheet.epsilon), (1.0, 1.0)),
            )
        )
    first = [sheets[0] for sheets in kept.values()]
    number = fitting([sheet.pictures for sheet in first], FIRST, ROOM // 2)
    room = ROOM - sum(size(sheet.pictures[:number]) for sheet in first)
    return *_with_further(kept, room), number


def _with_further(
    kept: dict[Owner, list[SampleSheet]], room: int
) -> tuple[dict[Owner, list[SampleSheet]], int]:
    """Add further sheets to each first one while there is room; count those that find none.

    Second sheets of all breakers come before third ones: the room is shared evenly.
    """
    chosen = {owner: [sheets[0]] for owner, sheets in kept.items()}
    further = sorted(
        ((rank, owner) for owner, sheets in kept.items() for rank in range(1, len(sheets))),
        key=lambda candidate: candidate[0],
    )
    left_out = 0
    for rank, owner in further:
        pictures = kept[owner][rank].pictures[:FURTHER]
        if size(pictures) <= room:
            chosen[owner].append(kept[owner][rank].model_copy(update={"pictures": pictures}))
            room -= size(pictures)
        else:
            left_out += 1
    return chosen, left_out


def _aim(
    document: Document, owner: Owner
) -> tuple[float, dict[tuple[str, float], tuple[float, float]]]:
    """Give the radius to look at, and what each direct attack leaves at each radius."""
    rows = [
        row
        for (*group, _norm), several in groups(document).items()
        if tuple(group) == owner
        for row in several
    ]
    left: dict[tuple[str, float], tuple[float, float]] = {}
    for row in rows:
        if row.knowledge != "transfer" and row.accuracy:
            tally = row.accuracy.tally
            shares = (tally.captcha_accuracy or 0.0, tally.character_accuracy or 0.0)
            left[row.attack, row.epsilon] = shares
    return chosen_radius(rows) or 0.0, left


def _sheet(sheet: SampleSheet, number: int, name: str, misread: str) -> AttackSheet:
    return AttackSheet(
        name,
        sheet.attack,
        radius(sheet.epsilon),
        tuple(_shot(picture) for picture in sheet.pictures[:number]),
        misread,
    )


def _shot(picture: Picture) -> Shot:
    before = mark(picture.clean_prediction, picture.target)
    return Shot(picture, before, mark(picture.prediction, picture.target))
