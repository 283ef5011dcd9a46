"""Rows of people: their accuracy and speed, for each way of showing captchas."""

import statistics
from collections.abc import Sequence

from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import wilson
from harness.people.answers import Answered
from harness.results.rows.people import PeopleRow


def gather_people(finished: FinishedSteps) -> dict[str, Sequence[PeopleRow]]:
    """Gather a row for each way of showing captchas to people."""
    return {"people": people_rows(finished.people)}


def people_rows(answers: Sequence[Answered]) -> list[PeopleRow]:
    """Count what people read right, a row for each way of showing captchas."""
    rows = []
    for variant in dict.fromkeys(answer.variant for answer in answers):
        shown = [answer for answer in answers if answer.variant == variant]
        right = sum(answer.right for answer in shown)
        rows.append(
            PeopleRow(
                variant=variant,
                people=len({answer.person for answer in shown}),
                captchas=len(shown),
                right=right,
                interval=wilson(right, len(shown)),
                p50_seconds=statistics.median(answer.seconds for answer in shown),
            )
        )
    return rows
