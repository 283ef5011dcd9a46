"""A wrong and a right answer, sent as a person sends them; what follows them at once."""

import contextlib
from collections.abc import Sequence

from harness.audit.exchange import Exchange, Reply
from harness.audit.finding import CheckNotRun, Finding, PageBlocked
from harness.audit.outcomes import AnswerOutcome
from harness.audit.page_audit import RIGHT_TRIES, PageAudit, Solved
from harness.audit.submission import Submission
from harness.audit.visitor import AuditVisitor, Shown

WRONG, CLIENT = "wrong_answer", "client_decides"
SECOND, REPLAYED = "second_guess", "replayed"


def baseline(audit: PageAudit) -> list[Finding]:
    """Learn what a page says to a wrong and to a right answer.

    Args:
        audit: gets `refused` and `solved`, where there are such answers.
    """
    return [*_answer_wrong(audit), *_answer_right(audit)]


def _answer_wrong(audit: PageAudit) -> list[Finding]:
    """Answer wrong; then right, on the same captcha."""
    with audit.visitor() as visitor:
        shown = audit.open(visitor, sure=True)
        text = audit.wrong(shown.text)
        submission, reply, outcome = _submitted(audit, visitor, text)
        sent = f"{text!r}, where the captcha reads {shown.text!r}"
        if submission is None or reply is None:
            audit.is_silent = outcome == "wrong"
            return []  # the right answer will tell whether the page's script decides
        if outcome == "passed":
            return [_passed_wrong(audit, sent)]
        if outcome == "wrong":
            audit.outcomes.learn(reply, "wrong")
            audit.says_wrong = True
        audit.refused = Solved(shown, submission, reply)
        if submission.answer:
            with contextlib.suppress(PageBlocked):
                _outcome, audit.second_guess = audit.send(visitor, submission.answered(shown.text))
    # What says neither right nor wrong is refused only if right answers look otherwise.
    return [] if outcome == "unclear" else [_refused(audit.refused)]


def _refused(wrong: Solved) -> Finding:
    """Say that a wrong answer did not pass."""
    typed = dict(wrong.submission.fields).get(wrong.submission.answer, "")
    sent = f"{typed!r}, where the captcha reads {wrong.shown.text!r}"
    return Finding(WRONG, "passed", sent, "refused", "a wrong answer does not pass")


def _passed_wrong(audit: PageAudit, sent: str) -> Finding:
    """Answer wrong once more: by chance a wrong answer can be right."""
    with audit.visitor() as visitor:
        shown = audit.open(visitor)
        again = audit.wrong(shown.text)
        _submission, _reply, outcome = _submitted(audit, visitor, again)
    if outcome != "passed":
        return Finding(WRONG, "passed", f"{sent}; {again!r}", "one passed, one did not")
    audit.takes_anything = True
    why = "whatever is typed passes: nobody has to read the captcha"
    return Finding(
        WRONG, "failed", f"{sent}; {again!r}, where it reads {shown.text!r}", "both passed", why
    )


def _answer_right(audit: PageAudit) -> list[Finding]:
    """Answer right, and send the same again."""
    if audit.takes_anything:
        return []
    told_by_looks, outcome = False, "wrong"
    for _ in range(RIGHT_TRIES):
        with audit.visitor() as visitor:
            shown = audit.open(visitor, sure=True)
            submission, reply, outcome = _submitted(audit, visitor, shown.text)
            if submission is None or reply is None:
                if outcome == "passed":
                    return [_client_decides(shown)]
                continue
            if outcome == "unclear" and audit.refused:
                same = audit.outcomes.looks(reply) == audit.outcomes.looks(audit.refused.reply)
                outcome = "unclear" if same else "passed"
                told_by_looks = not same
            if outcome != "passed":
                continue
            if audit.refused and told_by_looks:
                audit.outcomes.learn(audit.refused.reply, "wrong")
            audit.outcomes.learn(reply, "passed")
            audit.solved = Solved(shown, submission, reply)
            findings = [
                *([_refused(audit.refused)] if audit.refused and told_by_looks else []),
                Finding(CLIENT, "passed", f"{shown.text!r}, typed", "the page asked its server"),
                *_guessed_again(audit),
                _replayed(audit, visitor),
            ]
            _answer_nothing(audit, visitor)
            return findings
    if outcome == "unclear":
        raise CheckNotRun(
            "all answers look alike: none passed, or all did; say by --passed-text and "
            "--wrong-text what the page shows"
        )
    if audit.is_silent:
        raise CheckNotRun(
            "the page refused an answer without asking its server: its own script decides, or the "
            "form lacks something (--fill); no answer of the reader was taken for right"
        )
    return []


