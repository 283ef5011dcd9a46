"""/try: a person solves some captchas of each variant, and the answers are noted."""

import secrets
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, redirect, render_template, request

from harness.humans import Answered
from harness.specs import Variant
from harness.web.captcha_forms import CaptchaForms
from harness.web.challenges import Challenges

TRY = "try"
PEOPLE = 1000  # at once; the oldest go


@dataclass(frozen=True)
class HumanTrial:
    """What people are asked.

    Attributes:
        challenges: where the captchas come from.
        variants: how they are shown.
        each: captchas of each variant.
        note: takes every answer.
    """

    challenges: Challenges
    variants: Sequence[Variant]
    each: int
    note: Callable[[Answered], None]


@dataclass
class Person:
    """How far one browser is.

    Attributes:
        number: in human.csv.
        answers: so far.
        asked: id of the challenge at hand, and when it was asked.
        lock: held while it is asked or answers: several tabs may do so at once.
    """

    number: str
    answers: list[Answered] = field(default_factory=list)
    asked: tuple[str, float] = ("", 0.0)
    lock: threading.Lock = field(default_factory=threading.Lock)


def try_pages(app: Flask, trial: HumanTrial) -> None:
    """Add the page."""
    asking = CaptchaForms(app, TRY, trial.challenges)
    people: dict[str, Person] = {}
    lock = threading.Lock()
    # Variants take turns, so that practice helps all of them alike.
    order = [variant for _ in range(trial.each) for variant in trial.variants]

    @app.get("/try")
    def ask() -> Response:
        visitor = asking.session()
        with lock:
            if visitor not in people or request.args.get("again"):
                visitor = asking.fresh_session()
                people[visitor] = Person(secrets.token_hex(4))
                while len(people) > PEOPLE:
                    del people[next(iter(people))]
            person = people[visitor]
        with person.lock:
            done = len(person.answers)
            if done == len(order):
                page = render_template("tried.html", lines=_lines(person.answers, trial.variants))
            else:
                asked = asking.ask(visitor, order[done])
                person.asked = (asked.name, time.monotonic())
                page = render_template("try.html", done=done, total=len(order), asked=asked)
        return asking.response(page, visitor)

    @app.post("/try")
    def answered() -> Any:
        with lock:
            person = people.get(asking.session())
        if person:
            with person.lock:
                _answer(person)
        return redirect("/try", code=303)

    def _answer(person: Person) -> None:
        name, since = person.asked
        if not name or name != request.form.get("name"):
            return
        outcome = asking.answered()
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
    """Say what the last page says to the person: variant, right, of, and seconds."""
    lines = []
    for variant in variants:
        alike = [answer for answer in answers if answer.variant == variant]
        right = sum(answer.right for answer in alike)
        seconds = statistics.median(answer.seconds for answer in alike)
        lines.append((variant, right, len(alike), f"{seconds:.1f}"))
    return lines
