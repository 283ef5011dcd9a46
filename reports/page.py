"""The pages of a run: each self-contained, the same bytes for the same document."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.results.document import PAGE, Document
from reports.breaker_pages import BreakerPage, breaker_pages, parts
from reports.data_files import DataFiles
from reports.flags import flags
from reports.page_script import script, source
from reports.rates import bound
from reports.sections import SECTIONS, Section, breakers, headline, warnings
from reports.statuses import breaker_counts, row_counts

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = Path(__file__).parent
OF_A_BREAKER = (headline, warnings, breakers)  # beside the sections that show each by itself


def render(document: Document, data: DataFiles) -> str:
    """Give the text of the first page.

    Args:
        document: the results of a run; it may be empty or full of failures.
        data: the CSV files beside the page.
    """
    pages = breaker_pages(document)
    sections = [section for section in SECTIONS if not (pages and section.of_one)]
    return _render(document, sections, heading="", home="", pages=pages, data=data)


def further_pages(document: Document) -> Iterator[tuple[str, Callable[[], str]]]:
    """Give path and text of the page of each breaker, where it has one of its own.

    Args:
        document: the results of a run.

    Yields:
        The path beside the first page, and what draws the text.
    """
    pages = breaker_pages(document)
    sections = [each for each in SECTIONS if each.of_one or each.module in OF_A_BREAKER]
    for key, part in parts(document) if pages else ():
        yield pages[key].path, functools.partial(_breaker_page, part, sections, *key)


def _breaker_page(part: Document, sections: Sequence[Section], dataset: str, breaker: str) -> str:
    heading, home = f"{breaker} on {dataset}", f"../{PAGE}"
    return _render(part, sections, heading=heading, home=home, pages={}, data=None)


def _render(
    document: Document,
    sections: Sequence[Section],
    *,
    heading: str,
    home: str,
    pages: Mapping[tuple[str, str], BreakerPage],
    data: DataFiles | None,
) -> str:
    """Fill the template: `heading` of a page that is not the first, `home` leads there."""
    contents = [(section, section.module.content(document)) for section in sections]
    return _template("page.html.j2").render(
        document=document,
        sections=[(section, content) for section, content in contents if content is not None],
        rows=row_counts(document),
        breakers=breaker_counts(document),
        **_shell(f"Run {document.run}"),
        data=data,
        pages=pages,
        heading=heading,
        title=f"{heading} - {document.title or document.name}"
        if heading
        else document.title or document.name,
        home=home,
        up="../" if home else "",
        begun=_day_and_hour(document.provenance.begun),
    )


def standalone(template: str, label: str, **content: object) -> str:
    """Fill a template that is a page by itself, in the look and under the policy of a report.

    Args:
        template: its name.
        label: at the foot of each printed page.
        content: what it shows.
    """
    return _template(template).render(**_shell(label), **content)


def _shell(label: str) -> dict[str, str]:
    """Give style, script and policy, which all pages have."""
    from markupsafe import Markup

    return {
        "style": Markup((FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        "script": Markup(script()),  # noqa: S704 - the project's own file
        "policy": Markup(source()),  # noqa: S704 - a hash
        "label": re.sub(r"[^\w. -]", "_", label, flags=re.ASCII),
    }


@functools.cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(counted=_counted, flags=flags, shown=bound)
    return environment.get_template(name)


def _day_and_hour(moment: str) -> str:
    """Show a moment in ISO 8601 for people: '2026-11-28 20:37 UTC'."""
    return f"{moment[:10]} {moment[11:16]} UTC" if moment else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
