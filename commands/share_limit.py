"""The limit of `--fail-above`: a share of right answers, as people write it."""

import re

from harness.errors import SpecError

PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")


def share_of(text: str) -> float:
    """Read a share: 5%, 0.5 %, or 0.05.

    Raises:
        SpecError: it is none.
    """
    percent = PERCENT.fullmatch(text)
    try:
        share = float(percent[1]) / 100 if percent else float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise SpecError(f"--fail-above {text}: must be a share, as 5% or 0.05, between 0 and 100 %")
    return share
