"""Rows of results.csv and targets.csv: what an attack has left."""

from harness.options import Options
from harness.results.rows.row import Status, Value, in_order
from harness.results.tally import Accuracy, Interval, Tally, share

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

    def columns(self) -> dict[str, Value]:
        """Give the row of results.csv, in the order of RESULT_COLUMNS; None where not measured."""
        accuracy, clean = self.accuracy, self.clean
        tally = accuracy.tally if accuracy else None
        captcha = accuracy.captcha_interval if accuracy else (None, None)
        character = accuracy.character_interval if accuracy else (None, None)
        values: dict[str, Value] = {
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
        return in_order(self, RESULT_COLUMNS, values)

    @property
    def success(self) -> float | None:
        """Newly wrong captchas, over those that were right before."""
        return share(self.newly_wrong, self.clean.right_captchas if self.clean else None)

    def target_columns(self) -> dict[str, Value]:
        """Give the row of targets.csv; of a targeted attack only."""
        captchas = self.accuracy.tally.captchas if self.accuracy else 0
        low, high = self.target_interval or (None, None)
        values: dict[str, Value] = {
            "n_captchas": captchas,
            "target_rate": share(self.on_target, captchas),
            "target_rate_low": low,
            "target_rate_high": high,
            "warnings": " ".join(self.warnings),
        }
        return in_order(self, TARGET_COLUMNS, values)
