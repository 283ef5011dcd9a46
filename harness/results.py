"""What a run found: rows, and the document that reports read. JSON with a schema version."""

from typing import Any, Literal

from harness.errors import HarnessError
from harness.specs import Options
from harness.tally import Accuracy, Interval, Tally

SCHEMA = 2
Status = Literal["ok", "failed", "skipped"]

RESULT_COLUMNS = (
    "dataset", "breaker", "source", "knowledge", "defense", "attack", "norm", "epsilon",
    "n_captchas", "n_characters",
    "captcha_accuracy", "captcha_accuracy_low", "captcha_accuracy_high",
    "character_accuracy", "character_accuracy_low", "character_accuracy_high",
    "clean_captcha_accuracy", "clean_character_accuracy", "attack_success_rate",
    "mean_linf", "mean_l2", "mean_ssim", "gradients", "seconds", "status", "warnings",
)  # fmt: skip
BREAKER_COLUMNS = (
    "dataset", "breaker", "defense", "architecture", "parameters", "train_images", "epochs",
    "seconds", "captcha_accuracy", "character_accuracy",
)  # fmt: skip
TARGET_COLUMNS = (
    "dataset", "breaker", "source", "knowledge", "defense", "attack", "norm", "epsilon",
    "n_captchas", "on_target", "target_rate", "target_rate_low", "target_rate_high",
)  # fmt: skip
DETECTION_COLUMNS = (
    "dataset", "breaker", "detector", "attack", "norm", "epsilon", "adaptive", "n_clean",
    "n_adversarial", "auroc", "tpr_at_fpr_5pct", "fpr", "threshold", "warnings",
)  # fmt: skip
PREDICTION_COLUMNS = ("files", "predictions", "targets", "match")
WORST_CASE = "worst_case"


class ResultRow(Options):
    """One (dataset, breaker, defense, attack, norm, epsilon, knowledge)."""

    dataset: str
    breaker: str
    source: str
    knowledge: str
    defense: str
    attack: str
    norm: str
    epsilon: float
    status: Status = "ok"
    accuracy: Accuracy | None = None
    clean: Tally | None = None
    newly_wrong: int | None = None
    on_target: int | None = None
    target_interval: Interval | None = None
    mean_linf: float | None = None
    mean_l2: float | None = None
    mean_ssim: float | None = None
    gradients: int | None = None
    seconds: float | None = None
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of results.csv, in the order of RESULT_COLUMNS; None where not measured."""
        accuracy, clean = self.accuracy, self.clean
        tally = accuracy.tally if accuracy else None
        captcha = accuracy.captcha_interval if accuracy else (None, None)
        character = accuracy.character_interval if accuracy else (None, None)
        values: dict[str, Any] = {
            "n_captchas": tally.captchas if tally else 0,
            "n_characters": tally.characters if tally else 0,
            "captcha_accuracy": tally.captcha_accuracy if tally else None,
            "captcha_accuracy_low": captcha[0],
            "captcha_accuracy_high": captcha[1],
            "character_accuracy": tally.character_accuracy if tally else None,
            "character_accuracy_low": character[0],
            "character_accuracy_high": character[1],
            "clean_captcha_accuracy": clean.captcha_accuracy if clean else None,
            "clean_character_accuracy": clean.character_accuracy if clean else None,
            "attack_success_rate": self.success,
            "warnings": " ".join(self.warnings),
        }
        return {
            name: values[name] if name in values else getattr(self, name) for name in RESULT_COLUMNS
        }

    @property
    def success(self) -> float | None:
        """Newly wrong captchas, over those that were right before."""
        if self.newly_wrong is None or not self.clean or not self.clean.right_captchas:
            return None
        return self.newly_wrong / self.clean.right_captchas

    def target_columns(self) -> dict[str, Any]:
        """The row of targets.csv; of a targeted attack only."""
        captchas = self.accuracy.tally.captchas if self.accuracy else 0
        low, high = self.target_interval or (None, None)
        values: dict[str, Any] = {
            "n_captchas": captchas,
            "target_rate": self.on_target / captchas if self.on_target is not None else None,
            "target_rate_low": low,
            "target_rate_high": high,
        }
        return {
            name: values[name] if name in values else getattr(self, name) for name in TARGET_COLUMNS
        }


class DetectionRow(Options):
    """One (breaker, detector, attack, norm, epsilon).

    Attributes:
        n_attacked: captchas that were attacked; n_adversarial: those that were newly misread.
        found: of n_adversarial, above the threshold; found_strictly: at a fifth of its alarms.
        false_alarms: of n_clean test captchas, above the threshold.
        roc: (false alarms, found), shares.
    """

    dataset: str
    breaker: str
    detector: str
    attack: str
    norm: str
    epsilon: float
    adaptive: bool
    status: Status = "ok"
    n_clean: int = 0
    n_attacked: int = 0
    n_adversarial: int = 0
    found: int = 0
    found_strictly: int = 0
    found_interval: Interval = (0.0, 1.0)
    false_alarms: int = 0
    threshold: float | None = None
    auroc: float | None = None
    roc: tuple[tuple[float, float], ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of detection.csv."""
        values: dict[str, Any] = {
            "tpr_at_fpr_5pct": self.found / self.n_adversarial if self.n_adversarial else None,
            "fpr": self.false_alarms / self.n_clean if self.n_clean else None,
            "warnings": " ".join(self.warnings),
        }
        return {
            name: values[name] if name in values else getattr(self, name)
            for name in DETECTION_COLUMNS
        }


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
    """One breaker, as trained or defended, on clean captchas."""

    dataset: str
    breaker: str
    defense: str
    architecture: str
    status: Status = "ok"
    parameters: int | None = None
    train_images: int
    epochs: int
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
        return {
            name: values[name] if name in values else getattr(self, name)
            for name in BREAKER_COLUMNS
        }


class Failure(Options):
    """A step that could not be done, or was not tried because another failed."""

    step: str
    status: Literal["failed", "skipped"]
    reason: str


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
    detections: tuple[DetectionRow, ...] = ()
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
