"""Warnings beside the figures that they concern."""

from collections.abc import Iterable

HARMLESS = {"few_captchas", "few_visits"}  # an interval is wide, which the interval says as well


def flags(warnings: Iterable[str]) -> tuple[str, ...]:
    """Give the codes that a figure must not be shown without."""
    return tuple(code for code in dict.fromkeys(warnings) if code not in HARMLESS)
