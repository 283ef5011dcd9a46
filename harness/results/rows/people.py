"""Rows of the report's table of people, who answered in human.csv."""

from harness.options import Options
from harness.results.tally import Interval


class PeopleRow(Options):
    """The accuracy and speed of people on captchas that a page showed them in one way."""

    variant: str
    people: int
    captchas: int
    right: int
    interval: Interval
    p50_seconds: float
