"""A comparison as a file: a page, CSV, Markdown or JSON, by the ending of its name."""

import csv
import io
import json
from pathlib import Path

from commands.comparison import Change, Comparison
from commands.figures import Figure
from harness.errors import RequirementError, SpecError
from harness.files.atomic import reason, replace
from reports.comparison_page import ComparedRow, render
from reports.gate_files import escaped

ENDINGS = (".html", ".csv", ".md", ".json")
LISTED = 200  # rows in Markdown
COLUMNS = (
    "kind", "row", "outcome", "before", "after", "before_low", "before_high", "after_low",
    "after_high", "before_n", "after_n", "before_status", "after_status", "test", "p", "p_holm",
)  # fmt: skip


def write_comparison(comparison: Comparison, file: Path) -> None:
    """Write a comparison.

    Args:
        comparison: of two runs.
        file: its ending says the form; a file of that name is replaced.

    Raises:
        SpecError: another ending.
        RequirementError: the file cannot be written.
    """
    forms = {".html": _html, ".csv": _csv, ".md": _markdown, ".json": _json}
    form = forms.get(file.suffix.lower())
    if form is None:
        raise SpecError(f"--out {file}: the name must end with {', '.join(ENDINGS)}")
    try:
        replace(file, form(comparison))
    except OSError as error:
        raise RequirementError(
            f"cannot write {file}: {reason(error)}; choose another with --out"
        ) from None


def _json(comparison: Comparison) -> str:
    return json.dumps(comparison.as_json(), indent=1) + "\n"


def _csv(comparison: Comparison) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for change in comparison.changes:
        ends = dict(
            zip(
                ("before_low", "before_high", "after_low", "after_high"),
                (*_ends(change.before), *_ends(change.after)),
                strict=True,
            )
        )
        writer.writerow(change.as_json() | ends)
    return stream.getvalue()


def _ends(figure: Figure) -> tuple[float | None, float | None]:
    return figure.interval or (None, None)


def _markdown(comparison: Comparison) -> str:
    """Write what is not the same; with a mark at what a gate does not let pass."""
    shown = [change for change in comparison.changes if change.outcome != "same"]
    listed = [change for change in shown if change.outcome != "in neither"]
    lines = [
        f"## {escaped(comparison.before.run)} → {escaped(comparison.after.run)}: "
        f"{comparison.numbers}",
        "",
    ]
    if listed:
        lines += ["| | figure | before | after | p (Holm) |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {change.outcome} | {escaped(f'{change.kind} {change.row}')} | "
        f"{escaped(str(change.before))} | {escaped(str(change.after))} | {_chance(change)} |"
        for change in listed[:LISTED]
    ]
    if len(listed) > LISTED:
        lines += ["", f"and {len(listed) - LISTED:,} more"]
    return "\n".join([*lines, ""])


def _html(comparison: Comparison) -> str:
    rows = [
        ComparedRow(
            change.kind,
            change.row,
            change.outcome,
            *_share(change),
            change.test,
            _chance(change),
        )
        for change in comparison.changes
    ]
    return render(comparison.before, comparison.after, comparison.numbers, rows)


def _share(change: Change) -> tuple[str, str, str, str, str]:
    """Write both figures with their intervals, and by how much they lie apart."""
    before, after = change.before.value, change.after.value
    apart = ""
    if before is not None and after is not None:
        points = change.after.is_share
        apart = f"{100 * (after - before):+.1f}" if points else f"{after - before:+.4f}"
    return (*_cells(change.before), *_cells(change.after), apart)


def _cells(figure: Figure) -> tuple[str, str]:
    """Write a figure, and its interval with the captchas behind it."""
    if figure.value is None:
        return figure.status, ""
    times, digits, unit = (100, 1, " %") if figure.is_share else (1, 4, "")
    span = " to ".join(f"{times * end:.{digits}f}" for end in figure.interval or ())
    count = f" of {figure.n:,}" if figure.is_share else ""
    return f"{times * figure.value:.{digits}f}{unit}", f"{span}{count}"


def _chance(change: Change) -> str:
    return "-" if change.adjusted is None else f"{change.adjusted:.2g}"
