"""What people read, by how it was shown to them."""

import statistics
from collections.abc import Sequence

from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import wilson
from harness.people.answers import Answered
from harness.results.rows.people import PeopleRow


def gather_people(finished: FinishedSteps) -> dict[str, Sequence[PeopleRow]]:
    """Gather a row for each way in which captchas were shown to people."""
    return {"people": people_rows(finished.people)}


def people_rows(answers: Sequence[Answered]) -> list[PeopleRow]:
    """Count what people read, a row for each way in which captchas were shown."""
    rows = []
    for variant in dict.fromkeys(answer.variant for answer in answers):
        own = [answer for answer in answers if answer.variant == variant]
        right = sum(answer.right for answer in own)
        rows.append(
            PeopleRow(
                variant=variant,
                people=len({answer.person for answer in own}),
                captchas=len(own),
                right=right,
                interval=wilson(right, len(own)),
                p50_seconds=statistics.median(answer.seconds for answer in own),
            )
        )
    return rows
