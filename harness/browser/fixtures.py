"""Pytest fixtures for the tests of a site: `pytest_plugins = ["harness.browser.fixtures"]`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from harness.browser import visit
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium, program
from harness.errors import SkippedError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from harness.web.recognizer import Recognizer


@pytest.fixture(scope="session")
def captcha_browser() -> Iterator["Browser"]:
    """Run Chromium for a test session; tests that need it are skipped where it is not installed."""
    try:
        program()
    except SkippedError as reason:
        pytest.skip(str(reason))
    with chromium() as browser:
        yield browser


@pytest.fixture
def pass_rate(captcha_browser: "Browser") -> Callable[..., float]:
    """Give a function (page, breaker, visits=100) that measures the share of visits that pass.

    The page is a CaptchaPage, the breaker a harness.web.recognizer.Recognizer. A visit that comes
    to no answer fails the test: a page that cannot be used stands no longer than any other.
    """

    def rate(page: CaptchaPage, breaker: "Recognizer", visits: int = 100) -> float:
        outcomes = visit.visits(captcha_browser, page, breaker.types, visits)
        stuck = [outcome.error for outcome in outcomes if outcome.error]
        if stuck:
            pytest.fail(f"{len(stuck)} of {visits} visits came to no answer: {stuck[0]}")
        return visit.pass_rate(outcomes)

    return rate
