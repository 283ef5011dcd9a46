"""Rows of certified.csv: what no attack can change."""

from harness.results.rows.row import AccuracyRow, Status, Value
from harness.results.tally import Tally

CERTIFIED_COLUMNS = (
    "dataset", "breaker", "defense", "norm", "epsilon", "n_captchas", "certified_captcha_accuracy",
    "certified_captcha_accuracy_low", "certified_captcha_accuracy_high",
    "at_once_captcha_accuracy", "n_refuted", "status", "warnings",
)  # fmt: skip


class CertifiedRow(AccuracyRow):
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
    at_once: Tally | None = None
    n_refuted: int | None = None
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of certified.csv."""
        return self.cells(CERTIFIED_COLUMNS)

    @property
    def certified_captcha_accuracy(self) -> float | None:
        """Divide the certified captchas by all captchas."""
        return self.captcha_accuracy

    @property
    def certified_captcha_accuracy_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self.captcha_accuracy_low

    @property
    def certified_captcha_accuracy_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self.captcha_accuracy_high

    @property
    def at_once_captcha_accuracy(self) -> float | None:
        """Divide the captchas that were certified without cutting by all captchas."""
        return self.at_once.captcha_accuracy if self.at_once else None
