"""An audit in progress: visitors, readings, and what the page is known to say."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.audit.exchange import Exchange, Reply, RequestBudget
from harness.audit.finding import CheckNotRun, PageBlocked
from harness.audit.outcomes import AnswerOutcome, OutcomeReader, Phrases
from harness.audit.submission import Submission
from harness.audit.visitor import AuditVisitor, Shown, visiting
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PngReader = Callable[[bytes], tuple[str, float]]  # PNG -> text, confidence
PAUSE = 65.0  # seconds: most limits are by the minute
SURE = 0.9  # confidence below which another captcha is loaded, where a check needs a right answer
LOADS = 4  # captchas that are looked at until the reader is sure of one
RIGHT_TRIES = 4  # captchas that are answered until one answer is taken for right


@dataclass(frozen=True)
class Audited:
    """What an audit looks at, and how.

    Attributes:
        captcha: where, and by which selectors.
        phrases: by which the page tells right from wrong.
        fills: other fields of the form: CSS selector -> text.
        alphabet: of the captchas.
        thorough: whether the long checks run.
        expiry: seconds after which a captcha must be void; 0: not tried.
        pause: seconds after which a page takes answers again that took no more.
        wait: lets seconds pass; tests have a clock of their own.
    """

    captcha: CaptchaPage
    phrases: Phrases = field(default_factory=Phrases)
    fills: Mapping[str, str] | None = None
    alphabet: str = "0123456789"
    thorough: bool = False
    expiry: float = 0.0
    pause: float = PAUSE
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Solved:
    """A submission that passed, and the page that it answers."""

    shown: Shown
    submission: Submission
    reply: Reply


class PageAudit:
    """An audit in progress: checks ask it for visitors, captchas and answers.

    Attributes:
        audited: what is looked at.
        budget: of requests.
        shown: each captcha that was loaded.
        solved: a captcha whose answer passed; None: none yet.
        refused: a wrong answer, as it was sent and refused.
        second_guess: what the page said to a right answer after a wrong one; None: not tried.
        says_wrong: the page says clearly that a wrong answer is wrong.
        is_silent: a wrong answer was refused without a request.
        takes_anything: wrong answers pass.
        passes_after_solved: so does none at all, in a session that has solved its captcha.
        is_replayed: what has passed passes again.
        is_limited_by_cookie: whoever drops the cookie has all tries again.
        is_limited: a visitor who has answered wrong too often is refused.
        blocked_requests: to other hosts, all refused.
        open_cost: requests by which the page opens, after the first time.
    """

    def __init__(
        self, browser: "Browser", audited: Audited, reads: PngReader, budget: RequestBudget
    ) -> None:
        """Begin without any knowledge of the page."""
        self.browser, self.audited, self.reads, self.budget = browser, audited, reads, budget
        self.shown: list[Shown] = []
        self.solved: Solved | None = None
        self.refused: Solved | None = None
        self.second_guess: Reply | None = None
        self.says_wrong = self.passes_after_solved = False
        self.is_silent = self.takes_anything = self.is_replayed = self.is_limited_by_cookie = False
        self.is_limited = False
        self.blocked_requests = 0
        self.open_cost = 2
        self._shared: dict[str, Exchange] = {}
        self._stack = contextlib.ExitStack()
        self.outcomes: OutcomeReader

    def __enter__(self) -> "PageAudit":
        """Open the page that parses what comes back."""
        blank = self._stack.enter_context(visitor(self.browser)).page
        self.outcomes = OutcomeReader(blank, self.audited.captcha.selectors, self.audited.phrases)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._stack.close()

    @contextlib.contextmanager
    def visitor(self) -> Iterator[AuditVisitor]:
        """Open a visitor without cookies."""
        audited = self.audited
        with visiting(
            self.browser, audited.captcha, audited.fills or {}, self.budget, self._shared
        ) as visiting_now:
            yield visiting_now
        self.blocked_requests += len(visiting_now.blocked)

    def open(self, visitor: AuditVisitor, sure: bool = False) -> Shown:
        """Open the page and read its captcha.

        Args:
            visitor: whose cookies it gets.
            sure: load another captcha while the reader is not sure of this one.
        """
        for load in range(LOADS):
            self.budget.need(self.open_cost)
            before, first = self.budget.sent, not self.shown
            shown = visitor.open()
            shown.text, shown.confidence = self.reads(shown.picture)
            if not first:
                self.open_cost = max(self.open_cost, self.budget.sent - before)
            self.shown.append(shown)
            spare = self.budget.left > self.open_cost * (LOADS - load)
            if not sure or shown.confidence >= SURE or not spare:
                break
        return shown

    def wrong(self, text: str) -> str:
        """Give a text that differs from another one in each character."""
        letters = sorted(set(self.audited.alphabet))
        step = max(1, len(letters) // 2)
        index = {letter: number for number, letter in enumerate(letters)}
        changed = [letters[(index.get(c, 0) + step) % len(letters)] for c in text]
        return "".join(changed) or letters[0]

    def held(self, visitor: AuditVisitor, text: str) -> Submission:
        """Fill the form of the page that is open, and take what it would send.

        Raises:
            CheckNotRun: nothing is sent.
        """
        submission = visitor.hold(text)
        if submission is None:
            raise CheckNotRun("the page sends nothing when its form is submitted")
        return submission

    def wrong_form(self, visitor: AuditVisitor) -> Submission:
        """Open the page, and take what its form would send with a wrong answer."""
        return self.held(visitor, self.wrong(self.open(visitor).text))

    def right_form(self, visitor: AuditVisitor) -> tuple[Shown, Submission]:
        """Open the page, and take what its form would send with the answer that the reader gives.

        Raises:
            CheckNotRun: no answer of the reader has passed, or none stands in the request.
        """
        field = self.needs_answer_field
        self.needs_right()
        shown = self.open(visitor, sure=True)
        form = self.held(visitor, self.wrong(shown.text))
        return shown, form.with_field(field, shown.text)

    def send(self, visitor: AuditVisitor, submission: Submission) -> tuple[AnswerOutcome, Reply]:
        """Send a submission, and tell what the page says.

        Raises:
            PageBlocked: the page takes no more answers.
        """
        self.budget.need(1)
        reply = visitor.send(submission, self.outcomes.knows_redirect)
        outcome = self.outcomes.outcome(reply)
        if outcome == "blocked":
            raise PageBlocked
        return outcome, reply

    @property
    def tokens(self) -> list[str]:
        """Name the fields of the form, beside the answer, that change with each captcha."""
        if self.solved is None or self.refused is None:
            return []
        before = self.refused.submission.others
        now = self.solved.submission.others
        return [name for name, value in now.items() if before.get(name) != value]

    @property
    def needs_answer_field(self) -> str:
        """Name the field of the answer.

        Raises:
            CheckNotRun: the request has no field with the answer as it was typed, or nobody knows
                what the page says to a wrong one.
        """
        known = self.solved or self.refused
        if known is None or not known.submission.answer:
            raise CheckNotRun(self._otherwise("the answer does not stand in a request as typed"))
        if self.solved is None and not self.says_wrong:
            raise CheckNotRun(self._otherwise("right and wrong answers cannot be told apart"))
        return known.submission.answer

    def needs_right(self) -> Solved:
        """Give the captcha that was solved.

        Raises:
            CheckNotRun: none was, or all answers are taken.
        """
        if self.solved is None:
            raise CheckNotRun(self._otherwise("no answer of the reader was taken for right"))
        return self.solved

    def _otherwise(self, why: str) -> str:
        """Say why a check does not run, where it is not that any answer passes."""
        return "any answer passes" if self.takes_anything else why
