"""Rows as pandas DataFrames, and what a notebook shows of them."""

import html as escapes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def frame(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """Give rows as a table.

    Args:
        columns: names, in order.
        rows: a mapping from name to value each; None where nothing was measured.

    Returns:
        A DataFrame; counts are Int64, measures float64, and what was not measured is missing.
    """
    import pandas as pd

    return pd.DataFrame({name: _column([row[name] for row in rows]) for name in columns})


def _column(values: Sequence[Any]) -> "pd.Series[Any]":
    import pandas as pd

    there = [value for value in values if value is not None]
    if there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="Int64")
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="object")


def html(title: str, table: "pd.DataFrame", warnings: Mapping[str, str]) -> str:
    """Give a table for a notebook, under a title and above the meanings of its warnings."""
    lines = [f"<p><b>{escapes.escape(title)}</b></p>", table.to_html(index=False, na_rep="")]
    if warnings:
        lines.append("<ul>")
        lines += [
            f"<li><code>{escapes.escape(code)}</code>: {escapes.escape(meaning)}</li>"
            for code, meaning in warnings.items()
        ]
        lines.append("</ul>")
    return "\n".join(lines)
