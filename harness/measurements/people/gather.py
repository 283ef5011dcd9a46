"""What people read, by how it was shown to them."""

import statistics
from collections.abc import Sequence

from harness.people.answers import Answered
from harness.metrics import wilson
from harness.results.rows.people import PeopleRow


def people_rows(answers: Sequence[Answered]) -> list[PeopleRow]:
    """A row for each variant."""
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
