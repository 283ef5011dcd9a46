"""The CSV files: promises to parsers."""

import io
import subprocess
import sys

import pandas as pd
import pytest
from documents import (
    breaker,
    document,
    row,
)

import reports
from harness.errors import HarnessError, RequirementError
from harness.results import tables
from harness.results.document import BREAKER_COLUMNS
from harness.results.rows.extra import ExtraTable
from harness.results.rows.prediction import PREDICTION_COLUMNS
from harness.results.rows.result import RESULT_COLUMNS
from harness.results.rows.row import Row, Status


def test_importing_is_light():
    code = (
        "import sys, reports; heavy = {'pandas', 'jinja2', 'tensorflow', 'celery'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_all_files_are_there_and_nothing_else(written):
    _, folder, path = written
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert path == folder / "report.html"
    assert found == {
        "results.csv", "breakers.csv", "report.html", "overview.json",
        "predictions/letters-reader-none.csv", "predictions/letters-reader-blur.csv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("results.csv", RESULT_COLUMNS),
        ("breakers.csv", BREAKER_COLUMNS),
        ("predictions/letters-reader-none.csv", PREDICTION_COLUMNS),
    ],
)
def test_columns_in_order_and_unix_lines(written, name, columns):
    raw = (written[1] / name).read_bytes()
    assert raw.split(b"\n")[0].decode() == ",".join(columns)
    assert b"\r" not in raw
    assert raw.endswith(b"\n")


@pytest.mark.parametrize(("name", "of"), [("results.csv", "rows"), ("breakers.csv", "breakers")])
def test_tables_come_back_as_they_were(written, name, of):
    doc, folder, _ = written
    read = pd.read_csv(folder / name, keep_default_na=False, dtype=str)
    rows = [one.columns() for one in getattr(doc, of)]
    assert len(read) == len(rows)
    for got, wanted in zip(read.to_dict("records"), rows, strict=True):
        for column, value in wanted.items():
            # repr is the shortest text that gives the same float back
            shown = "" if value is None else value if isinstance(value, str) else repr(value)
            assert got[column] == shown, column


def test_missing_cells_are_empty_and_counts_stay_whole(tmp_path):
    rows = (row("a", 0.1 + 0.2), row("b", status="failed"))
    reports.write(document(rows=rows, breakers=()), tmp_path)
    first, second = pd.read_csv(tmp_path / "results.csv", keep_default_na=False, dtype=str).to_dict(
        "records"
    )
    assert (first["gradients"], second["gradients"]) == ("40", "")
    assert first["epsilon"] == "0.30000000000000004"
    assert (second["captcha_accuracy"], second["n_captchas"]) == ("", "0")
    assert second["status"] == "failed"


class Timed(Row):
    """A row as somebody adds one."""

    reason: str = ""
    stuck: int | None = None
    seconds: float = 0.0
    sure: bool = True
    status: Status = "ok"
    warnings: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        return None


def test_the_type_of_a_column_is_that_of_the_row():
    columns = ("reason", "stuck", "seconds", "sure", "status", "warnings", "rate")
    rows = [Timed(reason="timed out", stuck=3, warnings=("a", "b")), Timed()]
    frame = tables.frame(Timed, columns, rows)
    assert [str(dtype) for dtype in frame.dtypes] == [
        "object", "Int64", "float64", "object", "object", "object", "float64",
    ]  # fmt: skip
    assert frame.to_csv(index=False).splitlines()[1:] == [
        "timed out,3,0.0,True,ok,a b,", ",,0.0,True,ok,,",
    ]  # fmt: skip


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.file)
def test_each_column_has_a_type(table):
    kinds = {column: tables.column_type(table.row, column) for column in table.columns}
    texts = {"dataset", "breaker", "status", "warnings", "defense", "attack"}
    assert all(kinds[name] == "object" for name in texts & set(kinds))
    assert all(kind == "Int64" for name, kind in kinds.items() if name.startswith("n_"))
    assert all(
        kind == "float64" for name, kind in kinds.items() if name.endswith(("_low", "_high"))
    )


def test_an_extra_table_takes_no_name_that_is_taken():
    extra = ExtraTable(name="gans", title="t", about="a", columns=("x",), rows=((1,),))
    with pytest.raises(HarnessError, match="is a table already"):
        tables.tables(document(extra=(extra,)))


def test_predictions_are_text(written):
    text = (written[1] / "predictions" / "letters-reader-none.csv").read_text()
    assert text.split("\n")[1:] == [
        "a.png,0042,0042,True,0.75",
        "b.png,NaN,1e5,False,0.0",
        "c.png,17,17,True,1.0",
        "",
    ]
    read = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert list(read["predictions"]) == ["0042", "NaN", "17"]


def test_no_file_without_predictions(tmp_path):
    reports.write(document(breakers=(breaker(predictions=None),)), tmp_path)
    assert not list(tmp_path.rglob("letters-*.csv"))


def test_no_name_leads_out_of_the_folder(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    reports.write(document(breakers=(breaker(dataset="../../up", breaker="a/b"),)), run)
    assert [file.name for file in tmp_path.iterdir()] == ["run"]
    assert len(list((run / "predictions").iterdir())) == 1


def test_the_same_bytes_twice(written, tmp_path):
    doc, folder, _ = written
    reports.write(doc, tmp_path)
    for file in folder.rglob("*.*"):
        if file.is_file():
            assert (tmp_path / file.relative_to(folder)).read_bytes() == file.read_bytes()


def test_a_folder_that_cannot_be_there_is_named(tmp_path):
    (tmp_path / "no").write_text("a file in the way")
    with pytest.raises(RequirementError, match="nowhere"):
        reports.write(document(), tmp_path / "no" / "nowhere")


def test_breakers_whose_names_run_together_keep_their_own_files(tmp_path):
    first = breaker(dataset="a-b", breaker="c")
    second = breaker(dataset="a", breaker="b-c")
    reports.write(document(breakers=(first, second)), tmp_path)
    assert len(list((tmp_path / "predictions").glob("*.csv"))) == 2
