"""Hits and trials, which are stored; rates are derived when they are shown."""

from harness.options import Options

Interval = tuple[float, float]


class Tally(Options):
    """How many captchas had 0, 1, ..., all characters right: a row for each length of text."""

    counts: tuple[tuple[int, ...], ...]

    @property
    def captchas(self) -> int:
        """Captchas read."""
        return sum(sum(row) for row in self.counts)

    @property
    def characters(self) -> int:
        """Characters read."""
        return sum(sum(row) * (len(row) - 1) for row in self.counts)

    @property
    def right_captchas(self) -> int:
        """Captchas with all characters right."""
        return sum(row[-1] for row in self.counts)

    @property
    def right_characters(self) -> int:
        """Right characters."""
        return sum(number * count for row in self.counts for number, count in enumerate(row))

    @property
    def length(self) -> int:
        """Characters of the longest captcha; 1 for a classifier's images."""
        return max((len(row) - 1 for row in self.counts), default=0)

    @property
    def captcha_accuracy(self) -> float | None:
        """Give all characters right, over captchas."""
        return share(self.right_captchas, self.captchas)

    @property
    def character_accuracy(self) -> float | None:
        """Right characters, over characters."""
        return share(self.right_characters, self.characters)


class Accuracy(Options):
    """A tally with its 95 % intervals."""

    tally: Tally
    captcha_interval: Interval
    character_interval: Interval


def share(hits: int | None, trials: int | None) -> float | None:
    """Hits over trials; None when nothing was tried, or nothing is known of it."""
    return hits / trials if hits is not None and trials else None


def percent(hits: int, trials: int, digits: int = 1) -> str:
    """A rate for people: '100.0 %' only when all are hits, '0.0 %' only when none is.

    '-' when nothing was tried.
    """
    if trials == 0:
        return "-"
    shown = round(100 * hits / trials, digits)
    step: float = 10**-digits
    if hits < trials:
        shown = min(shown, 100 - step)
    if hits > 0:
        shown = max(shown, step)
    return f"{shown:.{digits}f} %"
