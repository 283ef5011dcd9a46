"""Rows of results.csv and targets.csv: what an attack has left."""

from harness.results.rows.row import AccuracyRow, Status, Value
from harness.results.tally import Interval, Tally, share

WORST_CASE = "worst_case"

RESULT_COLUMNS = (
    "dataset", "breaker", "source", "knowledge", "defense", "attack", "norm", "epsilon",
    "n_captchas", "n_characters",
    "captcha_accuracy", "captcha_accuracy_low", "captcha_accuracy_high",
    "character_accuracy", "character_accuracy_low", "character_accuracy_high",
    "clean_captcha_accuracy", "clean_character_accuracy", "attack_success_rate",
    "mean_linf", "mean_l2", "mean_ssim", "gradients", "seconds", "status", "warnings",
)  # fmt: skip
TARGET_COLUMNS = (
    "dataset", "breaker", "source", "knowledge", "defense", "attack", "norm", "epsilon",
    "n_captchas", "on_target", "target_rate", "target_rate_low", "target_rate_high", "status",
    "warnings",
)  # fmt: skip


class ResultRow(AccuracyRow):
    """The accuracy of one breaker under one attack at one radius.

    Attributes:
        source: the breaker whose slopes or answers the attack has used.
        accuracy: on the perturbed images; clean: on the same captchas before.
        newly_wrong: captchas that were read right before, and are not now.
        on_target: captchas that are read as a targeted attack wanted.
    """

    dataset: str
    breaker: str
    source: str
    knowledge: str
    defense: str
    attack: str
    norm: str
    epsilon: float
    status: Status = "ok"
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

    def columns(self) -> dict[str, Value]:
        """Give the row of results.csv, in the order of RESULT_COLUMNS; None where not measured."""
        return self.cells(RESULT_COLUMNS)

    def target_columns(self) -> dict[str, Value]:
        """Give the row of targets.csv; of a targeted attack only."""
        return self.cells(TARGET_COLUMNS)

    @property
    def left(self) -> float:
        """Give the captcha accuracy that is left; 1.0 where it was not measured."""
        return 1.0 if self.captcha_accuracy is None else self.captcha_accuracy

    @property
    def clean_captcha_accuracy(self) -> float | None:
        """Give the captcha accuracy on the same captchas before the attack."""
        return self.clean.captcha_accuracy if self.clean else None

    @property
    def clean_character_accuracy(self) -> float | None:
        """Give the character accuracy on the same captchas before the attack."""
        return self.clean.character_accuracy if self.clean else None

    @property
    def attack_success_rate(self) -> float | None:
        """Divide the newly wrong captchas by those that were right before."""
        return share(self.newly_wrong, self.clean.right_captchas if self.clean else None)

    @property
    def target_rate(self) -> float | None:
        """Divide the captchas that are read as the attack wanted by all captchas."""
        return share(self.on_target, self.n_captchas)

    @property
    def target_rate_low(self) -> float | None:
        """Give the lower end of the target rate's 95 % interval."""
        return self.target_interval[0] if self.target_interval else None

    @property
    def target_rate_high(self) -> float | None:
        """Give the upper end of the target rate's 95 % interval."""
        return self.target_interval[1] if self.target_interval else None
