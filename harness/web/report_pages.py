"""Pages /runs: the reports of all runs, and their CSV files."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from flask import Flask, Response, abort, render_template
from werkzeug.security import safe_join

from harness.errors import RequirementError
from harness.files.atomic import reason
from harness.results.document import PAGE

TABLE = re.compile(r"(predictions/)?[^/]+\.csv")
# The policy that a report carries in itself; a file that somebody else has made may carry none.
POLICY = (
    "default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
BODY, BACK = b"<body>", b'<p style="margin:.6rem 1.2rem"><a href="/runs">All runs</a></p>'
PIECE = 2**20  # bytes


def report_pages(
    app: Flask,
    folder: Path,
    headlines: Callable[[], Mapping[str, Sequence[str]]],
    script: str,
    index: Callable[[], str],
) -> None:
    """Add the pages to the application.

    Args:
        app: the application.
        folder: of the runs; each has a folder of its name.
        headlines: gives run id -> lines on it, newest first.
        script: the only one that may run in a report, as a source of a policy.
        index: gives the page over all runs.
    """
    policy = POLICY.format(script=script)

    @app.get("/runs")
    def runs() -> str:
        listed = headlines()
        tables = {name: _tables(folder / name) for name in listed}
        return render_template("runs.html", runs=listed, tables=tables)

    @app.get("/runs/<name>/report")
    @app.get(f"/runs/<name>/{PAGE}", endpoint="report_file")
    def report(name: str) -> Response:
        return _page(_opened(folder, name, PAGE))

    @app.get("/runs/<name>/breakers/<file>.html")
    def breaker(name: str, file: str) -> Response:
        return _page(_opened(folder, name, "breakers", f"{file}.html"))

    @app.get("/runs/index.html")
    def all_runs() -> Response:
        page = Response(index(), mimetype="text/html")
        page.headers["Content-Security-Policy"] = policy
        return page

    def _page(stream: BinaryIO) -> Response:
        page = Response(_with_a_way_back(stream), mimetype="text/html")
        page.call_on_close(stream.close)
        page.headers["Content-Security-Policy"] = policy
        return page

    @app.get("/runs/<name>/<path:table>")
    def table(name: str, table: str) -> Response:
        if not TABLE.fullmatch(table):
            abort(404)
        stream = _opened(folder, name, table)
        page = Response(_pieces(stream), mimetype="text/csv")
        page.call_on_close(stream.close)
        return page


def _tables(run: Path) -> list[str]:
    """List the names of a run's CSV files."""
    return sorted(file.name for file in run.glob("*.csv") if file.is_file())


def _opened(folder: Path, *names: str) -> BinaryIO:
    """Open a file below the folder; answer 404 where there is none."""
    path = safe_join(str(folder), *names)
    if path is None or not Path(path).is_file():
        abort(404, f"no {names[-1]} of {names[0]!r}")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise RequirementError(f"cannot read {'/'.join(names)}: {reason(error)}") from None


def _with_a_way_back(stream: BinaryIO) -> Iterator[bytes]:
    pieces = _pieces(stream)
    yield next(pieces, b"").replace(BODY, BODY + BACK, 1)
    yield from pieces


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece
