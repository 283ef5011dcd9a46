"""A page with a captcha: its image, its field, its button, and what passing looks like."""

import contextlib
import time
from typing import Any

from pydantic import Field

from harness.browser import chromium
from harness.specs import LoopbackUrl, Options, Selectors

POLL = 4  # milliseconds between two looks
# In the page's own world: playwright's locators load a script of theirs into each document first,
# which takes as long as all the rest of a visit.
BOX = """selector => {
  const found = document.querySelector(selector);
  if (!found || found.disabled) return null;
  const ends = one => one.effect.getComputedTiming().endTime !== Infinity;
  if (document.getAnimations().some(one => one.playState === "running" && ends(one))) return null;
  found.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
  const {x, y, width, height} = found.getBoundingClientRect();
  return width && height ? {x, y, width, height, ratio: devicePixelRatio} : null;
}"""
THERE = "selector => document.querySelector(selector) !== null"
FOCUS = """selector => {
  const field = document.querySelector(selector);
  if (!field) return false;
  field.focus();
  if (field.select) field.select();
  return true;
}"""
VERDICT = """([passed, answered]) =>
  document.querySelector(passed) ? "passed" : document.querySelector(answered) ? "answered" : null
"""


class CaptchaPage(Options):
    """One page on this machine."""

    url: LoopbackUrl = Field(description="http://127.0.0.1:..., http://localhost:...")
    selectors: Selectors = Selectors()

    def picture(self, page: Any) -> bytes:
        """Open the page, and take the captcha as it shows it: a PNG of its device pixels."""
        page.goto(self.url, wait_until="load")
        if self.selectors.ready:
            _polled(page, THERE, self.selectors.ready)
        taken: bytes = page.screenshot(
            clip=_snapped(_polled(page, BOX, self.selectors.image)),
            scale="device",
            caret="initial",
        )
        return taken

    def submit(self, page: Any, text: str) -> bool:
        """Type an answer and send it; whether the page let it pass."""
        _polled(page, FOCUS, self.selectors.answer)
        page.keyboard.insert_text(text)
        box = _polled(page, BOX, self.selectors.submit)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        verdict = _polled(page, VERDICT, [self.selectors.passed, self.selectors.answered])
        return bool(verdict == "passed")


def _polled(page: Any, script: str, selectors: str | list[str]) -> Any:
    """What a script gives as soon as it gives anything; a page may be on its way meanwhile.

    Raises:
        playwright's TimeoutError: it gives nothing for too long.
    """
    from playwright.sync_api import Error, TimeoutError

    until = time.monotonic() + chromium.WAIT / 1000
    while time.monotonic() < until:
        with contextlib.suppress(Error):  # one document has gone, the next is not there yet
            if found := page.evaluate(script, selectors):
                return found
        page.wait_for_timeout(POLL)
    word = selectors if isinstance(selectors, str) else ", ".join(selectors)
    raise TimeoutError(f"Timeout: in {chromium.WAIT / 1000:g} s nothing on the page was {word}")


def _snapped(box: dict[str, float]) -> dict[str, float]:
    """The whole device pixels that an image is painted on, where its layout has parts of them.

    A picture of the layout's box would have a row and a column of the page around it.
    """
    ratio = box["ratio"]
    left, top = (round(box[side] * ratio) / ratio for side in ("x", "y"))
    right = round((box["x"] + box["width"]) * ratio) / ratio
    bottom = round((box["y"] + box["height"]) * ratio) / ratio
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
