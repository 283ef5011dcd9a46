"""The CSV files of a run: its tables as text. Their format is stable: programs read it."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

from harness.results.document import Document
from harness.results.rows.extra import ExtraTable
from harness.results.rows.row import Value
from harness.results.tables import DType, column_type, extra_types, listed


def csv_files(document: Document) -> Iterator[tuple[str, str]]:
    """Give all CSV files of a run, one after the other: together they may be large.

    Args:
        document: the results of a run.

    Yields:
        The path of the file inside the run's folder, and its text; lines end with a line feed, and
        a cell that was not measured is empty.
    """
    for path, table in listed(document):
        if isinstance(table, ExtraTable):
            yield path, _text(table.columns, extra_types(table), table.rows)
        else:
            types = [column_type(table.row, column) for column in table.columns]
            cells = (row.cells(table.columns).values() for row in table.rows)
            yield path, _text(table.columns, types, cells)


def _text(columns: Sequence[str], types: Sequence[DType], rows: Iterable[Iterable[Value]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_cell, types, row) for row in rows)
    return stream.getvalue()


def _cell(kind: DType, value: Value) -> Value:
    """Give a cell as it is written: a number of a column of fractions has a point."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return float(value) if kind == "float64" else value
