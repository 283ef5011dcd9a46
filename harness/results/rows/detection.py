"""Rows of detection.csv: what a detector notices of an attack."""

from harness.options import Options
from harness.results.rows.row import Status, Value, in_order
from harness.results.tally import Interval, share

DETECTION_COLUMNS = (
    "dataset", "breaker", "detector", "attack", "norm", "epsilon", "adaptive", "n_clean",
    "n_adversarial", "auroc", "tpr_at_fpr_5pct", "fpr", "threshold", "warnings",
    "target_fpr", "tpr", "tpr_low", "tpr_high", "fpr_low", "fpr_high", "n_attacked", "status",
)  # fmt: skip

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class DetectionRow(Options):
    """One (breaker, detector, attack, norm, epsilon).

    Attributes:
        n_attacked: captchas that were attacked; n_adversarial: those that were newly misread.
        found: of n_adversarial, above the threshold; found_strictly: at a fifth of its alarms.
        found_at_5_percent: above the score that 5 % of clean captchas reach; None: not known.
        false_alarms: of n_clean test captchas, above the threshold.
        target_fpr: share of clean validation captchas that the threshold lets be false alarms;
            None: not noted.
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
    found_at_5_percent: int | None = None
    false_alarms: int = 0
    alarm_interval: Interval | None = None
    target_fpr: float | None = None
    threshold: float | None = None
    auroc: float | None = None
    roc: tuple[tuple[float, float], ...] = ()
    clean_scores: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of detection.csv."""
        found = self.found_interval if self.n_adversarial else (None, None)
        alarms = self.alarm_interval or (None, None)
        values: dict[str, Value] = {
            "tpr_at_fpr_5pct": share(self.found_at_5_percent, self.n_adversarial),
            "fpr": share(self.false_alarms, self.n_clean),
            "tpr": share(self.found, self.n_adversarial),
            "tpr_low": found[0],
            "tpr_high": found[1],
            "fpr_low": alarms[0],
            "fpr_high": alarms[1],
            "warnings": " ".join(self.warnings),
        }
        return in_order(self, DETECTION_COLUMNS, values)
