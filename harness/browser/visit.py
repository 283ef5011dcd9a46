"""Visits of a breaker to a captcha page, each in a fresh browser context."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import visitor
from harness.progress import Progress, no_progress

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TRACED, TRACE, TRACES = 3, "stuck-{}.zip", "stuck-*.zip"
MOST_LOADS = 100  # captchas that one visit looks at
NONE_LEFT = "each captcha of the page was shown; raise `test`, or lower `submit_above`"
# Reads the text of a PNG file; None: it is not sure enough, and wants to see another captcha.
PngReader = Callable[[bytes], str | None]


@dataclass(frozen=True)
class VisitOutcome:
    """Outcome of one visit.

    Attributes:
        passed: the page took the answer.
        text: what was typed.
        seconds: from a fresh context to the page's verdict.
        blocked: requests to other hosts that were refused.
        error: why it did not come to an answer; empty otherwise.
        picture: the captcha as it was shown, or the page where it was not found; PNG.
        loads: captchas that were loaded.
        submitted: whether an answer was sent; without an error none was where the breaker was not
            sure enough of any captcha.
    """

    passed: bool
    text: str
    seconds: float
    blocked: int
    error: str = ""
    picture: bytes = b""
    loads: int = 1
    submitted: bool = False


def visits(
    browser: "Browser",
    page: CaptchaPage,
    reads: PngReader,
    count: int,
    ratio: float = 1.0,
    progress: Progress = no_progress,
    traces: Path | None = None,
    captchas: int | None = None,
) -> list[VisitOutcome]:
    """Visit a page several times.

    Args:
        browser: from harness.browser.chromium.chromium.
        page: where, and how.
        reads: the breaker.
        count: visits.
        ratio: device pixels for one of the page.
        progress: told how far it is.
        traces: folder for playwright's traces of visits that come to no answer, where the one
            before did not either.
        captchas: that the page has to show; None: any number.
    """
    outcomes: list[VisitOutcome] = []
    for number in range(count):
        stuck = sum(bool(outcome.error) for outcome in outcomes)
        # A trace takes time: nobody pays for it where all goes well.
        again = bool(outcomes and outcomes[-1].error) and stuck <= TRACED
        trace = traces / TRACE.format(stuck) if traces and again else None
        looked_at = sum(outcome.loads for outcome in outcomes)
        left = MOST_LOADS if captchas is None else min(MOST_LOADS, captchas - looked_at)
        if left <= 0:
            outcomes.append(VisitOutcome(False, "", 0.0, 0, NONE_LEFT, loads=0))
            continue
        outcomes.append(_visit(browser, page, reads, ratio, trace, left))
        passed = sum(outcome.passed for outcome in outcomes)
        progress(number + 1, count, f"passed {passed} of {number + 1}")
    return outcomes


def _visit(
    browser: "Browser",
    page: CaptchaPage,
    reads: PngReader,
    ratio: float,
    trace: Path | None,
    most_loads: int,
) -> VisitOutcome:
    from playwright.sync_api import Error

    text: str | None = None
    picture, error, passed, loads, submitted = b"", "", False, 0, False
    begin = time.perf_counter()
    with visitor(browser, ratio, trace) as guarded:
        try:
            while text is None and loads < most_loads:
                loads += 1
                picture = page.picture(guarded.page)
                text = reads(picture)
            if text is not None:
                passed, submitted = page.submit(guarded.page, text), True
        except Error as wrong:
            error = wrong.message.splitlines()[0]
            guarded.failed = True
            with contextlib.suppress(Error):  # the page itself may be gone
                picture = picture or guarded.page.screenshot()
        seconds = time.perf_counter() - begin
    blocked = len(guarded.blocked)
    return VisitOutcome(passed, text or "", seconds, blocked, error, picture, loads, submitted)


def look(browser: "Browser", page: CaptchaPage) -> tuple[bytes, str]:
    """Take the picture of a page's captcha without an answer to it.

    Returns:
        The picture, PNG; and what was in the way, empty where nothing was.
    """
    from playwright.sync_api import Error

    with visitor(browser) as guarded:
        try:
            return page.picture(guarded.page), ""
        except Error as wrong:
            return b"", wrong.message.splitlines()[0]


def pass_rate(visited: list[VisitOutcome]) -> float:
    """Compute the share of visits that passed."""
    return sum(outcome.passed for outcome in visited) / len(visited)
