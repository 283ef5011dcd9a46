"""Tries spent at a site, in words: how many, how long that takes, and what they made a breaker."""

import math
from collections.abc import Sequence

from harness.results.rows.free_labels import FreeLabelsRow
from reports.rates import Rate, captcha_rate


def asking(row: FreeLabelsRow) -> str:
    """Write how many tries a breaker has spent, and the days that takes; '-' if it never asked."""
    if row.tries is None or row.days is None:
        return "-"
    return f"{row.tries:,} {'try' if row.tries == 1 else 'tries'} = {days(row.days)} of asking"


def days(number: float) -> str:
    """Write a number of days, the last one whole: nobody stops in the middle of it."""
    if number < 1:
        return "less than a day"
    whole = math.ceil(number)
    return f"{whole:,} day{'s' * (whole > 1)}"


def labels_by_hand(row: FreeLabelsRow) -> str:
    """Write what was labelled by hand."""
    if not row.labels_by_hand:
        return "without any label by hand"
    return f"with {row.labels_by_hand:,} label{'s' * (row.labels_by_hand > 1)} by hand"


def on_accepted(row: FreeLabelsRow) -> Rate | None:
    """Give what a breaker reads of held-out accepted captchas; None where there are none."""
    if row.right_on_accepted is None or not row.n_on_accepted or row.on_accepted_interval is None:
        return None
    return Rate(row.right_on_accepted, row.n_on_accepted, row.on_accepted_interval)


def furthest(rows: Sequence[FreeLabelsRow]) -> FreeLabelsRow:
    """Choose the row to speak of: the last that was measured, else the last that has asked."""
    measured = [row for row in rows if row.accuracy]
    asked = [row for row in rows if row.tries]
    return (measured or asked or rows)[-1]


def learned(row: FreeLabelsRow) -> str:
    """Write what a breaker reads of fresh captchas after its tries, without a full stop."""
    asked = f"{labels_by_hand(row)}, {asking(row)}"
    if row.accuracy is None:
        if row.accepted == 0 and row.tries:
            return f"{asked}, and no answer was accepted: nothing could be learned from"
        return f"{labels_by_hand(row)}: {row.status}"
    rate, seeming = captcha_rate(row.accuracy), on_accepted(row)
    seems = f"; by held-out accepted ones it would seem to read {seeming.shown}" if seeming else ""
    return f"{asked}, it reads {rate.long} of {rate.trials:,} fresh captchas{seems}"
