"""An audit: all checks of a page, in order, within a number of requests."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.audit.check_table import BASELINE, CHECKS, AuditCheck
from harness.audit.checks.baseline import baseline
from harness.audit.exchange import RequestBudget, RequestsSpent
from harness.audit.finding import CheckNotRun, Finding, PageBlocked
from harness.audit.page_audit import Audited, PageAudit, PngReader
from harness.progress import Progress, no_progress

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class AuditResult:
    """The findings of an audit.

    Attributes:
        findings: one for each check, in order.
        requests: that were sent.
        blocked: requests to other hosts, all refused.
        seconds: of the audit.
        captchas: that were looked at.
    """

    findings: Sequence[Finding]
    requests: int
    blocked: int
    seconds: float
    captchas: int

    @property
    def holes(self) -> list[str]:
        """Write a line for each hole."""
        holes = [each for each in self.findings if each.outcome == "failed"]
        return [f"{each.check}: {each.why} (sent {each.sent}; {each.seen})" for each in holes]


def audit_page(
    browser: "Browser",
    audited: Audited,
    reads: PngReader,
    requests: int,
    progress: Progress = no_progress,
) -> AuditResult:
    """Audit a page.

    Args:
        browser: from harness.browser.chromium.chromium.
        audited: the page.
        reads: gives the text of a captcha's PNG, and its confidence.
        requests: that are sent at most.
        progress: told which check runs.
    """
    begun = time.monotonic()
    budget = RequestBudget(requests)
    with PageAudit(browser, audited, reads, budget) as looked_at:
        findings = _run(BASELINE, looked_at, lambda: baseline(looked_at))
        for number, check in enumerate(CHECKS):
            progress(number, len(CHECKS), f"{check.name}, {budget.sent} of {requests} requests")
            findings += _checked(check, looked_at)
        progress(len(CHECKS), len(CHECKS), f"{budget.sent} requests")
        blocked, captchas = looked_at.blocked_requests, len(looked_at.shown)
    seconds = time.monotonic() - begun
    return AuditResult(findings, budget.sent, blocked, seconds, captchas)


def _checked(check: AuditCheck, page: PageAudit) -> list[Finding]:
    """Carry out one check, where it is asked for and its requests are left."""
    if check.long and not page.audited.thorough:
        return _not_run(check.names, "takes more requests than this audit has: --thorough")
    if check.opens * page.open_cost + check.sends > page.budget.left:
        return _not_run(check.names, _spent(page))
    findings = _run(check.names, page, lambda: check.does(page))
    if page.audited.thorough and any(each.why == TOO_MANY for each in findings):
        page.audited.wait(page.audited.pause)
        findings = _run(check.names, page, lambda: check.does(page))
    return findings


TOO_MANY = "the page takes no more answers: a limit of attempts is reached"


def _run(names: Sequence[str], page: PageAudit, does: object) -> list[Finding]:
    """Carry out checks; those that come to no finding did not run."""
    from playwright.sync_api import Error

    try:
        came = does() if callable(does) else []
        findings = list(came) if isinstance(came, list) else [came]
        why = "nothing was seen that tells"
    except CheckNotRun as reason:
        findings, why = [], str(reason)
    except PageBlocked:
        findings, why = [], TOO_MANY
    except RequestsSpent:
        findings, why = [], _spent(page)
    except Error as wrong:
        findings, why = [], f"the page could not be used: {wrong.message.splitlines()[0]}"
    done = {each.check for each in findings}
    return [*findings, *_not_run([name for name in names if name not in done], why)]


def _spent(page: PageAudit) -> str:
    return f"the {page.budget.most} requests of this audit are spent: --thorough has more"


def _not_run(names: Sequence[str], why: str) -> list[Finding]:
    return [Finding(name, "did not run", why=why) for name in names]
