"""The rows of the CSV files: what was measured, of attacks, certificates and detectors."""

from typing import Any, Literal

from harness.specs import Options
from harness.tally import Accuracy, Interval, Tally

Status = Literal["ok", "failed", "skipped"]
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
    "n_captchas", "on_target", "target_rate", "target_rate_low", "target_rate_high",
)  # fmt: skip
DETECTION_COLUMNS = (
    "dataset", "breaker", "detector", "attack", "norm", "epsilon", "adaptive", "n_clean",
    "n_adversarial", "auroc", "tpr_at_fpr_5pct", "fpr", "threshold", "warnings",
)  # fmt: skip
CERTIFIED_COLUMNS = (
    "dataset", "breaker", "defense", "norm", "epsilon", "n_captchas", "certified_captcha_accuracy",
    "certified_captcha_accuracy_low", "certified_captcha_accuracy_high",
    "at_once_captcha_accuracy", "n_refuted",
)  # fmt: skip
VISIT_COLUMNS = (
    "variant", "breaker", "defense", "visits", "passed", "pass_rate", "low", "high", "p50_ms",
    "p95_ms", "blocked_requests", "warnings",
)  # fmt: skip
GAN_COLUMNS = (
    "gan", "kind", "dataset", "parameters", "epochs", "seconds", "judge", "judge_accuracy", "drawn",
    "agreement", "agreement_low", "agreement_high", "kid", "kid_low", "kid_high", "kid_of_real",
    "near_copies", "distinct", "spread", "status", "warnings",
)  # fmt: skip
HUMAN_COLUMNS = ("variant", "person", "right", "seconds")


def in_order(row: Options, names: tuple[str, ...], values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a CSV file: what is counted out in `values`, else the row's own fields."""
    return {name: values[name] if name in values else getattr(row, name) for name in names}


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
        return in_order(self, RESULT_COLUMNS, values)

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
        return in_order(self, TARGET_COLUMNS, values)


class CertifiedRow(Options):
    """Captchas that no image within the ball has misread, whatever the attack: a lower bound.

    Attributes:
        at_once: those of them that the bounds of the whole ball have shown, without cutting it.
        n_refuted: captchas misread as they are, or somewhere in their balls, as the cutting has
            found out.
    """

    dataset: str
    breaker: str
    defense: str
    epsilon: float
    norm: str = "linf"
    status: Status = "ok"
    accuracy: Accuracy | None = None
    at_once: Tally | None = None
    n_refuted: int | None = None

    def columns(self) -> dict[str, Any]:
        """The row of certified.csv."""
        tally = self.accuracy.tally if self.accuracy else None
        low, high = self.accuracy.captcha_interval if self.accuracy else (None, None)
        values: dict[str, Any] = {
            "n_captchas": tally.captchas if tally else 0,
            "certified_captcha_accuracy": tally.captcha_accuracy if tally else None,
            "certified_captcha_accuracy_low": low,
            "certified_captcha_accuracy_high": high,
            "at_once_captcha_accuracy": self.at_once.captcha_accuracy if self.at_once else None,
        }
        return in_order(self, CERTIFIED_COLUMNS, values)


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class DetectionRow(Options):
    """One (breaker, detector, attack, norm, epsilon).

    Attributes:
        n_attacked: captchas that were attacked; n_adversarial: those that were newly misread.
        found: of n_adversarial, above the threshold; found_strictly: at a fifth of its alarms.
        false_alarms: of n_clean test captchas, above the threshold.
        roc: (false alarms, found), shares.
        clean_scores: quantiles of the clean captchas' scores, at the shares QUANTILES.
        scores: the same of those that were newly misread.
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
    clean_scores: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of detection.csv."""
        values: dict[str, Any] = {
            "tpr_at_fpr_5pct": self.found / self.n_adversarial if self.n_adversarial else None,
            "fpr": self.false_alarms / self.n_clean if self.n_clean else None,
            "warnings": " ".join(self.warnings),
        }
        return in_order(self, DETECTION_COLUMNS, values)


class VisitRow(Options):
    """Visits of one breaker to one captcha page.

    Attributes:
        variant: name of the visits in the sweep.
        defense: how the page perturbs its captchas: an attack and a radius, or none.
        offline: captchas, of those that were shown, that the breaker reads from their files.
        stuck: visits that came to no answer.
        reason: why the first of them did not.
        traces: playwright's traces of some of them, paths below the home.
        pictures: some captchas as they were shown, PNG in base64.
    """

    dataset: str
    variant: str
    breaker: str
    defense: str
    status: Status = "ok"
    visits: int = 0
    passed: int = 0
    interval: Interval = (0.0, 1.0)
    offline: int | None = None
    stuck: int = 0
    reason: str = ""
    traces: tuple[str, ...] = ()
    p50_ms: float | None = None
    p95_ms: float | None = None
    blocked_requests: int = 0
    pictures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of visits.csv."""
        low, high = self.interval if self.visits else (None, None)
        values: dict[str, Any] = {
            "pass_rate": self.passed / self.visits if self.visits else None,
            "low": low,
            "high": high,
            "warnings": " ".join(self.warnings),
        }
        return in_order(self, VISIT_COLUMNS, values)


class PeopleRow(Options):
    """What people read of captchas that a page showed them in one way."""

    variant: str
    people: int
    captchas: int
    right: int
    interval: Interval
    p50_seconds: float


class GanRow(Options):
    """One GAN: its training, and what a judge makes of what it draws.

    Attributes:
        judge: the breaker that looked at drawn pictures; empty: none did.
        judge_right: of judge_read real pictures that nothing was trained on.
        agreed: of `drawn` pictures, those that the judge reads as they were meant.
        kid: kernel distance of drawn from real pictures, on the judge's features.
        kid_interval: 95 % interval of it.
        kid_of_real: the same distance of real pictures from other real ones.
        near_copies: of `drawn`, those as near to a training picture as 1 in 100 other real ones.
        distinct: of `drawn`, those less near to each other than 1 in 100 real ones are.
        spread: how much drawn pictures differ, in times of real ones.
        history: of the training, a row per epoch.
        sheets: epoch, and what the same noise became after it: PNG in base64.
    """

    gan: str
    kind: str
    dataset: str
    status: Status = "ok"
    parameters: int | None = None
    epochs: int | None = None
    seconds: float | None = None
    judge: str = ""
    judge_right: int | None = None
    judge_read: int | None = None
    drawn: int | None = None
    agreed: int | None = None
    agreement_interval: Interval | None = None
    kid: float | None = None
    kid_interval: Interval | None = None
    kid_of_real: float | None = None
    near_copies: int | None = None
    distinct: int | None = None
    spread: float | None = None
    history: tuple[dict[str, float], ...] = ()
    sheets: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The row of gans.csv."""
        values: dict[str, Any] = {
            "judge_accuracy": _share(self.judge_right, self.judge_read),
            "agreement": _share(self.agreed, self.drawn),
            "warnings": " ".join(self.warnings),
        }
        for name, interval in (("agreement", self.agreement_interval), ("kid", self.kid_interval)):
            values[f"{name}_low"], values[f"{name}_high"] = interval or (None, None)
        return in_order(self, GAN_COLUMNS, values)


def _share(some: int | None, of: int | None) -> float | None:
    return some / of if some is not None and of else None
