"""Rates for people: a percentage that never overstates, with its 95 % interval."""

from dataclasses import dataclass

from harness.results.tally import Accuracy, Interval, percent, rounded_percentage

ALMOST = 1e-9  # an interval's end this near to 0 or 1 is 0 or 1


@dataclass(frozen=True)
class Rate:
    """Hits over trials, and the interval around them."""

    hits: int
    trials: int
    interval: Interval

    @property
    def shown(self) -> str:
        """Show the rate, for example '67.0 %'."""
        return percent(self.hits, self.trials)

    @property
    def span(self) -> str:
        """Give the interval in percent, for example '64.0 to 69.9'."""
        if not self.trials:
            return "-"
        return f"{bound(self.interval[0])} to {bound(self.interval[1])}"

    @property
    def long(self) -> str:
        """Show rate and interval for a sentence: '67.0 % (95 %: 64.0 to 69.9)'."""
        return f"{self.shown} (95 %: {self.span})"

    @property
    def count(self) -> str:
        """Show hits and trials, for example '670 of 1,000'."""
        return f"{self.hits:,} of {self.trials:,}"


def captcha_rate(accuracy: Accuracy) -> Rate:
    """Give the captchas with all characters right, over captchas."""
    tally = accuracy.tally
    return Rate(tally.right_captchas, tally.captchas, accuracy.captcha_interval)


def character_rate(accuracy: Accuracy) -> Rate:
    """Give the right characters, over characters."""
    tally = accuracy.tally
    return Rate(tally.right_characters, tally.characters, accuracy.character_interval)


def bound(share: float) -> str:
    """Show one end of an interval in percent; '0.0' and '100.0' only when it reaches them."""
    if share >= 1 - ALMOST:
        share = 1.0
    elif share <= ALMOST:
        share = 0.0
    return rounded_percentage(100 * share)


def radius(epsilon: float) -> str:
    """Show a radius as short as it can be: '0.1', '0.0314'."""
    return f"{epsilon:.4g}"
