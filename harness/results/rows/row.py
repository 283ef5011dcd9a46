"""What all rows have in common."""

from typing import Literal

from harness.options import Options

Value = str | int | float | bool | None  # of a cell of a CSV file
Status = Literal["ok", "failed", "skipped"]


def in_order(row: Options, names: tuple[str, ...], values: dict[str, Value]) -> dict[str, Value]:
    """The columns of a CSV file: what is counted out in `values`, else the row's own fields."""
    return {name: values[name] if name in values else getattr(row, name) for name in names}
