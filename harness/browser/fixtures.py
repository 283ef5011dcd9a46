"""Plugin of pytest for the tests of a site: fixtures, a marker and options; see docs/auditing.md.

pytest loads it by itself where captcha-harness is installed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from harness.audit.audit import AuditResult
    from harness.browser.captcha_page import CaptchaPage
    from harness.web.recognizer import Recognizer

MARKER = (
    "captcha(alphabet, length): which texts the captchas of the page have, as in "
    'captcha(alphabet="0-9a-z", length="4-6")'
)
VISITS = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line."""
    group = parser.getgroup("captcha-harness")
    group.addoption("--captcha-breaker", help="RUN/NAME: a trained breaker, not the one shipped")
    group.addoption("--captcha-home", default="runs", help="home of that run; by default runs")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def captcha_browser() -> Iterator["Browser"]:
    """Run Chromium for a test session; tests that need it are skipped where it is not installed."""
    from harness.browser.chromium import chromium, program
    from harness.errors import SkippedError

    try:
        program()
    except SkippedError as reason:
        pytest.skip(str(reason))
    with chromium() as browser:
        yield browser


@pytest.fixture
def captcha_page() -> "Callable[..., CaptchaPage]":
    """Give a function (url, image=..., answer=..., submit=..., ...) that names a captcha page.

    The selectors are those of docs/browser-testing.md; the page must be on this machine.
    """
    from harness.browser.captcha_page import CaptchaPage
    from harness.css_selectors import Selectors

    def named(url: str, **selectors: str) -> CaptchaPage:
        return CaptchaPage(url=url, selectors=Selectors(**selectors))

    return named


@pytest.fixture
def captcha_breaker(
    request: pytest.FixtureRequest, captcha_browser: "Browser"
) -> "Callable[[CaptchaPage], Recognizer]":
    """Give a function (page) that finds who reads its captchas.

    It is the breaker of --captcha-breaker, or else the one that is shipped, which the marker tells
    what the captchas can be.
    """
    from harness.assessment.wishes import Wishes
    from harness.audit.page_look import look_at
    from harness.web.recognizer import foundation_recognizer, recognizer

    chosen = request.config.getoption("--captcha-breaker")
    marker = request.node.get_closest_marker("captcha")

    def breaker(page: "CaptchaPage") -> "Recognizer":
        if chosen:
            from harness.runs.home import existing

            run, _, name = str(chosen).rpartition("/")
            home = Path(request.config.getoption("--captcha-home"))
            return recognizer(name, existing(run, home).trained(name))
        if marker is None:
            pytest.fail("say what the captchas can be: @pytest.mark." + MARKER.partition(":")[0])
        texts = Wishes(
            str(marker.kwargs.get("alphabet", "0-9")), str(marker.kwargs.get("length", 4))
        )
        length = texts.lengths() or 4
        lengths = (length[0], length[1]) if isinstance(length, list) else (length, length)
        seen = look_at(page.url, page.selectors, browser=captcha_browser)
        return foundation_recognizer(texts.characters(), lengths, (seen.height, seen.width, 3))

    return breaker


@pytest.fixture
def pass_rate(
    captcha_browser: "Browser", captcha_breaker: "Callable[[CaptchaPage], Recognizer]"
) -> Callable[..., float]:
    """Give a function (page, breaker=None, visits=100) that measures the share of visits that pass.

    The page is of `captcha_page`; the breaker, by default that of `captcha_breaker`, has a method
    `types` that reads a PNG. A visit that comes to no answer fails the test: a page that cannot be
    used stands no longer than any other.
    """
    from harness.browser import visit

    def rate(
        page: "CaptchaPage", breaker: "Recognizer | None" = None, visits: int = VISITS
    ) -> float:
        reads = (breaker or captcha_breaker(page)).types
        outcomes = visit.visits(captcha_browser, page, reads, visits)
        stuck = [outcome.error for outcome in outcomes if outcome.error]
        if stuck:
            pytest.fail(f"{len(stuck)} of {visits} visits came to no answer: {stuck[0]}")
        refused = sum(outcome.refused for outcome in outcomes)
        if refused:
            pytest.fail(
                f"the page took no more answers of {refused} of {visits} visits: a limit of "
                "attempts says nothing of the captcha; raise it for the test, or visit less"
            )
        return visit.pass_rate(outcomes)

    return rate


@pytest.fixture
def audit(
    captcha_browser: "Browser", captcha_breaker: "Callable[[CaptchaPage], Recognizer]"
) -> "Callable[..., AuditResult]":
    """Give a function that looks for holes in a page; its result has `holes`, a line for each.

    Arguments: page; fill={selector: text}, passed_text, wrong_text, thorough, expiry, requests, as
    of `captcha-harness audit`.
    """
    from harness.audit.audit import audit_page
    from harness.audit.exchange import MOST_REQUESTS, MOST_REQUESTS_THOROUGH
    from harness.audit.outcomes import Phrases
    from harness.audit.page_audit import Audited

    def look(
        page: "CaptchaPage",
        fill: dict[str, str] | None = None,
        passed_text: str = "",
        wrong_text: str = "",
        thorough: bool = False,
        expiry: float = 0.0,
        requests: int = 0,
    ) -> "AuditResult":
        breaker = captcha_breaker(page)

        def read(png: bytes) -> tuple[str, float]:
            seen = breaker.recognize(png)
            return seen.text, seen.confidence

        phrases = Phrases(passed_text, wrong_text)
        what = Audited(page, phrases, fill or {}, breaker.alphabet, thorough, expiry)
        most = requests or (MOST_REQUESTS_THOROUGH if thorough else MOST_REQUESTS)
        return audit_page(captcha_browser, what, read, most)

    return look
