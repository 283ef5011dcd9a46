"""Findings of an audit: what one check came to."""

from dataclasses import dataclass
from typing import Literal

CheckOutcome = Literal["passed", "failed", "did not run"]


@dataclass(frozen=True)
class Finding:
    """What one check came to.

    Attributes:
        check: its name.
        outcome: failed: there is a hole.
        sent: what was asked of the page.
        seen: what it said.
        why: what that means; of a check that did not run, why not.
    """

    check: str
    outcome: CheckOutcome
    sent: str = ""
    seen: str = ""
    why: str = ""


class CheckNotRun(Exception):  # noqa: N818 - no error: a check that has nothing to look at
    """A check cannot be carried out on this page; the message says why."""


class PageBlocked(Exception):  # noqa: N818 - no error: what a limit of attempts does
    """The page takes no more answers of this visitor or this address."""
