"""What a notebook shows of a result."""

import html as escapes
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


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
