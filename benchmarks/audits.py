"""Audits of pages with planted holes, and of right ones, in rounds: what is found, what is not."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.audit.audit import AuditResult, audit_page
from harness.audit.exchange import MOST_REQUESTS, MOST_REQUESTS_THOROUGH
from harness.audit.outcomes import Phrases
from harness.audit.page_audit import Audited
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium

ROUNDS = 10
SITES = Path(__file__).parents[1] / "tests" / "support"
TESTS = Path(__file__).parents[1] / "tests" / "harness" / "audit"


@dataclass(frozen=True)
class AuditedSites:
    """One kind of pages over all rounds.

    Attributes:
        kind: what is planted.
        audits: of such pages.
        planted: holes, over all audits.
        seen: those of them that were found.
        others: holes that were found and not planted.
        requests: the most of one audit.
        seconds: the median of an audit.
    """

    kind: str
    audits: int
    planted: int
    seen: int
    others: int
    requests: int
    seconds: float


@dataclass(frozen=True)
class Audits:
    """All kinds."""

    rounds: int
    kinds: tuple[AuditedSites, ...]


def measure() -> Audits:
    """Audit each page of the tests in each round."""
    sys.path[:0] = [str(SITES), str(TESTS)]
    from captcha_sites import STYLES
    from test_holes import HOLES, LONG_HOLES

    right = {style: frozenset[str]() for style in STYLES}
    return Audits(
        ROUNDS,
        (
            _kind("one or two holes, 60 requests", HOLES, False),
            _kind("one or two holes, thorough", LONG_HOLES, True),
            _kind("none, five kinds of pages", right, False),
            _kind("none, thorough", {"form": frozenset()}, True),
        ),
    )


def _kind(kind: str, planted: Mapping[str, frozenset[str]], thorough: bool) -> AuditedSites:
    results: list[tuple[frozenset[str], AuditResult]] = []
    for _ in range(ROUNDS):
        results += [(holes, _audited(name, thorough)) for name, holes in planted.items()]
    failed = [
        {each.check for each in result.findings if each.outcome == "failed"}
        for _holes, result in results
    ]
    holes = [set(expected) for expected, _result in results]
    return AuditedSites(
        kind,
        len(results),
        sum(map(len, holes)),
        sum(len(a & b) for a, b in zip(holes, failed, strict=True)),
        sum(len(b - a) for a, b in zip(holes, failed, strict=True)),
        max(result.requests for _holes, result in results),
        statistics.median(result.seconds for _holes, result in results),
    )


def _audited(name: str, thorough: bool) -> AuditResult:
    """Audit one page: of some holes, or a right one of some style."""
    from captcha_sites import DIGITS, STYLES, CaptchaSite, flask_site, read, served

    style: str = name if name in STYLES else "form"
    site = CaptchaSite(frozenset(() if name in STYLES else name.split()))
    is_login = style == "login"
    fills = {"#user": "nobody", "#password": "none"} if is_login else {}
    phrases = Phrases("Unknown user", "Wrong code") if is_login else Phrases()
    with served(flask_site(site, style)) as url, chromium() as browser:
        page = Audited(
            CaptchaPage(url=url), phrases, fills, DIGITS, thorough,
            180.0 if thorough else 0.0, wait=site.wait,
        )  # fmt: skip
        most: Sequence[int] = (MOST_REQUESTS, MOST_REQUESTS_THOROUGH)
        return audit_page(browser, page, read, most[thorough])
