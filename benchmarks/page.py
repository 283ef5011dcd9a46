"""BENCHMARKS.md: one section per bench, each with its command, machine, versions and date."""

import datetime
import importlib.metadata
import os
import re
import statistics
from pathlib import Path

from harness.measurements.provenance import processor

PAGE = Path(__file__).parents[1] / "BENCHMARKS.md"
TEMPLATES = Path(__file__).parent / "sections"
HEAD = """# Benchmarks

Ratios are of two things measured in one run on one machine; machines differ, and noisy ones lie.
`make bench` measures everything again and rewrites this page.
"""


def render(name: str, result: object) -> str:
    """Give the text of a section.

    Args:
        name: of the bench and of its template.
        result: what the template shows.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - Markdown, of the project's own figures
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["median"] = statistics.median
    return environment.get_template(f"{name}.md.j2").render(result=result).strip()


def write_section(name: str, command: str, body: str) -> None:
    """Replace one section of the page, or add it."""
    text = PAGE.read_text() if PAGE.exists() and PAGE.read_text().strip() else HEAD
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    date = datetime.datetime.now().astimezone().date().isoformat()
    versions = ", ".join(
        f"{package} {importlib.metadata.version(package)}"
        for package in ("tensorflow-cpu", "keras", "numpy")
    )
    facts = f"`{command}`, {date}: {processor()}, {os.cpu_count()} cores, {versions}"
    section = f"{start}\n{body.strip()}\n\n{facts}\n{end}\n"
    if start in text:
        text = re.sub(f"{start}.*?{end}\n", lambda _match: section, text, flags=re.S)
    else:
        text = f"{text.rstrip()}\n\n{section}"
    PAGE.write_text(text)
