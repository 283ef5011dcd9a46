"""The one page of a run: self-contained, the same bytes for the same document."""

import re
from collections.abc import Mapping
from pathlib import Path

from harness.results.document import Document
from reports.data_files import data_files
from reports.flags import flags
from reports.page_script import script, source
from reports.sections import SECTIONS
from reports.statuses import breaker_counts, row_counts

FOLDER = Path(__file__).parent


def render(document: Document, tables: Mapping[str, str]) -> str:
    """Give the text of the page.

    Args:
        document: the results of a run; it may be empty or full of failures.
        tables: text of each CSV file, by its path beside the page.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(counted=_counted, flags=flags)
    contents = [(section, section.module.content(document)) for section in SECTIONS]
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        document=document,
        sections=[(section, content) for section, content in contents if content is not None],
        rows=row_counts(document),
        breakers=breaker_counts(document),
        style=Markup(style),  # noqa: S704 - the project's own file
        script=Markup(script()),  # noqa: S704 - the project's own file
        policy=Markup(source()),  # noqa: S704 - a hash
        data=data_files(tables),
        begun=_day_and_hour(document.provenance.begun),
        label=re.sub(r"[^\w. -]", "_", f"Run {document.run}", flags=re.ASCII),
    )


def _day_and_hour(moment: str) -> str:
    """Show a moment in ISO 8601 for people: '2026-11-28 20:37 UTC'."""
    return f"{moment[:10]} {moment[11:16]} UTC" if moment else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
