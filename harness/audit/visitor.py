"""Visitor of an audit: a browser with its cookies, whose submissions can be held and changed."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from harness.audit.exchange import TOO_MANY, Exchange, Reply, RequestBudget
from harness.audit.finding import PageBlocked
from harness.audit.submission import Submission
from harness.audit.submission_watch import SubmissionWatch
from harness.browser import page_scripts
from harness.browser.awaited_page import AwaitedPage, Json, complete
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import visitor
from harness.browser.patience import Patience, until_ready
from harness.loopback import allowed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response, Route

SHARED = frozenset({"script", "stylesheet", "font"})  # the same for every visitor of a page
REDIRECTS, MOST_REDIRECTS = frozenset({301, 302, 303, 307, 308}), 5
PATIENCE = 3.0  # seconds that a page gets to send what was submitted, or to show what came of it
POLL = 20  # milliseconds between two looks
SHOWN = """selectors => [
  ...selectors.map(selector => !!selector && !!document.querySelector(selector)),
  document.body ? document.body.innerText : "",
]"""
# Fields of the answer's form that a page hides by its style, not by their type.
UNSEEN = """selector => {
  const form = document.querySelector(selector).closest("form") || document;
  const typed = ["text", "email", "url", "tel", "search", "checkbox", "number", ""];
  return [...form.querySelectorAll("input, textarea")].filter(field => {
    if (!field.name || field.tagName === "INPUT" && !typed.includes(field.type)) return false;
    const {width, height, right, bottom} = field.getBoundingClientRect();
    const seen = field.checkVisibility({opacityProperty: true, visibilityProperty: true});
    return !seen || width <= 1 || height <= 1 || right + scrollX <= 0 || bottom + scrollY <= 0;
  }).map(field => field.name);
}"""


@dataclass
class Shown:
    """Page as it was opened once: its captcha, and all that came with it.

    Attributes:
        picture: the captcha as it was shown, PNG.
        exchanges: the page, its image, its scripts.
        cookies: name and value, after the page was opened.
        text: what the reader takes the captcha for.
        confidence: of the reader.
    """

    picture: bytes
    exchanges: list[Exchange]
    cookies: Mapping[str, str]
    text: str = ""
    confidence: float = 0.0


class AuditVisitor:
    """One browser context before the page; see `visiting`.

    Attributes:
        captcha: where, and by which selectors.
        budget: of requests; shared by all visitors.
        blocked: URLs of requests to other hosts, once it has left.
    """

    def __init__(
        self,
        page: "Page",
        captcha: CaptchaPage,
        fills: Mapping[str, str],
        budget: RequestBudget,
        shared: dict[str, Exchange],
    ) -> None:
        """Look at all that the page asks for.

        Args:
            page: playwright's, in a fresh context.
            captcha: where, and by which selectors.
            fills: other fields of the form: CSS selector -> text.
            budget: counts its requests.
            shared: responses of scripts and style sheets, which are asked for once in an audit.
        """
        self.page, self.captcha, self.fills = page, captcha, fills
        self.blocked: list[str] = []
        self.budget, self._shared = budget, shared
        self._came: list[Response] = []
        self._watch: SubmissionWatch | None = None
        page.on("response", self._note)
        page.on("request", self._count_redirect)
        page.context.route("**/*", self._look)

    def open(self) -> Shown:
        """Open the page, and take its captcha's picture.

        Raises:
            PageBlocked: the page says that it was opened too often.
            playwright's Error: the page does not open, or shows no picture.
        """
        from playwright.sync_api import Error

        self._came.clear()
        try:
            picture = self.captcha.picture(self.page)
        except Error:
            if any(response.status in TOO_MANY for response in self._came):
                raise PageBlocked from None
            raise
        return Shown(picture, self._exchanges(), self.cookies())

    def cookies(self) -> dict[str, str]:
        """Give the cookies that the page has set."""
        kept = self.page.context.cookies([self.captcha.url])
        return {cookie["name"]: cookie["value"] for cookie in kept}

    def drop_cookies(self) -> None:
        """Forget all cookies, as a new visitor from the same address."""
        self.page.context.clear_cookies()

    def hold(self, text: str) -> Submission | None:
        """Type an answer and submit it, but keep the request from being sent.

        Args:
            text: the answer.

        Returns:
            What would have been sent; None where the page sent nothing.
        """
        watch = self._type(text, holds=True)
        begun = time.monotonic()
        while not watch.is_over and time.monotonic() - begun < PATIENCE:
            self.page.wait_for_timeout(POLL)
        return self._watched()

    def submit(self, text: str) -> "tuple[Submission | None, list[Exchange]]":
        """Type an answer and submit it, as a person does.

        Returns:
            What was sent, None where the page sent nothing; and what came back.
        """
        self._came.clear()
        self._type(text, holds=False)
        chosen = self.captcha.selectors
        outcome = [chosen.passed, chosen.answered, chosen.blocked]
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < PATIENCE:
            with contextlib.suppress(Exception):  # one document has gone, the next is not there yet
                if "lacks" not in self.page.evaluate(page_scripts.VERDICT, outcome):
                    break
            if self._came and waited > PATIENCE / 3:
                break
            self.page.wait_for_timeout(POLL)
        with contextlib.suppress(Exception):
            self.page.wait_for_load_state("load", timeout=1000 * PATIENCE)
        return self._watched(), self._exchanges()

    def says(self) -> tuple[bool, bool, str]:
        """Tell what the page that is open shows: the passed and the answered selector, its text."""
        chosen = self.captcha.selectors
        seen = self.page.evaluate(SHOWN, [chosen.passed, chosen.answered])
        return bool(seen[0]), bool(seen[1]), str(seen[2])

    def unseen_fields(self) -> list[str]:
        """Name the fields of the form that people do not see, and programs fill."""
        return list(self.page.evaluate(UNSEEN, self.captcha.selectors.answer))

    def send(self, asked: Submission, is_known: Callable[[Exchange], bool]) -> Reply:
        """Send a submission with this visitor's cookies.

        Args:
            asked: what is sent.
            is_known: tells whether a redirect says enough; others on this machine are followed.
        """
        first = last = self._sent(asked.method, asked.sent_url, asked.sent_headers, asked.body)
        for _ in range(MOST_REDIRECTS):
            target = urljoin(last.url, last.headers.get("location", ""))
            if last.status not in REDIRECTS or is_known(last) or not allowed(target):
                break
            last = self._sent("GET", target, {}, b"")
        return Reply(first, last)

    def _sent(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        self.budget.count()
        begun = time.perf_counter()
        response = self.page.context.request.fetch(
            url,
            method=method,
            headers=dict(headers),
            data=body or None,
            max_redirects=0,
            fail_on_status_code=False,
        )
        content = response.body()
        seconds = time.perf_counter() - begun
        kept = dict(response.headers)
        response.dispose()
        return Exchange(method, url, "submission", response.status, kept, content, seconds)

    def _type(self, text: str, holds: bool) -> SubmissionWatch:
        """Fill the form and click what submits it; give what watches its request."""
        for selector, value in {**self.fills, self.captcha.selectors.answer: text}.items():
            self._ready(page_scripts.FOCUS, selector)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.press("Delete")
            self.page.keyboard.insert_text(value)
        box = self._ready(page_scripts.BOX, self.captcha.selectors.submit)
        self._watch = SubmissionWatch(text, holds)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return self._watch

    def _ready(self, script: str, selector: str) -> Json:
        """Wait until what a script looks for is there."""
        awaited = until_ready(AwaitedPage(self.page), script, selector, Patience())
        return complete(self.page, awaited) or {}

    def _watched(self) -> Submission | None:
        """Give what was sent since the form was filled, and watch no more."""
        watch, self._watch = self._watch, None
        return watch.submission if watch else None

    def _exchanges(self) -> list[Exchange]:
        """Read the bodies of what has come since the last look."""
        exchanges = []
        for response in list(self._came):
            with contextlib.suppress(Exception):  # a body that the browser has thrown away
                exchanges.append(_exchange(response))
        for exchange in exchanges:
            if exchange.kind in SHARED:
                self._shared[exchange.url] = exchange
        return exchanges

    def _note(self, response: "Response") -> None:
        self._came.append(response)

    def _count_redirect(self, request: "Request") -> None:
        """Count a request that a redirect led to: no route shows it."""
        if request.redirected_from is not None and allowed(request.url):
            self.budget.count()

    def _look(self, route: "Route") -> None:
        """Answer a request for what is shared; hold a submission; let pass what is left."""
        request = route.request
        known = self._shared.get(request.url)
        if known:
            route.fulfill(status=known.status, headers=dict(known.headers), body=known.body)
            return
        if self._watch and self._watch.holds(request):
            route.abort("aborted")
            return
        if allowed(request.url) and request.url.startswith("http"):
            self.budget.count()
        route.fallback()


def _exchange(response: "Response") -> Exchange:
    request = response.request
    body = b"" if response.status in REDIRECTS else response.body()
    return Exchange(
        request.method,
        response.url,
        request.resource_type,
        response.status,
        response.headers,
        body,
    )


@contextlib.contextmanager
def visiting(
    browser: "Browser",
    captcha: CaptchaPage,
    fills: Mapping[str, str],
    budget: RequestBudget,
    shared: dict[str, Exchange],
) -> Iterator[AuditVisitor]:
    """Open a visitor, without cookies.

    Args:
        browser: from harness.browser.chromium.chromium.
        captcha: where, and by which selectors.
        fills: other fields of the form: CSS selector -> text.
        budget: counts its requests.
        shared: see AuditVisitor.
    """
    with visitor(browser) as guarded:
        opened = AuditVisitor(guarded.page, captcha, fills, budget, shared)
        yield opened
    opened.blocked += guarded.blocked  # complete once the visitor has left
