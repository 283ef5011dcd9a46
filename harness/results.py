"""What a run found: the document that reports read. JSON with a schema version."""

from typing import Any, Literal

from harness.errors import HarnessError
from harness.rows.certified import CertifiedRow
from harness.rows.detection import DetectionRow
from harness.rows.gan import GanRow
from harness.rows.people import PeopleRow
from harness.rows.result import ResultRow
from harness.rows.row import Status, in_order
from harness.rows.visit import VisitRow
from harness.specs import Options
from harness.tally import Accuracy

SCHEMA = 2

BREAKER_COLUMNS = (
    "dataset", "breaker", "defense", "architecture", "parameters", "train_images", "epochs",
    "seconds", "captcha_accuracy", "character_accuracy",
)  # fmt: skip
PREDICTION_COLUMNS = ("files", "predictions", "targets", "match")


class Picture(Options):
    """One captcha to look at. Images are PNG files in base64."""

    file: str
    target: str
    prediction: str
    clean: str
    clean_prediction: str = ""
    perturbed: str = ""
    difference: str = ""


class SampleSheet(Options):
    """Some captchas under one attack at one radius."""

    dataset: str
    breaker: str
    defense: str
    attack: str
    epsilon: float
    pictures: tuple[Picture, ...]


class GotThrough(Options):
    """Some perturbed captchas that were misread, and that a detector did not notice."""

    dataset: str
    breaker: str
    detector: str
    attack: str
    epsilon: float
    pictures: tuple[Picture, ...]


class Predictions(Options):
    """What one breaker read on the clean test split; the columns of predictions/*.csv."""

    files: tuple[str, ...]
    predictions: tuple[str, ...]
    targets: tuple[str, ...]
    match: tuple[bool, ...]


class DatasetResult(Options):
    """One data set: what was drawn or chosen, and some of it to look at."""

    dataset: str
    generator: str
    captchas: dict[str, int]
    shape: tuple[int, int, int]
    alphabet: str
    lengths: tuple[int, int]
    unreadable: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Layer(Options):
    """One layer of a network; `output` is the shape that it gives, for one image."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int


class BreakerResult(Options):
    """One breaker, as trained or defended, on clean captchas.

    `trained_on` names the data set of its training, if that is another one.
    """

    dataset: str
    breaker: str
    defense: str
    architecture: str
    status: Status = "ok"
    parameters: int | None = None
    train_images: int
    epochs: int
    trained_on: str = ""
    seconds: float | None = None
    milliseconds_per_captcha: float | None = None
    accuracy: Accuracy | None = None
    alphabet: str = ""
    layers: tuple[Layer, ...] = ()
    history: tuple[dict[str, float], ...] = ()
    predictions: Predictions | None = None
    misread: tuple[Picture, ...] = ()
    confusions: tuple[tuple[str, str, int], ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of breakers.csv."""
        tally = self.accuracy.tally if self.accuracy else None
        values: dict[str, Any] = {
            "captcha_accuracy": tally.captcha_accuracy if tally else None,
            "character_accuracy": tally.character_accuracy if tally else None,
        }
        return in_order(self, BREAKER_COLUMNS, values)


class Failure(Options):
    """A step that could not be done, or was not tried because another failed.

    `traceback` is the file, in the run's folder, with the traceback of a defect.
    """

    step: str
    status: Literal["failed", "skipped"]
    reason: str
    traceback: str = ""


class Provenance(Options):
    """Where the numbers come from."""

    seed: int
    sweep_digest: str
    versions: dict[str, str]
    machine: dict[str, str]
    step_seconds: float
    artifacts: dict[str, str]


class Document(Options):
    """All that a report shows of one run."""

    schema_version: Literal[2] = 2
    run: str
    name: str
    title: str
    asked: str
    tries_per_day: int = 100_000
    datasets: tuple[DatasetResult, ...] = ()
    breakers: tuple[BreakerResult, ...]
    rows: tuple[ResultRow, ...]
    certified: tuple[CertifiedRow, ...] = ()
    detections: tuple[DetectionRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    gans: tuple[GanRow, ...] = ()
    people: tuple[PeopleRow, ...] = ()
    got_through: tuple[GotThrough, ...] = ()
    samples: tuple[SampleSheet, ...]
    failures: tuple[Failure, ...]
    warning_meanings: dict[str, str]
    provenance: Provenance

    @classmethod
    def read(cls, text: str | bytes) -> "Document":
        """Read the JSON of a document.

        Raises:
            HarnessError: written by another edition of the project.
        """
        import json

        version = json.loads(text).get("schema_version")
        if version != SCHEMA:
            raise HarnessError(
                f"results with schema version {version}; this edition reads {SCHEMA}: run the "
                "sweep again"
            )
        return cls.model_validate_json(text)
