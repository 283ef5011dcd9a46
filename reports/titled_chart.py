"""A drawn chart with its title, as several sections show it."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class TitledChart:
    """One drawn chart and its title."""

    title: str
    picture: Markup
