"""The command assess: from a captcha to the answer how long it stands."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.completion import target_names
from commands.options import (
    Alphabet,
    Home,
    Json,
    KeepOddLabels,
    Labels,
    Length,
    Pattern,
    Quiet,
    TriesPerDay,
)  # fmt: skip
from commands.output import say_now
from workers.environment import chosen_home

if TYPE_CHECKING:
    from commands.assessment_view import AssessmentView, Opening
    from harness.assessment.deadline import Deadline

CROSSED, FAILED = 4, 1  # exit codes
Target = Annotated[
    str,
    typer.Argument(
        help="A folder of labelled images, a CSV file, file.py:function, module:function, a "
        "generator's name, or a page of this machine (http://127.0.0.1:...).",
        autocompletion=target_names,
    ),
]
PAGE = "Of a page"


def assess(
    target: Target,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0.5, help="Stop in time; what was left out is said. Default: all is carried out."
        ),
    ] = None,
    fail_above: Annotated[
        str | None,
        typer.Option(
            help="Exit with code 4 unless every attacker stays below this share of right answers, "
            "as 5%, at the upper end of its 95 % interval."
        ),
    ] = None,
    labels: Labels = 0,
    alphabet: Alphabet = "",
    length: Length = "",
    tries_per_day: TriesPerDay = 1_000,
    pattern: Pattern = "",
    keep_odd_labels: KeepOddLabels = False,
    image: Annotated[
        str, typer.Option(help="CSS selector of the captcha.", rich_help_panel=PAGE)
    ] = "#captcha",
    answer: Annotated[
        str, typer.Option(help="CSS selector of the field to type into.", rich_help_panel=PAGE)
    ] = "#answer",
    submit: Annotated[
        str, typer.Option(help="CSS selector of what is clicked.", rich_help_panel=PAGE)
    ] = "#submit",
    ready: Annotated[
        str,
        typer.Option(
            help="CSS selector of what is there once the captcha is drawn.", rich_help_panel=PAGE
        ),
    ] = "",
    passed: Annotated[
        str,
        typer.Option(
            help="CSS selector of what is there after a right answer.", rich_help_panel=PAGE
        ),
    ] = "[data-outcome=passed]",
    answered: Annotated[
        str,
        typer.Option(help="CSS selector of what is there after any answer.", rich_help_panel=PAGE),
    ] = "[data-outcome]",
    home: Home = None,
    json: Json = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the report in a browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tell how long a captcha stands: look at it, try attackers, give a verdict and a report.

    Ready-made readers come first, then breakers that learn from few and from all labels. After
    each the answer so far is printed. Done steps are not repeated: the same command goes on.
    """
    start = time.monotonic()
    from commands.assessment_view import Opening
    from commands.share_limit import share_of
    from harness.assessment.assessment import assessment
    from harness.assessment.deadline import Deadline
    from harness.assessment.target import look
    from harness.assessment.wishes import Wishes
    from harness.css_selectors import Selectors

    limit = share_of(fail_above) if fail_above is not None else None
    wishes = Wishes(alphabet, length, labels, tries_per_day, pattern, keep_odd_labels)
    selectors = Selectors(
        image=image, answer=answer, submit=submit, ready=ready, passed=passed, answered=answered
    )
    asked = assessment(look(target, wishes, Path.cwd(), selectors), wishes)
    started = asked.start(chosen_home(home))
    opening = Opening(asked, started, minutes)
    if not json:
        for line in opening.lines():
            say_now(line)
    view = _carried_out(opening, Deadline(minutes, start), json, quiet)
    view.show_end(limit, json)
    if open_:
        typer.launch(str(view.page))
    if limit is not None and view.crosses(limit):
        raise typer.Exit(CROSSED)
    if view.has_failed:
        raise typer.Exit(FAILED)


def _carried_out(
    opening: "Opening", deadline: "Deadline", as_json: bool, quiet: bool
) -> "AssessmentView":
    """Carry out the stages, and print the answer after each; give what there is in the end."""
    from commands.assessment_view import AssessmentView, StageView
    from commands.progress import screen
    from commands.report import write_report
    from harness.runs.document import gather

    started = opening.started
    views: list[StageView] = []
    for stage in started.carry_out(lambda: screen(quiet, started.expected), deadline):
        # After the deadline nothing is added: what there is was gathered before, or is in the end.
        late = bool(views) and deadline.left <= 0
        document = views[-1].document if late else gather(started.run)
        views.append(StageView(stage, document, time.monotonic() - deadline.start))
        if not as_json and not late:
            for line in views[-1].lines():
                say_now(line)
    document, page = write_report(started.run)
    seconds = time.monotonic() - deadline.start
    return AssessmentView(started.run, document, page, views, seconds, opening)