def _client_decides(shown: Shown) -> Finding:
    return Finding(
        CLIENT, "failed", f"{shown.text!r}, typed", "passed, and no request was sent",
        "the page's own script decides: whoever asks the server directly needs no answer",
    )  # fmt: skip


def _guessed_again(audit: PageAudit) -> list[Finding]:
    """Tell whether a captcha could be answered again after a wrong answer."""
    if audit.second_guess is None or audit.refused is None:
        return []
    outcome = audit.outcomes.outcome(audit.second_guess)
    text = audit.refused.shown.text
    sent = f"a wrong answer, then {text!r} for the same captcha"
    if outcome == "passed":
        why = "a captcha stays open after a wrong answer: it can be guessed at until it is right"
        return [Finding(SECOND, "failed", sent, "the second passed", why)]
    return [Finding(SECOND, "passed", sent, "both refused", "a wrong answer closes the captcha")]


def _replayed(audit: PageAudit, visitor: AuditVisitor) -> Finding:
    """Send what has passed once more, with the cookies that it left."""
    solved = audit.needs_right()
    sent = f"{solved.shown.text!r} once more, in the same session"
    try:
        outcome, _reply = audit.send(visitor, solved.submission)
    except PageBlocked:
        outcome = "blocked"
    if outcome == "passed":
        audit.is_replayed = True
        why = "one solved captcha lets in any number of times"
        return Finding(REPLAYED, "failed", sent, "passed again", why)
    return Finding(REPLAYED, "passed", sent, "refused", "a captcha passes once")


def _answer_nothing(audit: PageAudit, visitor: AuditVisitor) -> None:
    """Send no answer in the session whose captcha is solved; the check `omitted` tells of it."""
    submission = audit.needs_right().submission
    if submission.answer and not audit.is_replayed:
        with contextlib.suppress(PageBlocked):
            outcome, _reply = audit.send(visitor, submission.without(submission.answer))
            audit.passes_after_solved = outcome == "passed"


def _submitted(
    audit: PageAudit, visitor: AuditVisitor, text: str
) -> tuple[Submission | None, Reply | None, AnswerOutcome]:
    """Submit an answer as a person does; give what was sent, what came back, what it means."""
    audit.budget.need(2)
    submission, exchanges = visitor.submit(text)
    reply = _reply(submission, exchanges)
    outcome = _outcome(audit, visitor, reply)
    if outcome == "blocked":
        raise CheckNotRun("the page takes no answers: it says that there were too many")
    return submission, reply, outcome


def _outcome(audit: PageAudit, visitor: AuditVisitor, reply: Reply | None) -> AnswerOutcome:
    """Tell what came of an answer, by the page as it is shown, and else by the response."""
    passed, answered, text = visitor.says()
    phrases = audit.audited.phrases
    if (phrases.passed and phrases.passed.lower() in text.lower()) or passed:
        return "passed"
    if phrases.wrong and phrases.wrong.lower() in text.lower():
        return "wrong"
    judged = audit.outcomes.outcome(reply) if reply else "unclear"
    return "wrong" if judged == "unclear" and answered else judged


def _reply(submission: Submission | None, exchanges: Sequence[Exchange]) -> Reply | None:
    """Find the response to a submission; where it led to another page, that one is the last."""
    if submission is None:
        return None
    bare = submission.url.partition("?")[0]
    mine = [
        number
        for number, each in enumerate(exchanges)
        if each.method == submission.method and each.url.partition("?")[0] == bare
    ]
    if not mine:
        return None
    first = exchanges[mine[0]]
    pages = [each for each in exchanges[mine[0] :] if each.kind == "document"]
    return Reply(first, pages[-1] if first.kind == "document" and pages else first)
