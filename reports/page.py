"""The one page of a run: self-contained, without scripts, the same bytes for the same document."""

from pathlib import Path

from harness.results.document import Document
from reports.flags import flags
from reports.sections import SECTIONS
from reports.statuses import breaker_counts, row_counts

FOLDER = Path(__file__).parent
MARKS = {  # the points of a legend: path data of each shape, around (17, 7)
    "circle": "M13.5,7a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0Z",
    "square": "M14,4h6v6h-6Z",
    "triangle-up": "M17,3l4,7h-8Z",
    "triangle-down": "M17,11l4,-7h-8Z",
    "diamond": "M17,2.5l4,4.5l-4,4.5l-4,-4.5Z",
    "cross": "M16,3h2v3h3v2h-3v3h-2v-3h-3v-2h3Z",
}


def render(document: Document) -> str:
    """Give the text of the page.

    Args:
        document: the results of a run; it may be empty or full of failures.
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
    environment.globals.update(counted=_counted, flags=flags, marks=MARKS)
    contents = [(section, section.module.content(document)) for section in SECTIONS]
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        document=document,
        sections=[(section, content) for section, content in contents if content is not None],
        rows=row_counts(document),
        breakers=breaker_counts(document),
        style=Markup(style),  # noqa: S704 - the project's own file
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
