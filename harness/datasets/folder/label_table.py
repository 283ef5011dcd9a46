"""Table of labels: a CSV file with the columns file and label, as spreadsheets write it."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.datasets.folder.label_spelling import counted, listed_briefly, shown
from harness.datasets.folder.spreadsheet_artifacts import unwrapped
from harness.errors import RequirementError
from harness.images.imagefiles import UnreadableError, content

if TYPE_CHECKING:
    import _csv

COLUMNS = ("file", "label")
SEPARATORS = (",", ";", "\t")
MARKS = (  # of bytes that say how the text behind them is written; the longer ones first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """Row of a table of labels.

    Attributes:
        line: of the table, from 1.
        file: the cell, without blanks around it.
        label: the cell, without the formula that keeps leading zeros (`="0093"`).
    """

    line: int
    file: str
    label: str


def rows(table: Path) -> list[LabelRow]:
    """Read a table of labels, with a comma, a semicolon or a tab between its columns.

    Args:
        table: a file of text in UTF-8, or in UTF-16 or UTF-32 with its mark in front.

    Returns:
        Its rows, without those that are blank; none for a table of a header alone.

    Raises:
        ValueError: no text, no such columns, or a line that can be read in two ways.
        RequirementError: the file system does not give it now.
    """
    lines = io.StringIO(_text(table), newline="")
    first = lines.readline()
    if not (first.startswith("sep=") and len(first.strip()) == len("sep=;")):  # Excel's own line
        lines.seek(0)
    start = lines.tell()
    separator = _separator(table, lines)
    skipped = int(start > 0)
    lines.seek(start)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    return list(_rows(table, _numbered(table, reader, skipped)))


def _text(table: Path) -> str:
    try:
        data = content(table)
    except UnreadableError as error:
        raise ValueError(f"{table}: {error}") from None
    except OSError as error:
        raise RequirementError(f"cannot read {table}: {error.strerror}") from None
    mark, encoding = next(
        ((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{table}, line {line}: no text in UTF-8; save the table as CSV in UTF-8"
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValueError(
            f"{table}, line {line}: a NUL character; save the table as CSV in UTF-8 again"
        )
    return text


def _separator(table: Path, lines: Iterator[str]) -> str:
    """Find the separator of the columns in the header."""
    header = next(lines, "").rstrip("\r\n")
    if not header.strip():
        raise ValueError(f"{table}: no header; its first line must be `file,label`")
    for separator in SEPARATORS:
        if set(COLUMNS) <= set(_names(next(csv.reader([header], delimiter=separator)))):
            return separator
    cells = next(csv.reader([header], delimiter=max(SEPARATORS, key=header.count)))
    raise ValueError(
        f"{table}: needs the columns file, label; its first line has "
        f"{listed_briefly(map(str.strip, cells))}"
    )


def _names(cells: list[str]) -> list[str]:
    return [cell.strip().casefold() for cell in cells]


def _numbered(table: Path, reader: "_csv.Reader", skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield rows, each with the number of the line where it begins."""
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ValueError(f"{table}, line {line}: {error}; is a quote missing?") from None
        if cells is None:
            return
        yield line, cells


def _rows(table: Path, numbered: Iterator[tuple[int, list[str]]]) -> Iterator[LabelRow]:
    names = _names(next(numbered)[1])
    for column in COLUMNS:
        if names.count(column) > 1:
            raise ValueError(f"{table}: the column {column} is there twice; rename one of them")
    file, label = map(names.index, COLUMNS)
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            raise ValueError(
                f"{table}, line {line}: {counted(len(cells), 'cell')} under {len(names)} column "
                "names; a label with the separator in it stands in quotes"
            )
        filled = cells + [""] * (len(names) - len(cells))
        row = LabelRow(line, unwrapped(filled[file]).strip(), unwrapped(filled[label]))
        if not row.file:
            raise ValueError(f"{table}, line {line}: no file for the label {shown(row.label)}")
        if not row.label.strip():
            raise ValueError(f"{table}, line {line}: no label for {shown(row.file)}")
        yield row
