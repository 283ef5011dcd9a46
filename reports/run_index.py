"""The page over all runs of a home: dates, verdicts, limits, warnings, and trends."""

from collections.abc import Iterator
from pathlib import Path

from harness.results.document import PAGE
from harness.results.overview import FILE, Overview
from reports.page import standalone
from reports.trends import trends

INDEX = "index.html"
LISTED = 500  # runs, the newest
LARGEST = 2**20  # bytes of an overview


def render(runs: Path) -> str:
    """Give the text of the page over all runs; what cannot be read is left out."""
    overviews = sorted(_overviews(runs), key=lambda each: (each.begun, each.run), reverse=True)
    listed = overviews[:LISTED]
    return standalone(
        "index.html.j2",
        title="All runs",
        label="All runs",
        runs=listed,
        left_out=len(overviews) - len(listed),
        trends=trends(listed),
        page=PAGE,
    )


def _overviews(runs: Path) -> Iterator[Overview]:
    for file in sorted(runs.glob(f"*/{FILE}")):
        try:
            if not file.is_file() or not (file.parent / PAGE).is_file():
                continue
            with file.open("rb") as stream:
                read = Overview.read(stream.read(LARGEST))
        except OSError:
            continue
        if read is not None and read.run == file.parent.name:
            yield read
