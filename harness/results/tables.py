"""The tables of a run as pandas DataFrames: one for each of its CSV files.

Names, columns and types are a promise to parsers. The type of a column is that of the row's field
or property: whole numbers are Int64, which can be missing, other numbers float64, the rest object.
"""

import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Union, get_args, get_origin, get_type_hints

from harness.errors import HarnessError
from harness.results.document import BREAKER_COLUMNS, BreakerResult, Document
from harness.results.rows.attacker_cost import ATTACKER_COST_COLUMNS, AttackerCostRow
from harness.results.rows.audit import AUDIT_COLUMNS, AuditRow
from harness.results.rows.certified import CERTIFIED_COLUMNS, CertifiedRow
from harness.results.rows.detection import DETECTION_COLUMNS, DetectionRow
from harness.results.rows.extra import ExtraTable
from harness.results.rows.free_labels import FREE_LABELS_COLUMNS, FreeLabelsRow
from harness.results.rows.gan import GAN_COLUMNS, GanRow
from harness.results.rows.precision import PRECISION_COLUMNS, PrecisionRow
from harness.results.rows.prediction import PREDICTION_COLUMNS, AttackedReading, PredictionRow
from harness.results.rows.result import RESULT_COLUMNS, TARGET_COLUMNS, ResultRow
from harness.results.rows.row import Row, Value
from harness.results.rows.visit import VISIT_COLUMNS, VisitRow

if TYPE_CHECKING:
    import pandas as pd

DType = Literal["Int64", "float64", "object"]


@dataclass(frozen=True)
class Table:
    """One CSV file of a run.

    Attributes:
        file: its name in the run's folder.
        row: the class of its rows, which has the columns as fields and properties.
        columns: their names, in order.
        rows: gives the rows of a document.
        always: the file is there without rows as well.
    """

    file: str
    row: type[Row]
    columns: tuple[str, ...]
    rows: Callable[[Document], Iterable[Row]]
    always: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of one table.

    Attributes:
        row: their class, which knows the type of each column.
        columns: names of its fields and properties, in order.
        rows: of that class.
    """

    row: type[Row]
    columns: tuple[str, ...]
    rows: Sequence[Row]


TABLES = (
    Table("results.csv", ResultRow, RESULT_COLUMNS, lambda run: run.rows, always=True),
    Table("breakers.csv", BreakerResult, BREAKER_COLUMNS, lambda run: run.breakers, always=True),
    Table(
        "targets.csv",
        ResultRow,
        TARGET_COLUMNS,
        lambda run: [row for row in run.rows if row.on_target is not None],
    ),
    Table("free_labels.csv", FreeLabelsRow, FREE_LABELS_COLUMNS, lambda run: run.free_labels),
    Table("certified.csv", CertifiedRow, CERTIFIED_COLUMNS, lambda run: run.certified),
    Table("detection.csv", DetectionRow, DETECTION_COLUMNS, lambda run: run.detections),
    Table("gans.csv", GanRow, GAN_COLUMNS, lambda run: run.gans),
    Table("visits.csv", VisitRow, VISIT_COLUMNS, lambda run: run.visits),
    Table("audit.csv", AuditRow, AUDIT_COLUMNS, lambda run: run.audits),
    Table("precision.csv", PrecisionRow, PRECISION_COLUMNS, lambda run: run.precision),
    Table(
        "attacker_costs.csv",
        AttackerCostRow,
        ATTACKER_COST_COLUMNS,
        lambda run: run.attacker_costs,
    ),
)


def tables(document: Document) -> "dict[str, pd.DataFrame]":
    """Give all tables of a run.

    Args:
        document: the results of the run.

    Returns:
        The tables by the path of their CSV file inside the run's folder. Predictions are in one
        table for each breaker.

    Raises:
        HarnessError: an extra table has the name of another one.
    """
    return {
        path: extra_frame(content)
        if isinstance(content, ExtraTable)
        else frame(content.row, content.columns, content.rows)
        for path, content in listed(document)
    }


def listed(document: Document) -> Iterator[tuple[str, Rows | ExtraTable]]:
    """Give the tables one after the other, before they become DataFrames or text.

    Args:
        document: the results of the run.

    Yields:
        The path of the CSV file inside the run's folder, and what is in it.

    Raises:
        HarnessError: an extra table has the name of another one.
    """
    paths = {table.file for table in TABLES}
    for table in TABLES:
        rows = list(table.rows(document))
        if rows or table.always:
            yield table.file, Rows(table.row, table.columns, rows)
    for extra in document.extra:
        if extra.file in paths:
            raise HarnessError(f"{extra.file} is a table already: rename the extra one")
        paths.add(extra.file)
        yield extra.file, extra
    for breaker in document.breakers:
        if breaker.predictions is None:
            continue
        path = f"predictions/{predictions_name(breaker)}.csv"
        number = 2
        while path in paths:  # "a-b" with "c" beside "a" with "b-c"
            path = f"predictions/{predictions_name(breaker)}-{number}.csv"
            number += 1
        paths.add(path)
        yield path, Rows(PredictionRow, PREDICTION_COLUMNS, breaker.predictions.rows())
    clean = {_reader(row): row.predictions for row in document.breakers if row.predictions}
    for path, reading in attacked_files(document).items():
        texts = reading.beside(clean[_reader(reading)])
        yield path, Rows(PredictionRow, PREDICTION_COLUMNS, texts.rows())


def attacked_files(document: Document) -> dict[str, AttackedReading]:
    """Name the file of each reading under attack whose breaker has read clean captchas."""
    taken = {f"predictions/{predictions_name(row)}.csv" for row in document.breakers}
    readers = {_reader(row) for row in document.breakers if row.predictions}
    named: dict[str, AttackedReading] = {}
    for reading in document.attacked:
        if _reader(reading) not in readers:
            continue
        name = f"{predictions_name(reading)}-{_in_a_name(_attack(reading))}-{reading.epsilon:g}"
        path, number = f"predictions/{name}.csv", 2
        while path in named or path in taken:
            path, number = f"predictions/{name}-{number}.csv", number + 1
        named[path] = reading
    return named


def _attack(reading: AttackedReading) -> str:
    """Name an attack with what tells it from another of its name."""
    if reading.knowledge != "transfer":
        return reading.attack
    same = reading.source == reading.breaker
    return f"{reading.attack}-transfer" + ("" if same else f"-{reading.source}")


def _reader(row: BreakerResult | AttackedReading) -> tuple[str, str, str]:
    return row.dataset, row.breaker, row.defense


def frame(row: type[Row], columns: tuple[str, ...], rows: Sequence[Row]) -> "pd.DataFrame":
    """Give the table of some rows.

    Args:
        row: the class of the rows, which knows the type of each column.
        columns: names of its fields and properties, in order.
        rows: of that class.
    """
    import pandas as pd

    cells = [each.cells(columns) for each in rows]
    return pd.DataFrame(
        {
            name: pd.Series([row_cells[name] for row_cells in cells], dtype=column_type(row, name))
            for name in columns
        }
    )


def extra_frame(table: ExtraTable) -> "pd.DataFrame":
    """Give an extra table; the type of a column is that of its cells."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: pd.Series(cells, dtype=dtype)
            for name, cells, dtype in zip(
                table.columns, _transposed(table), extra_types(table), strict=True
            )
        }
    )


