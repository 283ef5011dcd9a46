"""Rows of detection.csv: what a detector notices of an attack."""

from harness.results.rows.row import Row, Status, Value
from harness.results.tally import Interval, share

DETECTION_COLUMNS = (
    "dataset", "breaker", "detector", "attack", "norm", "epsilon", "adaptive", "n_clean",
    "n_adversarial", "auroc", "tpr_at_fpr_5pct", "fpr", "threshold", "warnings",
    "target_fpr", "tpr", "tpr_low", "tpr_high", "fpr_low", "fpr_high", "n_attacked", "status",
)  # fmt: skip

ADAPTIVE = "aware"  # in the column `attack`: the adaptive one, which knows of the detector
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class DetectionRow(Row):
    """The detection of one attack at one radius by one detector over one breaker.

    Attributes:
        n_attacked: captchas that were attacked; n_adversarial: those that were newly misread.
        noticed: of n_adversarial, above the threshold; noticed_strictly: at a fifth of its alarms.
        noticed_at_5_percent: above the score that 5 % of clean captchas reach; None: not known.
        false_alarms: of n_clean test captchas, above the threshold.
        target_fpr: share of clean validation captchas that the threshold lets be false alarms;
            None: not noted.
        roc: (false alarms, noticed), shares.
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
    noticed: int = 0
    noticed_strictly: int = 0
    noticed_interval: Interval = (0.0, 1.0)
    noticed_at_5_percent: int | None = None
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
        return self.cells(DETECTION_COLUMNS)

    @property
    def tpr_at_fpr_5pct(self) -> float | None:
        """Divide what is noticed at 5 % false alarms by all that got past the breaker."""
        return share(self.noticed_at_5_percent, self.n_adversarial)

    @property
    def tpr(self) -> float | None:
        """Divide what is noticed by all that got past the breaker."""
        return share(self.noticed, self.n_adversarial)

    @property
    def tpr_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.noticed_interval[0] if self.n_adversarial else None

    @property
    def tpr_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.noticed_interval[1] if self.n_adversarial else None

    @property
    def fpr(self) -> float | None:
        """Divide the false alarms by the clean test captchas."""
        return share(self.false_alarms, self.n_clean)

    @property
    def fpr_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.alarm_interval[0] if self.alarm_interval else None

    @property
    def fpr_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.alarm_interval[1] if self.alarm_interval else None
