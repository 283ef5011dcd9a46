"""Visits of a breaker to a captcha page: one after the other, or in several sessions at once."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from harness.browser.answer_limit import AnswerLimit
from harness.browser.awaited_page import awaited_browser, complete
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import visitor
from harness.browser.session import Session, session
from harness.progress import Progress, no_progress

if TYPE_CHECKING:
    from playwright import async_api
    from playwright.sync_api import Browser

TRACED, TRACE, TRACES = 3, "stuck-{}.zip", "stuck-*.zip"
MOST_LOADS = 100  # captchas that one visit looks at
MOST_PICTURES = 100  # that are kept, of visits that came to an answer and of those that did not
NONE_LEFT = "each captcha of the page was shown; raise `test`, or lower `submit_above`"
# Reads the text of a PNG file; None: it is not sure enough, and wants to see another captcha.
PngReader: TypeAlias = Callable[[bytes], str | None]


@dataclass(frozen=True)
class VisitOutcome:
    """Outcome of one visit.

    Attributes:
        passed: the page took the answer.
        text: what was typed.
        seconds: from the visit's begin, with a fresh context if it has one, to the page's verdict,
            without what it waited because of the page's limit.
        blocked: requests to other hosts that were refused.
        error: why it did not come to an answer; empty otherwise.
        picture: the captcha as it was shown, or the page where it was not found; PNG. Later visits
            keep none.
        loads: captchas that were loaded.
        submitted: whether an answer was sent; without an error none was where the breaker was not
            sure enough of any captcha.
        refused: whether the page took no more answers.
    """

    passed: bool
    text: str
    seconds: float
    blocked: int
    error: str = ""
    picture: bytes = b""
    loads: int = 1
    submitted: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Sessions:
    """How visits are spread over sessions, each of which has cookies of its own.

    Attributes:
        at_once: sessions that are open at the same time.
        visits: of one session, before a fresh one follows.
        wait: seconds from the first block in which visits wait until the page takes answers again.
    """

    at_once: int = 1
    visits: int = 1
    wait: float = 0.0


@dataclass
class VisitSeries:
    """Visits to one page, while they go on.

    Attributes:
        page: where, and how.
        reads: the breaker.
        count: visits.
        sessions: how they are spread.
        ratio: device pixels for one of the page.
        progress: told how far it is.
        traces: folder for playwright's traces of visits that come to no answer, where the one
            before did not either.
        captchas: that the page has to show; None: any number.
        urls: of each visit; by default the page's.
    """

    page: CaptchaPage
    reads: PngReader
    count: int
    sessions: Sessions = Sessions()
    ratio: float = 1.0
    progress: Progress = no_progress
    traces: Path | None = None
    captchas: int | None = None
    urls: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Begin with no visit done."""
        self.limit = AnswerLimit(self.sessions.wait)
        self.session_limit: int | None = None  # answers that the page takes of one session
        self._outcomes: dict[int, VisitOutcome] = {}
        self._last: VisitOutcome | None = None
        self._passed = self._stuck = self._looked_at = self._refused_after = 0

    def carry_out(self, browser: "Browser") -> list[VisitOutcome]:
        """Visit the page; the outcomes come in the order of the visits' numbers.

        Args:
            browser: from harness.browser.chromium.chromium.
        """
        complete(browser, self._all(awaited_browser(browser)))
        return [self._outcomes[number] for number in range(self.count)]

    async def _all(self, browser: "async_api.Browser") -> None:
        stays = self.sessions.visits
        starts = iter(range(0, self.count, stays))
        tasks = [
            asyncio.ensure_future(self._some(browser, starts)) for _ in range(self.sessions.at_once)
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _some(self, browser: "async_api.Browser", starts: Iterator[int]) -> None:
        """Open one session after the other."""
        for first in starts:
            left = list(range(first, min(first + self.sessions.visits, self.count)))
            while left:
                left = await self._session(browser, left)

    async def _session(self, browser: "async_api.Browser", numbers: list[int]) -> list[int]:
        """Carry out the visits of one session, from a fresh context on.

        Returns:
            Those that are left, where the page takes no more answers of this session.
        """
        begin, before, answers, done = time.perf_counter(), 0, 0, 0
        # A trace takes time: nobody pays for it where all goes well.
        again = bool(self._last and self._last.error) and self._stuck <= TRACED
        trace = self.traces / TRACE.format(self._stuck) if self.traces and again else None
        async with session(browser, self.ratio, trace) as opened:
            for number in numbers:
                outcome = await self._until_open(opened, number, begin, answers)
                if outcome.refused and answers:
                    break  # whoever drops his cookies is somebody new
                opened.failed = opened.failed or bool(outcome.error)
                if answers == 0 and outcome.submitted and self._refused_after:
                    self.session_limit, self._refused_after = self._refused_after, 0
                answers += outcome.submitted
                counted = replace(outcome, blocked=opened.blocked - before)
                before += counted.blocked
                self._note(number, counted)
                done += 1
                begin = time.perf_counter()
        # What was refused last is known when the session is over.
        last = self._outcomes[numbers[done - 1]]
        late = opened.blocked - before
        self._outcomes[numbers[done - 1]] = replace(last, blocked=last.blocked + late)
        if done < len(numbers):
            self._refused_after = answers
        return numbers[done:]

    async def _until_open(
        self, opened: Session, number: int, begin: float, answers: int
    ) -> VisitOutcome:
        """Carry out one visit, again if the page takes no answers now and will later.

        Args:
            opened: the session.
            number: of the visit.
            begin: its clock.
            answers: of the session so far; after some a fresh session is tried before waiting.
        """
        loads, tries = 0, 0
        while True:
            left = MOST_LOADS
            if self.captchas is not None:
                left = min(left, self.captchas - self._looked_at)
            if left <= 0:
                return VisitOutcome(False, "", 0.0, 0, NONE_LEFT, loads=0)
            waits_from = time.perf_counter()
            await self.limit.turn()
            begin += time.perf_counter() - waits_from
            outcome = await self._visit(opened, number, begin, left)
            loads += outcome.loads
            if not outcome.refused:
                if outcome.submitted:
                    self.limit.take()
                return replace(outcome, loads=loads)
            if answers or not await self.limit.is_open_again(tries):
                return replace(outcome, loads=loads)
            begin = time.perf_counter()
            self._refused_after = 0  # a fresh session is refused as well
            tries += 1

    async def _visit(
        self, opened: Session, number: int, begin: float, most_loads: int
    ) -> VisitOutcome:
        """Load captchas until the breaker is sure, and answer."""
        from playwright.async_api import Error

        page = self.page
        if self.urls:
            page = page.model_copy(update={"url": self.urls[number]})
        text: str | None = None
        picture: bytes | None = b""
        error, verdict, loads = "", "", 0
        try:
            while text is None and loads < most_loads:
                loads += 1
                picture = await page.awaited_picture(opened.page)
                if picture is None:
                    verdict = "blocked"
                    break
                text = self.reads(picture)
            if text is not None:
                verdict = await page.awaited_verdict(opened.page, text)
        except Error as wrong:
            error = wrong.message.splitlines()[0]
            with contextlib.suppress(Error):  # the page itself may be gone
                picture = picture or await opened.page.screenshot()
        return VisitOutcome(
            passed=verdict == "passed",
            text=text or "",
            seconds=time.perf_counter() - begin,
            blocked=0,
            error=error,
            picture=picture or b"",
            loads=loads,
            submitted=verdict in ("passed", "wrong"),
            refused=verdict == "blocked",
        )

    def _note(self, number: int, outcome: VisitOutcome) -> None:
        """Count an outcome; of many only the first pictures are kept."""
        self._looked_at += outcome.loads
        self._passed += outcome.passed
        self._stuck += bool(outcome.error)
        kept = self._stuck if outcome.error else len(self._outcomes) + 1 - self._stuck
        if kept > MOST_PICTURES:
            outcome = replace(outcome, picture=b"")
        self._outcomes[number] = self._last = outcome
        done = len(self._outcomes)
        self.progress(done, self.count, f"passed {self._passed} of {done}")


def visits(
    browser: "Browser",
    page: CaptchaPage,
    reads: PngReader,
    count: int,
    ratio: float = 1.0,
    progress: Progress = no_progress,
    traces: Path | None = None,
    captchas: int | None = None,
    sessions: Sessions = Sessions(),
) -> list[VisitOutcome]:
    """Visit a page several times; see VisitSeries.

    Args:
        browser: from harness.browser.chromium.chromium.
        page: where, and how.
        reads: the breaker.
        count: visits.
        ratio: device pixels for one of the page.
        progress: told how far it is.
        traces: folder for playwright's traces.
        captchas: that the page has to show; None: any number.
        sessions: how the visits are spread over sessions.
    """
    series = VisitSeries(page, reads, count, sessions, ratio, progress, traces, captchas)
    return series.carry_out(browser)


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