def extra_types(table: ExtraTable) -> list[DType]:
    """Tell the type of each column of an extra table."""
    return [_dtype({type(cell) for cell in cells}) for cells in _transposed(table)]


def predictions_name(breaker: BreakerResult | AttackedReading) -> str:
    """Name a breaker's predictions file, less its ending; no name leads out of its folder."""
    return _in_a_name(f"{breaker.dataset}-{breaker.breaker}-{breaker.defense}")


def _in_a_name(name: str) -> str:
    return "".join(
        "_" if letter in '/\\:*?"<>|' or ord(letter) < ord(" ") else letter for letter in name
    )


def column_type(row: type[Row], column: str) -> DType:
    """Tell the type of a column from the annotation of the row's field or property."""
    if column in row.model_fields:
        return _dtype(_kinds(row.model_fields[column].annotation))
    return _dtype(_kinds(get_type_hints(getattr(row, column).fget)["return"]))


def _kinds(annotation: object) -> set[type]:
    """Give the types of the values that an annotation lets be; codes are joined to a text."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return set().union(*(_kinds(argument) for argument in get_args(annotation)))
    if origin is Literal:
        return {type(value) for value in get_args(annotation)}
    if origin is tuple:
        return {str}
    return {annotation} if isinstance(annotation, type) else {object}


def _dtype(kinds: set[type]) -> DType:
    numbers = kinds - {types.NoneType}
    if numbers == {int}:  # nullable, so that one missing count does not turn the rest into floats
        return "Int64"
    return "float64" if numbers and numbers <= {int, float} else "object"


def _transposed(table: ExtraTable) -> list[list[Value]]:
    return [[row[number] for row in table.rows] for number in range(len(table.columns))]
