"""Page /try: people solve captchas of each variant, and their answers are kept."""

import secrets
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from harness.options import Variant
from harness.people.answers import Answered
from harness.web.captcha_forms import CaptchaForms
from harness.web.challenges import Challenges

TRY = "try"
PEOPLE = 1000  # at once; the oldest are forgotten


@dataclass(frozen=True)
class HumanTrial:
    """Trial with people: captchas, and how they are shown.

    Attributes:
        challenges: where the captchas come from.
        variants: how they are shown.
        each: captchas of each variant.
        note: keeps an answer.
    """

    challenges: Challenges
    variants: Sequence[Variant]
    each: int
    note: Callable[[Answered], None]


@dataclass
class Person:
    """Progress of one person, by the session of the browser.

    Attributes:
        number: in human.csv.
        answers: so far.
        asked: id of the open challenge, and when it was shown.
        lock: held while a captcha is drawn or answered: several tabs may do so at once.
    """

    number: str
    answers: list[Answered] = field(default_factory=list)
    asked: tuple[str, float] = ("", 0.0)
    lock: threading.Lock = field(default_factory=threading.Lock)


def try_pages(app: Flask, trial: HumanTrial) -> None:
    """Add the page to the application."""
    forms = CaptchaForms(app, TRY, trial.challenges)
    people: dict[str, Person] = {}
    lock = threading.Lock()
    # Variants take turns, so that practice helps all of them alike.
    order = [variant for _ in range(trial.each) for variant in trial.variants]

    @app.get("/try")
    def ask() -> Response:
        visitor = forms.session()
        with lock:
            if visitor not in people or request.args.get("again"):
                visitor = forms.fresh_session()
                people[visitor] = Person(secrets.token_hex(4))
                while len(people) > PEOPLE:
                    del people[next(iter(people))]
            person = people[visitor]
        with person.lock:
            done = len(person.answers)
            if done == len(order):
                page = render_template("tried.html", lines=_lines(person.answers, trial.variants))
            else:
                asked = forms.ask(visitor, order[done])
                person.asked = (asked.name, time.monotonic())
                page = render_template("try.html", done=done, total=len(order), asked=asked)
        return forms.response(page, visitor)

    @app.post("/try")
    def answered() -> ResponseReturnValue:
        with lock:
            person = people.get(forms.session())
        if person:
            with person.lock:
                _answer(person)
        return redirect("/try", code=303)

    def _answer(person: Person) -> None:
        name, since = person.asked
        if not name or name != request.form.get("name"):
            return
        outcome = forms.answered()
        if outcome in ("passed", "wrong"):
            answer = Answered(
                variant=order[len(person.answers)],
                person=person.number,
                right=outcome == "passed",
                seconds=round(time.monotonic() - since, 2),
            )
            person.asked = ("", 0.0)
            trial.note(answer)
            person.answers.append(answer)


def _lines(answers: Sequence[Answered], variants: Sequence[str]) -> list[tuple[str, int, int, str]]:
    """Summarize a person's answers by variant: number right, number of all, median seconds."""
    lines = []
    for variant in variants:
        alike = [answer for answer in answers if answer.variant == variant]
        right = sum(answer.right for answer in alike)
        seconds = statistics.median(answer.seconds for answer in alike)
        lines.append((variant, right, len(alike), f"{seconds:.1f}"))
    return lines
