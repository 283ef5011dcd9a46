"""Page /label: people label pictures of a GAN, each beside a control whose label is known."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flask import Flask, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from harness.array_types import Bytes
from harness.people.poll import Poll
from harness.web.captcha_forms import STATUS, CaptchaForms
from harness.web.challenges import Challenge, Challenges

LABEL = "label"
LARGER = 3  # factor of enlargement for people
GAP = 4  # pixels between the two pictures


@dataclass(frozen=True)
class LabelingTask:
    """Task for people: pictures to label, and controls.

    Attributes:
        poll: keeps their answers.
        unlabelled: pictures uint8 [n, height, width, channels].
        control: draws a picture whose label is known, and its label.
        alphabet: characters that a label can be.
    """

    poll: Poll
    unlabelled: Bytes
    control: Callable[[], tuple[Bytes, str]]
    alphabet: str

    def supply(self) -> tuple[Bytes, str]:
        """Draw a picture without a label beside a control; give a text that identifies both."""
        chosen = self.poll.wanted()
        number = secrets.choice(chosen) if chosen else secrets.randbelow(len(self.unlabelled))
        picture, label = self.control()
        first = secrets.randbelow(2)  # where the control is
        pair = [self.unlabelled[number]]
        pair.insert(first, picture)
        return beside(*pair), f"{number} {first} {label}"

    def settle(self, challenge: Challenge, text: str) -> bool:
        """Keep an answer of two characters; tell whether it is right about the control."""
        number, first, label = challenge.text.split(" ", 2)
        typed = "".join(text.split())
        right = len(typed) == 2 and typed[int(first)] == label  # noqa: PLR2004 - two pictures
        named = typed[1 - int(first)] if right else ""
        if named in self.alphabet:  # whatever else was typed names no picture
            person = hashlib.sha256(challenge.session.encode()).hexdigest()[:16]
            self.poll.note(int(number), person, named, right)
        return right


def beside(left: Bytes, right: Bytes) -> Bytes:
    """Put two pictures side by side on white, enlarged."""
    gap = np.full((left.shape[0], GAP, left.shape[2]), 255, np.uint8)
    pair = np.concatenate([left, gap, right], axis=1)
    return pair.repeat(LARGER, axis=0).repeat(LARGER, axis=1)


def label_pages(app: Flask, labelling: LabelingTask) -> None:
    """Add the page to the application."""
    challenges = Challenges(labelling.supply, settle=labelling.settle)
    # The same person after this server has been started again: of each the first answer counts.
    forms = CaptchaForms(app, LABEL, challenges, labelling.poll.key())

    @app.get("/label")
    def label() -> Response:
        visitor = forms.session() or forms.fresh_session()
        accepted = len(labelling.poll.labels())
        total = len(labelling.unlabelled)
        page = render_template(
            "label.html", asked=forms.ask(visitor, "plain"), accepted=accepted, total=total
        )
        return forms.response(page, visitor)

    @app.post("/label")
    def named() -> ResponseReturnValue:
        outcome = forms.answered()
        if outcome in ("passed", "wrong"):
            return redirect("/label", code=303)
        page = render_template("answered.html", outcome=outcome, again="/label")
        return page, STATUS[outcome]
