"""The CSV files of a run as its page offers them: their names, and the small ones packed inside."""

import base64
import gzip
from dataclasses import dataclass

ROOM = 200_000  # characters of base64 in a page; files beyond it lie beside it only
LISTED = 60  # files
MOST_PACKED = 20  # what is so many times larger than the room does not fit by packing


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


class Packing:
    """Lists the files of a run, packing one after the other as long as there is room."""

    def __init__(self) -> None:
        self.files: list[DataFile] = []
        self.left_out = 0
        self.room = ROOM

    def add(self, path: str, text: str) -> None:
        """Add a file.

        Args:
            path: inside the run's folder.
            text: its content.
        """
        if len(self.files) == LISTED:
            self.left_out += 1
            return
        packed = ""
        if len(text) < MOST_PACKED * self.room:
            packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        if len(packed) > self.room:
            packed = ""
        self.room -= len(packed)
        self.files.append(DataFile(path, max(0, text.count("\n") - 1), packed))

    def packed(self) -> DataFiles:
        """Give the files that were added."""
        return DataFiles(tuple(self.files), self.left_out)
