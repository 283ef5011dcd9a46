"""Answers that are none, and right ones where they should not count any more."""

from collections.abc import Callable
from typing import TypeAlias

from harness.audit.finding import CheckNotRun, Finding
from harness.audit.page_audit import PageAudit
from harness.audit.submission import Submission

Change: TypeAlias = Callable[[Submission], Submission]
BLANK = "   "


def omitted(audit: PageAudit) -> Finding:
    """Send the form without the field of the answer, for an open captcha and after a solved one.

    Where a session holds no captcha any more, nothing can equal nothing.
    """
    name = audit.needs_answer_field
    sent = f"the form without {name!r}"
    if audit.passes_after_solved:
        why = "a session whose captcha is solved passes without any answer"
        return Finding("omitted", "failed", f"{sent}, after a solved captcha", "passed", why)
    return _without_reading(audit, "omitted", lambda form: form.without(name), sent)


def empty(audit: PageAudit) -> Finding:
    """Send an empty answer."""
    return _without_reading(audit, "empty", lambda form: form.answered(""), "an empty answer")


def blank(audit: PageAudit) -> Finding:
    """Send an answer of blanks."""
    return _without_reading(audit, "blank", lambda form: form.answered(BLANK), "three blanks")


def _without_reading(audit: PageAudit, check: str, change: Change, sent: str) -> Finding:
    """Send a changed form for a fresh captcha; in a thorough audit twice."""
    _field = audit.needs_answer_field
    with audit.visitor() as visitor:
        form = change(audit.wrong_form(visitor))
        times = 2 if audit.audited.thorough else 1
        outcomes = [audit.send(visitor, form)[0] for _ in range(times)]
    if "passed" in outcomes:
        return Finding(check, "failed", sent, "passed", "nobody has to read the captcha")
    return Finding(check, "passed", sent, "refused")


def replayed_elsewhere(audit: PageAudit) -> Finding:
    """Send what has passed once more, as another visitor."""
    solved = audit.needs_right()
    sent = f"{solved.shown.text!r} once more, as another visitor"
    with audit.visitor() as visitor:
        audit.open(visitor)
        outcome, _reply = audit.send(visitor, solved.submission)
        if outcome != "passed" and audit.audited.thorough:
            visitor.drop_cookies()
            outcome, _reply = audit.send(visitor, solved.submission)
            sent += ", then without any cookie"
    if outcome == "passed":
        return Finding(
            "replayed_elsewhere", "failed", sent, "passed again",
            "one solved captcha lets in any number of visitors",
        )  # fmt: skip
    return Finding("replayed_elsewhere", "passed", sent, "refused")


def old_answer(audit: PageAudit) -> Finding:
    """Answer a new captcha by what the one before says, in the same session."""
    field = audit.needs_answer_field
    audit.needs_right()
    with audit.visitor() as visitor:
        before = audit.open(visitor, sure=True)
        new = audit.open(visitor)
        if before.text == new.text:
            new = audit.open(visitor)
        if before.text == new.text:
            raise CheckNotRun(f"one captcha after the other reads {new.text!r}")
        form = audit.held(visitor, audit.wrong(new.text))
        outcome, _reply = audit.send(visitor, form.with_field(field, before.text))
    sent = f"{before.text!r}, of the image before, where the new one reads {new.text!r}"
    if outcome == "passed":
        return Finding(
            "old_answer", "failed", sent, "passed",
            "old captchas stay open: one that is solved serves for all that come after",
        )  # fmt: skip
    return Finding("old_answer", "passed", sent, "refused")


def case_and_spaces(audit: PageAudit) -> Finding:
    """Answer in the other case, with blanks around."""
    field = audit.needs_answer_field
    audit.needs_right()
    with audit.visitor() as visitor:
        shown = audit.open(visitor, sure=True)
        other = f" {shown.text.swapcase()} "
        form = audit.held(visitor, audit.wrong(shown.text))
        outcome, _reply = audit.send(visitor, form.with_field(field, other))
    letters = set(audit.audited.alphabet)
    both = any(c.swapcase() in letters for c in letters if c.swapcase() != c)
    sent, seen = repr(other), "passed" if outcome == "passed" else "refused"
    if outcome == "passed" and both and shown.text.swapcase() != shown.text:
        why = "upper and lower case are drawn, and count as the same: fewer texts are to be guessed"
        return Finding("case_and_spaces", "passed", sent, seen, why)
    return Finding("case_and_spaces", "passed", sent, seen)


def without_token(audit: PageAudit) -> Finding:
    """Answer right, without the other fields of the form."""
    audit.needs_right()
    tokens = audit.tokens
    if not tokens:
        return Finding(
            "without_token", "did not run", why="the form has no field that changes with each "
            "captcha: its cookie alone says whose captcha it is; see that it is SameSite"
        )  # fmt: skip
    with audit.visitor() as visitor:
        shown, form = audit.right_form(visitor)
        outcome, _reply = audit.send(visitor, form.without(*tokens))
    sent = f"{shown.text!r} without {', '.join(map(repr, tokens))}"
    if outcome == "passed":
        return Finding(
            "without_token", "failed", sent, "passed",
            "what the form sends beside the answer is not checked: other sites can send it too",
        )  # fmt: skip
    return Finding("without_token", "passed", sent, "refused")


def trap_fields(audit: PageAudit) -> Finding:
    """Fill the fields that people do not see."""
    with audit.visitor() as visitor:
        shown, form = audit.right_form(visitor)
        traps = visitor.unseen_fields()
        if not traps:
            return Finding(
                "trap_fields", "did not run", why="the form has no field that people do not see"
            )
        sent_names = [name for name in traps if name in form.others]
        for name in sent_names:
            form = form.with_field(name, "filled by a bot")
        outcome, _reply = audit.send(visitor, form)
    sent = f"{shown.text!r}, and a text in {', '.join(map(repr, traps))}"
    if outcome == "passed":
        return Finding(
            "trap_fields", "failed", sent, "passed",
            "a field that only bots fill is there, and nobody looks at it",
        )  # fmt: skip
    return Finding("trap_fields", "passed", sent, "refused")
