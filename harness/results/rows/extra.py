"""Measurements that have no row of their own: plain tables, in a CSV file each and in the page."""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from harness.options import Options
from harness.results.rows.row import Value

Plain = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class ExtraTable(Options):
    """A table of columns and plain cells.

    Attributes:
        name: of the CSV file, less its ending.
        title: for people.
        about: a sentence or two on what was measured, and of how many.
        columns: their names.
        rows: of the cells; None where nothing was measured. The cells of a column are of one type.
    """

    name: Plain
    title: str
    about: str
    columns: tuple[Plain, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def file(self) -> str:
        """Name the CSV file."""
        return f"{self.name}.csv"

    @model_validator(mode="after")
    def _whole_rows(self) -> Self:
        """Refuse a row that has more or fewer cells than there are columns."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has another number of cells than columns")
        return self
