"""The command audit: looks whether a captcha page checks what it shows."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Alphabet, Home, Json, Length, Quiet
from commands.output import say, say_now, show
from workers.environment import chosen_home

if TYPE_CHECKING:
    from harness.audit.form_finder import FormCandidate
    from harness.runs.run import Run

HOLES, FAILED = 4, 1  # exit codes
FORM = "The form"
Url = Annotated[str, typer.Argument(help="A page of this machine, as http://127.0.0.1:8000/login.")]
CSS = "CSS selector"


def audit(
    url: Url,
    alphabet: Alphabet = "",
    length: Length = "",
    thorough: Annotated[
        bool,
        typer.Option("--thorough", help="Limits and timing as well: 600 requests, some minutes."),
    ] = False,
    expiry: Annotated[
        float,
        typer.Option(min=0, help="Seconds after which a captcha must be void. 0: not tried."),
    ] = 0.0,
    passed_text: Annotated[
        str,
        typer.Option(
            help="A text on the page after a right captcha, as 'wrong password' where the login "
            "is made up.",
            rich_help_panel=FORM,
        ),
    ] = "",
    wrong_text: Annotated[
        str, typer.Option(help="A text on the page after a wrong captcha.", rich_help_panel=FORM)
    ] = "",
    fill: Annotated[
        list[str] | None,
        typer.Option(
            help="Another field of the form, as '#user=nobody'. May be repeated.",
            rich_help_panel=FORM,
        ),
    ] = None,
    image: Annotated[
        str, typer.Option(help=f"{CSS} of the captcha.", rich_help_panel=FORM)
    ] = "#captcha",
    answer: Annotated[
        str, typer.Option(help=f"{CSS} of the field to type into.", rich_help_panel=FORM)
    ] = "#answer",
    submit: Annotated[
        str, typer.Option(help=f"{CSS} of what is clicked.", rich_help_panel=FORM)
    ] = "#submit",
    ready: Annotated[
        str,
        typer.Option(help=f"{CSS} of what is there once it is drawn.", rich_help_panel=FORM),
    ] = "",
    passed: Annotated[
        str,
        typer.Option(help=f"{CSS} of what is there after a right answer.", rich_help_panel=FORM),
    ] = "[data-outcome=passed]",
    answered: Annotated[
        str,
        typer.Option(help=f"{CSS} of what is there after any answer.", rich_help_panel=FORM),
    ] = "[data-outcome]",
    home: Home = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look for holes in a captcha page: what it lets in without a right answer.

    At most 60 requests are sent, within about a minute. What is not named is looked for on the
    page. Exit code 4: there is a hole.
    """
    from commands.audit_view import AuditView
    from commands.progress import screen
    from commands.report import write_report
    from harness.assessment.audit_table import AuditWishes
    from harness.assessment.page_audit import audit_text
    from harness.assessment.target import look
    from harness.assessment.wishes import Wishes
    from harness.audit.exchange import MOST_REQUESTS, MOST_REQUESTS_THOROUGH
    from harness.css_selectors import Selectors
    from harness.loopback import loopback
    from harness.runs.creation import start_sweep
    from harness.runs.expected_time import expected_of
    from harness.runs.local_execution import carry_out_all
    from harness.sweep import sweepfile

    selectors = Selectors(
        image=image, answer=answer, submit=submit, ready=ready, passed=passed, answered=answered
    )
    target = look(
        loopback(url), Wishes(alphabet, length), Path.cwd(), selectors,
        _asked_which if sys.stdin.isatty() and not json else None,
    )  # fmt: skip
    wishes = AuditWishes(passed_text, wrong_text, _filled(fill or []), thorough, expiry)
    if not json:
        chosen = target.selectors or selectors
        most = MOST_REQUESTS_THOROUGH if thorough else MOST_REQUESTS
        say_now(f"{url}: captcha {chosen.image}, answer {chosen.answer}, submit {chosen.submit}")
        say_now(f"at most {most} requests are sent to it")
    text = audit_text(target, wishes)
    run: Run = start_sweep(sweepfile.parse(text), text, chosen_home(home))
    with screen(quiet, expected_of(run)) as shown:
        carry_out_all(run, shown)
    document, page = write_report(run)
    view = AuditView(document, page)
    show(view, json)
    if document.failures:
        raise typer.Exit(FAILED)
    if view.holes:
        raise typer.Exit(HOLES)


def _filled(pairs: Sequence[str]) -> dict[str, str]:
    """Read `SELECTOR=TEXT` of each field.

    Raises:
        SpecError: one has no `=`.
    """
    from harness.errors import SpecError

    split = [pair.rpartition("=") for pair in pairs]
    for pair, (selector, _, _text) in zip(pairs, split, strict=True):
        if not selector:
            raise SpecError(f"--fill {pair}: must be a selector and a text, as '#user=nobody'")
    return {selector: text for selector, _, text in split}


def _asked_which(listed: "Sequence[FormCandidate]") -> "FormCandidate":
    """Let the person at the terminal choose what is the captcha."""
    say("Several things on the page could be its captcha:")
    for which, each in enumerate(listed, start=1):
        say(f"  {which}: {each.line}")
    number: int = typer.prompt("Which one", type=int, default=1)
    return listed[max(1, min(number, len(listed))) - 1]
