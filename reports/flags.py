"""Warnings beside the figures that they concern."""

from collections.abc import Iterable

# An interval is wide, which the interval says as well; a threshold rests on few captchas.
HARMLESS = {"few_captchas", "few_visits", "cross_fitted"}


def flags(warnings: Iterable[str]) -> tuple[str, ...]:
    """Give the codes that a figure must not be shown without."""
    return tuple(code for code in dict.fromkeys(warnings) if code not in HARMLESS)
