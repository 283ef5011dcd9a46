"""Of many breakers each has a page of its own: the parts of a document, and where they lie."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.results.document import Document

IN_ONE_PAGE = 40  # breakers; more of them make one page slow to open and long to read
FOLDER = "breakers"  # of the pages, beside the first one
LONGEST = 80  # letters of a file name
Key = tuple[str, str]  # data set, breaker
FIELDS = (
    "breakers",
    "rows",
    "certified",
    "detections",
    "precision",
    "got_through",
    "samples",
    "attacked",
)


@dataclass(frozen=True)
class BreakerPage:
    """The page of one breaker; `path` is relative to the first page."""

    dataset: str
    breaker: str
    path: str


def breaker_pages(document: Document) -> dict[Key, BreakerPage]:
    """Name the page of each breaker; none where all of them fit into one page."""
    keys = list(dict.fromkeys((row.dataset, row.breaker) for row in document.breakers))
    if len(keys) <= IN_ONE_PAGE:
        return {}
    digits = len(str(len(keys)))
    return {
        key: BreakerPage(*key, f"{FOLDER}/{number:0{digits}}-{_file_name(*key)}.html")
        for number, key in enumerate(keys, 1)
    }


def parts(document: Document) -> Iterator[tuple[Key, Document]]:
    """Give, for each breaker, the document with what was measured of it alone."""
    keys = dict.fromkeys((row.dataset, row.breaker) for row in document.breakers)
    fields: dict[Key, dict[str, list[object]]] = {
        key: {name: [] for name in FIELDS} for key in keys
    }
    for name in FIELDS:
        for row in getattr(document, name):
            if (key := (row.dataset, row.breaker)) in fields:
                fields[key][name].append(row)
    for key, rows in fields.items():
        changes = {name: tuple(several) for name, several in rows.items()}
        yield key, document.model_copy(update=changes | {"failures": (), "datasets": ()})


def _file_name(dataset: str, breaker: str) -> str:
    """Write the names of data set and breaker with letters that every system and link takes."""
    name = f"{dataset}-{breaker}"[:LONGEST]
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_"
        for letter in name
    )
