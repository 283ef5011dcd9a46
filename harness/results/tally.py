"""Hits and trials, which are stored; rates are derived when they are shown."""

from harness.options import Options

Interval = tuple[float, float]


class Tally(Options):
    """How many captchas had 0, 1, ..., all characters right: a row for each length of text."""

    counts: tuple[tuple[int, ...], ...]

    @property
    def captchas(self) -> int:
        """Count the captchas that were read."""
        return sum(sum(row) for row in self.counts)

    @property
    def characters(self) -> int:
        """Count the characters that were read."""
        return sum(sum(row) * (len(row) - 1) for row in self.counts)

    @property
    def right_captchas(self) -> int:
        """Count the captchas with all characters right."""
        return sum(row[-1] for row in self.counts)

    @property
    def right_characters(self) -> int:
        """Count the right characters."""
        return sum(number * count for row in self.counts for number, count in enumerate(row))

    @property
    def length(self) -> int:
        """Count the characters of the longest captcha; 1 for a classifier's images."""
        return max((len(row) - 1 for row in self.counts), default=0)

    @property
    def captcha_accuracy(self) -> float | None:
        """Divide the captchas with all characters right by all captchas."""
        return share(self.right_captchas, self.captchas)

    @property
    def character_accuracy(self) -> float | None:
        """Divide the right characters by all characters."""
        return share(self.right_characters, self.characters)


class Accuracy(Options):
    """A tally with its 95 % intervals."""

    tally: Tally
    captcha_interval: Interval
    character_interval: Interval


def share(hits: int | None, trials: int | None) -> float | None:
    """Divide hits by trials; None when nothing was tried, or nothing is known of it."""
    return hits / trials if hits is not None and trials else None


def percent(hits: int, trials: int, digits: int = 1) -> str:
    """Show a rate for people: '100.0 %' only when all are hits, '0.0 %' only when none is.

    '-' when nothing was tried.
    """
    return f"{rounded_percentage(100 * hits / trials, digits)} %" if trials else "-"


def rounded_percentage(percentage: float, digits: int = 1) -> str:
    """Round a percentage so that it never overstates: to 100 or to 0 only if it is that.

    Args:
        percentage: in [0, 100].
        digits: behind the point.
    """
    shown, step = round(percentage, digits), float(10**-digits)
    if percentage < 100:  # noqa: PLR2004 - all of them
        shown = min(shown, 100 - step)
    if percentage > 0:
        shown = max(shown, step)
    return f"{shown:.{digits}f}"
