"""Rows of certified.csv: what no attack can change."""

from harness.options import Options
from harness.results.rows.row import Status, Value, in_order
from harness.results.tally import Accuracy, Tally

CERTIFIED_COLUMNS = (
    "dataset", "breaker", "defense", "norm", "epsilon", "n_captchas", "certified_captcha_accuracy",
    "certified_captcha_accuracy_low", "certified_captcha_accuracy_high",
    "at_once_captcha_accuracy", "n_refuted", "status", "warnings",
)  # fmt: skip


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
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of certified.csv."""
        tally = self.accuracy.tally if self.accuracy else None
        low, high = self.accuracy.captcha_interval if self.accuracy else (None, None)
        values: dict[str, Value] = {
            "n_captchas": tally.captchas if tally else 0,
            "certified_captcha_accuracy": tally.captcha_accuracy if tally else None,
            "certified_captcha_accuracy_low": low,
            "certified_captcha_accuracy_high": high,
            "at_once_captcha_accuracy": self.at_once.captcha_accuracy if self.at_once else None,
            "warnings": " ".join(self.warnings),
        }
        return in_order(self, CERTIFIED_COLUMNS, values)
