"""Measurements that have no section of their own, each as a plain table."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.extra import ExtraTable
from harness.results.rows.row import Value


@dataclass(frozen=True)
class ShownTable:
    """A table as text; `file` is the CSV file that has it in full."""

    title: str
    about: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class More:
    """All tables without a section of their own."""

    tables: tuple[ShownTable, ...]


ROWS = 200  # of a table in the page


def content(document: Document) -> More | None:
    """Give the tables, if there are any."""
    tables = tuple(_shown(table) for table in document.extra)
    return More(tables) if tables else None


def _shown(table: ExtraTable) -> ShownTable:
    rows = tuple(tuple(_text(cell) for cell in row) for row in table.rows[:ROWS])
    left_out = max(0, len(table.rows) - ROWS)
    return ShownTable(table.title, table.about, table.file, table.columns, rows, left_out)


def _text(cell: Value) -> str:
    """Show a cell: numbers with at most four digits that count, '-' where nothing was measured."""
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:.4g}" if isinstance(cell, float) else cell
