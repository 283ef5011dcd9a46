"""The CSV files of a run as its page offers them: their names, and the small ones packed inside."""

import base64
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ROOM = 300_000  # characters of base64 in a page; files beyond it lie beside it only
LISTED = 60  # files


@dataclass(frozen=True)
class DataFile:
    """One CSV file.

    Attributes:
        path: inside the run's folder, where the page lies.
        rows: how many.
        packed: its bytes, gzip in base64; empty: it is not inside of the page.
    """

    path: str
    rows: int
    packed: str


@dataclass(frozen=True)
class DataFiles:
    """The CSV files of a run; `left_out`: how many more lie beside the page."""

    files: tuple[DataFile, ...]
    left_out: int


def data_files(tables: Mapping[str, str]) -> DataFiles:
    """List the files, packing one after the other as long as there is room.

    Args:
        tables: text of each file, by its path.
    """
    return DataFiles(tuple(_files(tables)), max(0, len(tables) - LISTED))


def _files(tables: Mapping[str, str]) -> Iterator[DataFile]:
    room = ROOM
    for path, text in list(tables.items())[:LISTED]:
        packed = ""
        if len(text) < 20 * room:  # what is larger does not become small enough
            packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        if len(packed) > room:
            packed = ""
        room -= len(packed)
        yield DataFile(path, max(0, text.count("\n") - 1), packed)
