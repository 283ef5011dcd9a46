"""The results of a run: the document that reports read. JSON with a schema version."""

from typing import Literal, Self

from harness.errors import HarnessError
from harness.limits import Limits
from harness.options import Options
from harness.results.calibration import Calibration
from harness.results.rows.attacker_cost import AttackerCostRow
from harness.results.rows.audit import AuditRow
from harness.results.rows.certified import CertifiedRow
from harness.results.rows.detection import DetectionRow
from harness.results.rows.extra import ExtraTable
from harness.results.rows.free_labels import FreeLabelsRow
from harness.results.rows.gan import GanRow
from harness.results.rows.one_line import brief
from harness.results.rows.people import PeopleRow
from harness.results.rows.precision import PrecisionPoint, PrecisionRow
from harness.results.rows.prediction import AttackedReading, Predictions
from harness.results.rows.result import ResultRow
from harness.results.rows.row import AccuracyRow, Status, Value
from harness.results.rows.visit import VisitRow
from harness.results.tally import share

SCHEMA = 3
PAGE = "report.html"  # the page of a run, in its folder

BREAKER_COLUMNS = (
    "dataset", "breaker", "defense", "architecture", "parameters", "train_images", "epochs",
    "seconds", "captcha_accuracy", "character_accuracy", "n_captchas", "n_characters",
    "captcha_accuracy_low", "captcha_accuracy_high", "character_accuracy_low",
    "character_accuracy_high", "status", "warnings", "mean_confidence", "calibration_error",
    "calibration_error_by_chance", "optimizer", "loss", "bit_accuracy",
)  # fmt: skip


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


class DatasetResult(Options):
    """One data set: what was drawn or chosen, and some of it to look at.

    Attributes:
        unreadable: files that were left out.
        plain: pictures of one color from edge to edge.
        label_warnings: what is odd about the labels, a line each.
    """

    dataset: str
    generator: str
    captchas: dict[str, int]
    shape: tuple[int, int, int]
    alphabet: str
    lengths: tuple[int, int]
    unreadable: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    plain: int = 0
    label_warnings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Layer(Options):
    """One layer of a network; `output` is the shape that it gives, for one image."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int


class BreakerResult(AccuracyRow):
    """One breaker, as trained or defended, on clean captchas.

    `trained_on` names the data set of its training, if that is another one; `by_coverage` traces
    its precision as more and more captchas are submitted, the surest first; `optimizer` and `loss`
    are of the training; `right_bits` of `bits` of one-hot labels were right, where that is counted;
    trainings of one data set with the same `recipe` differ in nothing but their seed.
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
    alphabet: str = ""
    layers: tuple[Layer, ...] = ()
    history: tuple[dict[str, float], ...] = ()
    predictions: Predictions | None = None
    misread: tuple[Picture, ...] = ()
    confusions: tuple[tuple[str, str, int], ...] = ()
    optimizer: str = ""
    loss: str = ""
    right_bits: int | None = None
    bits: int | None = None
    calibration: Calibration | None = None
    by_coverage: tuple[PrecisionPoint, ...] = ()
    recipe: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def mean_confidence(self) -> float | None:
        """Give the mean confidence in its texts."""
        return self.calibration.mean_confidence if self.calibration else None

    @property
    def calibration_error(self) -> float | None:
        """Give the expected calibration error."""
        return self.calibration.error if self.calibration else None

    @property
    def calibration_error_by_chance(self) -> float | None:
        """Give the error that as many texts show of a breaker whose confidence is perfect."""
        return self.calibration.by_chance if self.calibration else None

    @property
    def bit_accuracy(self) -> float | None:
        """Divide the right bits of one-hot labels by all bits."""
        return share(self.right_bits, self.bits)

    def columns(self) -> dict[str, Value]:
        """Give the row of breakers.csv."""
        return self.cells(BREAKER_COLUMNS)


class Failure(Options):
    """A step that could not be done, or was not tried because another failed.

    Attributes:
        reason: as it came; `brief` is for people.
        traceback: file with the traceback of a defect, below the run's folder; empty: none.
    """

    step: str
    status: Literal["failed", "skipped"]
    reason: str
    traceback: str = ""

    @property
    def brief(self) -> str:
        """Give the reason on one line that a terminal can take."""
        return brief(self.reason)


class Provenance(Options):
    """The provenance of a run's figures: seed, versions, machine, seconds and artifacts.

    Attributes:
        begun: when the run began, ISO 8601 in UTC; empty: not known.
        commit: of the git repository that the sweep file lies in, with "+" where something was
            changed in it; empty: none, or not known.
        command: that repeats the run.
    """

    seed: int
    sweep_digest: str
    versions: dict[str, str]
    machine: dict[str, str]
    step_seconds: float
    artifacts: dict[str, str]
    begun: str = ""
    commit: str = ""
    command: str = ""


class Document(Options):
    """The results of one run: all that its report shows."""

    schema_version: Literal[3] = 3
    run: str
    name: str
    title: str
    asked: str
    tries_per_day: int = 100_000
    loads_per_day: int = 1_000_000
    datasets: tuple[DatasetResult, ...] = ()
    breakers: tuple[BreakerResult, ...]
    rows: tuple[ResultRow, ...]
    free_labels: tuple[FreeLabelsRow, ...] = ()
    certified: tuple[CertifiedRow, ...] = ()
    detections: tuple[DetectionRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    audits: tuple[AuditRow, ...] = ()
    precision: tuple[PrecisionRow, ...] = ()
    gans: tuple[GanRow, ...] = ()
    people: tuple[PeopleRow, ...] = ()
    attacker_costs: tuple[AttackerCostRow, ...] = ()
    attacked: tuple[AttackedReading, ...] = ()
    got_through: tuple[GotThrough, ...] = ()
    samples: tuple[SampleSheet, ...]
    failures: tuple[Failure, ...]
    extra: tuple[ExtraTable, ...] = ()
    limits: Limits = Limits()
    warning_meanings: dict[str, str]
    provenance: Provenance

    def raised_warnings(self) -> dict[str, str]:
        """Give the warnings that occur, code -> what it means, in the order of the meanings.

        Of the precisions at several coverages, those of the best one: it is what is shown first,
        and at the smallest hardly any run submits enough.
        """
        best = tuple(row for row in self.precision if row.best)
        several = (
            self.datasets, self.breakers, self.free_labels, self.rows, self.certified,
            self.detections, self.visits, self.gans, best,
        )  # fmt: skip
        codes = {code for rows in several for row in rows for code in row.warnings}
        known = [code for code in self.warning_meanings if code in codes]
        return {
            code: self.warning_meanings.get(code, code)
            for code in (*known, *sorted(codes - set(known)))
        }

    @classmethod
    def read(cls, text: str | bytes) -> Self:
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
