"""Headlines: the state of each run of a home in a few lines, whatever lies in its folder."""

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from harness.results.document import PAGE
from harness.results.rows.row import UNDEFENDED
from harness.runs import home as homes
from harness.runs.failures import FAILURES
from harness.runs.notes import RUNNING

SHOWN = 4  # breakers of a run
LONGEST = 64  # characters of a name
MOST = 2**20  # bytes of a breakers.csv that are read for them


def headlines(root: Path) -> dict[str, list[str]]:
    """List the runs of a home that have a report, newest first, each with lines on it.

    A run that cannot be looked at, and a line that says nothing, is left out: a page of all runs
    must not fail because of one.

    Args:
        root: the home folder.

    Returns:
        Run id -> what became of its steps, and what its undefended breakers read.
    """
    listed = {}
    for run in homes.runs(root):
        try:
            run.id.encode()  # a folder's name can be no text
            if (run.folder / PAGE).is_file():
                listed[run.id] = _lines(run.folder)
        except (OSError, UnicodeEncodeError):
            continue
    return listed


def _lines(folder: Path) -> list[str]:
    """Write whether a run goes on, how many steps failed, and what breakers read."""
    failed = sum(1 for _note in (folder / FAILURES).glob("*.json"))
    lines = ["running"] if (folder / RUNNING).exists() else []
    lines += [f"{failed} steps failed or were skipped"] if failed else []
    return lines + _reading(folder / "breakers.csv")[:SHOWN]


def _reading(table: Path) -> list[str]:
    """Write what each undefended breaker of a run reads: the strongest of each data set first."""
    ranked: dict[str, list[tuple[float, str]]] = {}
    for dataset, breaker, share in _clean_rates(table):
        shown = int(1000 * share) / 10  # 100.0 is all of them
        line = f"{breaker[:LONGEST]} reads {shown:.1f} % of {dataset[:LONGEST]}"
        ranked.setdefault(dataset, []).append((share, line))
    for breakers in ranked.values():
        breakers.sort(key=lambda rated: -rated[0])
    by_rank = itertools.zip_longest(*ranked.values())
    return [rated[1] for rank in by_rank for rated in rank if rated]


def _clean_rates(table: Path) -> Iterator[tuple[str, str, float]]:
    """Read data set, breaker and captcha accuracy of each undefended breaker."""
    if not table.is_file():  # a pipe would never end
        return
    with table.open("rb") as stream:
        text = stream.read(MOST).decode("utf-8-sig", "replace")
    names: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        try:
            (fields,) = csv.reader([line])  # each for itself: a quote may never be closed
            if not names:
                names = fields
                continue
            row = dict(zip(names, fields, strict=False))
            breaker, dataset, defense = (row[n] for n in ("breaker", "dataset", "defense"))
            share = float(row["captcha_accuracy"])
        except (csv.Error, KeyError, ValueError):
            continue
        if defense == UNDEFENDED and 0 <= share <= 1:
            yield dataset, breaker, share
