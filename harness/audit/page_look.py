"""A captcha page, looked at once before anything is planned."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.audit.form_finder import (
    FormCandidate,
    candidates,
    is_clear,
    none_found,
    unsure,
    with_candidate,
)
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import VisitorPage, chromium, visitor
from harness.css_selectors import Selectors
from harness.errors import SpecError
from harness.images import pixels

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Chooses one of several candidates; None: nobody can be asked.
Choose = Callable[[Sequence[FormCandidate]], FormCandidate] | None


@dataclass(frozen=True)
class PageLook:
    """What is there on a captcha page.

    Attributes:
        selectors: of its captcha.
        width: of the captcha's picture, pixels.
        height: of it.
    """

    selectors: Selectors
    width: int
    height: int


def look_at(
    url: str, selectors: Selectors, choose: Choose = None, browser: "Browser | None" = None
) -> PageLook:
    """Open a page, and find its captcha where no selectors name it.

    Args:
        url: of a page of this machine.
        selectors: those that are at their defaults are looked up, unless the page has them.
        choose: asked where several things could be the captcha.
        browser: that is running; None: one is started.

    Raises:
        SkippedError: Chromium or playwright is not installed.
        SpecError: the page does not answer, or shows no picture, or several that could be meant.
    """
    from playwright.sync_api import Error

    running = chromium() if browser is None else contextlib.nullcontext(browser)
    with running as opener, visitor(opener) as opened:
        try:
            opened.page.goto(url, wait_until="load")
            chosen = _chosen(opened, url, selectors, choose)
            picture = CaptchaPage(url=url, selectors=chosen).picture(opened.page)
        except Error as wrong:
            raise SpecError(_why(url, wrong.message.splitlines()[0])) from None
    width, height = pixels.opened(picture).size
    return PageLook(chosen, int(width), int(height))


def _chosen(opened: VisitorPage, url: str, selectors: Selectors, choose: Choose) -> Selectors:
    """Give the selectors that a page has, and look for the others."""
    default = Selectors()
    unnamed = [
        getattr(selectors, name)
        for name in ("image", "answer", "submit")
        if getattr(selectors, name) == getattr(default, name)
    ]
    if all(opened.page.query_selector(each) for each in unnamed):
        return selectors
    listed = candidates(opened.page)
    if not listed:
        raise none_found(url)
    if is_clear(listed):
        return with_candidate(selectors, listed[0])
    if choose is None:
        raise unsure(url, listed)
    return with_candidate(selectors, choose(listed))


def _why(url: str, error: str) -> str:
    if "ERR_CONNECTION" in error:
        return f"{url}: no page answers there; is its server running?"
    return f"{url}: {error}; --image, --answer, --submit, --passed say what is where"
