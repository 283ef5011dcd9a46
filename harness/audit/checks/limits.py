"""Limits: how often a page lets itself be asked, by whom, and how long a captcha stays open."""

import contextlib
from collections.abc import Callable

from harness.audit.at_once import sent_at_once
from harness.audit.finding import CheckNotRun, Finding, PageBlocked
from harness.audit.outcomes import counted
from harness.audit.page_audit import PageAudit
from harness.audit.submission import Submission
from harness.audit.visitor import AuditVisitor

AT_ONCE = 20  # answers at the same moment
ATTEMPTS = 30  # wrong answers that a page should not take of one visitor within a minute
RELOADS = 60  # captchas that it should not show one visitor within a minute
OTHER_ADDRESS = {
    "x-forwarded-for": "192.0.2.7",
    "x-real-ip": "192.0.2.7",
    "forwarded": "for=192.0.2.7",
}


def at_once(audit: PageAudit) -> Finding:
    """Send the same right answer many times at the same moment."""
    audit.needs_right()
    if audit.is_replayed:
        raise CheckNotRun("what has passed passes again in any case")
    with audit.visitor() as visitor:
        shown, form = audit.right_form(visitor)
        audit.budget.need(AT_ONCE)
        audit.budget.count(AT_ONCE)
        responses = sent_at_once(form, visitor.cookies(), AT_ONCE)
    outcomes = [audit.outcomes.at_once(response) for response in responses]
    passed = outcomes.count("passed")
    sent = f"{shown.text!r} {AT_ONCE} times at the same moment"
    seen = ", ".join(f"{number} {name}" for name, number in counted(outcomes).items())
    if passed > 1:
        return Finding(
            "at_once", "failed", sent, seen,
            "between its look at a captcha and its closing others get in: close it first, by one "
            "step that only one can take",
        )  # fmt: skip
    if not passed and "blocked" in outcomes:
        raise PageBlocked
    if not passed:
        raise CheckNotRun(f"none of {AT_ONCE} answers passed: the reader may have been wrong")
    return Finding("at_once", "passed", sent, seen)


def attempts_limit(audit: PageAudit) -> Finding:
    """Answer wrong until the page takes no more answers of a session."""
    with audit.visitor() as visitor:
        taken = _until_blocked(audit, visitor)
        if not taken:
            raise PageBlocked
        sent = f"{taken} wrong answers in one session"
        if taken >= ATTEMPTS:
            return Finding(
                "attempts_limit", "failed", sent, "all were judged",
                f"no limit shows within {ATTEMPTS} wrong answers: a breaker that reads 1 in 100 "
                "gets in all day",
            )  # fmt: skip
        audit.is_limited = True
        return Finding("attempts_limit", "passed", sent, "then no more")


def _until_blocked(audit: PageAudit, visitor: AuditVisitor) -> int:
    """Count the wrong answers that are judged before a visitor is blocked, ATTEMPTS at most."""
    for taken in range(ATTEMPTS):
        form = audit.wrong_form(visitor)
        try:
            audit.send(visitor, form)
        except PageBlocked:
            return taken
    return ATTEMPTS


def limit_without_cookies(audit: PageAudit) -> Finding:
    """Answer again without the cookies of a visitor that is blocked."""
    return _around_the_limit(
        audit, "limit_without_cookies", lambda form: form, "a wrong answer with fresh cookies",
        "the limit hangs on a cookie: whoever drops it has all tries again; count by address too",
    )  # fmt: skip


def limit_by_header(audit: PageAudit) -> Finding:
    """Answer again with headers that name another address."""
    return _around_the_limit(
        audit, "limit_by_header", lambda form: form.with_headers(OTHER_ADDRESS),
        f"a wrong answer with {', '.join(OTHER_ADDRESS)}",
        "the address is taken from a header that anybody can send: take it from the connection, "
        "or from a proxy of your own alone",
    )  # fmt: skip


def _around_the_limit(
    audit: PageAudit, check: str, change: Callable[[Submission], Submission], sent: str, why: str
) -> Finding:
    if not audit.is_limited:
        raise CheckNotRun("no limit was reached that one could go around")
    if audit.is_limited_by_cookie:
        raise CheckNotRun("whoever drops the cookie goes around the limit in any case")
    with audit.visitor() as visitor:
        form = audit.wrong_form(visitor)
        with contextlib.suppress(PageBlocked):
            audit.send(visitor, change(form))
            audit.is_limited_by_cookie = check == "limit_without_cookies"
            return Finding(check, "failed", sent, "judged", why)
    return Finding(check, "passed", sent, "no more answers")


def reload_limit(audit: PageAudit) -> Finding:
    """Load captchas until the page shows no more."""
    with audit.visitor() as visitor:
        for loaded in range(RELOADS):
            audit.budget.need(audit.open_cost)
            try:
                visitor.open()
            except PageBlocked:
                sent = f"{loaded} captchas, by one visitor"
                return Finding("reload_limit", "passed", sent, "then no more")
    return Finding(
        "reload_limit", "failed", f"{RELOADS} captchas, by one visitor", "all were shown",
        "an attacker looks at as many captchas as he likes, and answers those he is sure of",
    )  # fmt: skip


def expiry(audit: PageAudit) -> Finding:
    """Answer right when the captcha should be void."""
    solved = audit.needs_right()
    seconds = audit.audited.expiry
    if not seconds:
        raise CheckNotRun("say by --expiry after how many seconds a captcha must be void")
    with audit.visitor() as visitor:
        shown, form = audit.right_form(visitor)
        audit.audited.wait(seconds)
        outcome, _reply = audit.send(visitor, form)
        again, _reply = audit.send(visitor, solved.submission)
    sent = f"{shown.text!r}, {seconds:g} seconds after it was shown; a solved one again"
    if "passed" in (outcome, again):
        return Finding(
            "expiry", "failed", sent, "passed",
            "captchas can be collected, read at leisure or sold, and answered later",
        )  # fmt: skip
    return Finding("expiry", "passed", sent, "refused")
