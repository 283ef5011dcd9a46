"""The CSV tables of a run. Their names, columns, and number formats are a promise to parsers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.results.document import (
    BREAKER_COLUMNS,
    PREDICTION_COLUMNS,
    BreakerResult,
    Document,
    Predictions,
)
from harness.results.rows.certified import CERTIFIED_COLUMNS
from harness.results.rows.detection import DETECTION_COLUMNS
from harness.results.rows.gan import GAN_COLUMNS
from harness.results.rows.result import RESULT_COLUMNS, TARGET_COLUMNS
from harness.results.rows.visit import VISIT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

COUNTS = frozenset(
    {
        "n_captchas",
        "n_characters",
        "gradients",
        "parameters",
        "train_images",
        "epochs",
        "on_target",
        "n_clean",
        "n_adversarial",
        "visits",
        "passed",
        "blocked_requests",
        "drawn",
        "near_copies",
        "distinct",
        "n_refuted",
        "n_attacked",
        "judge_read",
        "offline",
        "stuck",
    }
)
TEXTS = frozenset(
    {
        "dataset", "breaker", "source", "knowledge", "defense", "attack", "norm", "status",
        "warnings", "architecture", "detector", "adaptive", "variant",
        "gan", "kind", "judge", *PREDICTION_COLUMNS,
    }
)  # fmt: skip


def csv_files(document: Document) -> dict[str, str]:
    """Give all CSV files of a run.

    Args:
        document: what the run found.

    Returns:
        The text of each file, by its path inside the run's folder.
    """
    files = {"results.csv": results(document), "breakers.csv": breakers(document)}
    if any(row.on_target is not None for row in document.rows):
        files["targets.csv"] = targets(document)
    if document.certified:
        files["certified.csv"] = certified(document)
    if document.detections:
        files["detection.csv"] = detections(document)
    if document.gans:
        files["gans.csv"] = gans(document)
    if document.visits:
        files["visits.csv"] = visits(document)
    for breaker in document.breakers:
        if breaker.predictions is None:
            continue
        path = f"predictions/{predictions_name(breaker)}.csv"
        number = 2
        while path in files:  # "a-b" with "c" beside "a" with "b-c"
            path = f"predictions/{predictions_name(breaker)}-{number}.csv"
            number += 1
        files[path] = predictions(breaker.predictions)
    return files


def results(document: Document) -> str:
    """Give the text of results.csv, one line per row of the document."""
    return _csv(RESULT_COLUMNS, (row.columns() for row in document.rows))


def targets(document: Document) -> str:
    """Give the text of targets.csv, one line per row of a targeted attack."""
    aimed = (row for row in document.rows if row.on_target is not None)
    return _csv(TARGET_COLUMNS, (row.target_columns() for row in aimed))


def certified(document: Document) -> str:
    """Give the text of certified.csv, one line per breaker that certifies and radius."""
    return _csv(CERTIFIED_COLUMNS, (row.columns() for row in document.certified))


def detections(document: Document) -> str:
    """Give the text of detection.csv, one line per row of a detector."""
    return _csv(DETECTION_COLUMNS, (row.columns() for row in document.detections))


def gans(document: Document) -> str:
    """Give the text of gans.csv, one line per GAN."""
    return _csv(GAN_COLUMNS, (row.columns() for row in document.gans))


def visits(document: Document) -> str:
    """Give the text of visits.csv, one line per captcha page and breaker."""
    return _csv(VISIT_COLUMNS, (row.columns() for row in document.visits))


def breakers(document: Document) -> str:
    """Give the text of breakers.csv, one line per breaker, as trained or defended."""
    return _csv(BREAKER_COLUMNS, (breaker.columns() for breaker in document.breakers))


def predictions(read: Predictions) -> str:
    """Give the text of a predictions file; codes stay text, so leading zeros survive."""
    rows = zip(read.files, read.predictions, read.targets, read.match, strict=True)
    return _csv(
        PREDICTION_COLUMNS, (dict(zip(PREDICTION_COLUMNS, row, strict=True)) for row in rows)
    )


def predictions_name(breaker: BreakerResult) -> str:
    """A breaker's predictions file, less its ending; no name may lead out of its folder."""
    name = f"{breaker.dataset}-{breaker.breaker}-{breaker.defense}"
    return "".join(
        "_" if letter in '/\\:*?"<>|' or ord(letter) < ord(" ") else letter for letter in name
    )


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    import pandas as pd

    gathered = list(rows)
    frame = pd.DataFrame({name: _column(name, [row[name] for row in gathered]) for name in columns})
    return str(frame.to_csv(index=False, lineterminator="\n", na_rep=""))


def _column(name: str, values: list[Any]) -> "pd.Series[Any]":
    import pandas as pd

    if name in COUNTS:  # nullable, so that one missing count does not turn the rest into floats
        return pd.Series(values, dtype="Int64")
    return pd.Series(values, dtype="object" if name in TEXTS else "float64")
