"""Visits: a breaker in front of a captcha page, again and again, each time as somebody new."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import visitor
from harness.datasets.generator import Watch, unwatched

Reads = Callable[[bytes], str]  # a PNG -> the text to type


@dataclass(frozen=True)
class Attempt:
    """One visit.

    Attributes:
        passed: the page took the answer.
        text: what was typed.
        seconds: from a fresh context to the page's verdict.
        blocked: requests to other hosts that were refused.
        error: why it did not come to an answer; empty otherwise.
        picture: the captcha as it was shown, PNG.
    """

    passed: bool
    text: str
    seconds: float
    blocked: int
    error: str = ""
    picture: bytes = b""


def visits(
    browser: Any,
    page: CaptchaPage,
    reads: Reads,
    count: int,
    ratio: float = 1.0,
    watch: Watch = unwatched,
) -> list[Attempt]:
    """Visit a page so many times.

    Args:
        browser: from harness.browser.chromium.chromium.
        page: where, and how.
        reads: the breaker.
        count: visits.
        ratio: device pixels for one of the page.
        watch: told of progress.
    """
    found = []
    for number in range(count):
        found.append(_visit(browser, page, reads, ratio))
        passed = sum(one.passed for one in found)
        watch(number + 1, count, f"passed {passed} of {number + 1}")
    return found


def _visit(browser: Any, page: CaptchaPage, reads: Reads, ratio: float) -> Attempt:
    from playwright.sync_api import Error

    text, picture, error, passed = "", b"", "", False
    begin = time.perf_counter()
    with visitor(browser, ratio) as guarded:
        try:
            picture = page.picture(guarded.page)
            text = reads(picture)
            passed = page.submit(guarded.page, text)
        except Error as wrong:
            error = wrong.message.splitlines()[0]
        seconds = time.perf_counter() - begin
        return Attempt(passed, text, seconds, len(guarded.blocked), error, picture)


def pass_rate(visited: list[Attempt]) -> float:
    """Share of visits that passed."""
    return sum(one.passed for one in visited) / len(visited)
