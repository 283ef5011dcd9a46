"""Scripts that run in a page, and give what is there or what is lacking.

Playwright's locators load a script of theirs into each document first, which takes as long as all
the rest of a visit.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from harness.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

Box: TypeAlias = dict[str, Any]  # what a script gives: JSON, by script
POLL = 4  # milliseconds between two evaluations
DOUBT = 2_000  # milliseconds that a page's scripts have to repair what nothing else will

# Each gives what it looks for, or {lacks: what is not there yet}; with `doubt` only the page's
# scripts can still help.
THERE = "selector => document.querySelector(selector) ? {} : {lacks: `nothing is ${selector}`}"
FOCUS = """selector => {
  const field = document.querySelector(selector);
  if (!field) return {lacks: `nothing is ${selector}`};
  field.focus();
  if (field.select) field.select();
  return {};
}"""
VERDICT = """([passed, answered]) =>
  document.querySelector(passed) ? {passed: true} :
  document.querySelector(answered) ? {passed: false} :
  {lacks: `nothing is ${passed} or ${answered}`}"""
_STILL = """
  const box = document.querySelector(selector);
  if (!box) return {lacks: `nothing is ${selector}`};
  if (box.disabled) return {lacks: `${selector} is disabled`};
  const ends = it => it.effect.getComputedTiming().endTime !== Infinity;
  if (document.getAnimations().some(it => it.playState === "running" && ends(it)))
    return {lacks: "something on the page moves"};
  box.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
  const {x, y, width, height} = box.getBoundingClientRect();
  if (!width || !height) return {lacks: `${selector} has no size`};"""
BOX = f"selector => {{{_STILL}\n  return {{x, y, width, height}};\n}}"
# The same of a picture: its images must be loaded and decoded. A box has a size without them.
PICTURE = (
    f"async selector => {{{_STILL}"
    + """
  const image = `the image of ${selector}`;
  const broken = url => ({lacks: `${image} cannot be loaded: ${url.slice(0, 200)}`, doubt: true});
  const local = url => ["127.0.0.1", "localhost", "[::1]", ""].includes(new URL(url).hostname);
  const whole = [], lost = [];
  for (const img of [box, ...box.querySelectorAll("img")]) {
    if (img.tagName !== "IMG" || !img.getClientRects().length) continue;
    const url = img.currentSrc || img.src;
    if (!url) return {lacks: `${image} has no src`};
    if (!img.complete) return {lacks: `${image} is still loading`};
    const decoded = img.naturalWidth && await img.decode().then(() => true, () => false);
    (decoded ? whole : lost).push(url);
  }
  // Of several images in a box, one of another host, which is never loaded, may be an ornament.
  if (lost.some(url => !whole.length || local(url))) return broken(lost[0]);
  // Of other images the browser's list of what it has loaded tells.
  const style = getComputedStyle(box);
  const urls = [...style.backgroundImage.matchAll(/url\\("([^"]+)"\\)/g)].map(match => match[1]);
  if (box.type === "image" && !box.src) return {lacks: `${image} has no src`};
  for (const url of box.type === "image" ? [box.src, ...urls] : urls)
    if (performance.getEntriesByName(url).at(-1)?.responseStatus >= 400) return broken(url);
  // What a border and round corners take of the box; corners to where a square in them begins.
  const sides = ["Top", "Right", "Bottom", "Left"].map(edge => style[`border${edge}Width`]);
  const corners = ["TopLeft", "TopRight", "BottomRight", "BottomLeft"]
    .map(corner => style[`border${corner}Radius`].split(" ")[0]);
  const side = Math.max(width, height);
  const pixels = text => parseFloat(text) * (text.endsWith("%") ? side / 100 : 1);
  const frame = Math.max(...sides.map(pixels), ...corners.map(round => 0.3 * pixels(round)));
  const loaded = box.tagName === "IMG";
  return {x, y, width, height, ratio: devicePixelRatio, frame: frame || 0, loaded};
}"""
)


class Patience:
    """Time limit for a page: WAIT, or DOUBT where only the page's scripts can help."""

    def __init__(self) -> None:
        """Start the clock."""
        self._begin = self._doubtful = time.monotonic()

    def left(self) -> float:
        """Compute the seconds that are left, at least 0.1."""
        return max(0.1, chromium.WAIT / 1000 - (time.monotonic() - self._begin))

    def wait(self, page: "Page", lacks: str, doubt: bool = False, pause: float = POLL) -> None:
        """Wait a little, unless the time is over.

        Args:
            page: playwright's.
            lacks: what is waited for, for the error message.
            doubt: whether only the page's scripts can help.
            pause: milliseconds.

        Raises:
            playwright's TimeoutError: the time is over.
        """
        from playwright.sync_api import TimeoutError

        now = time.monotonic()
        self._doubtful = self._doubtful if doubt else now
        waited, doubted = 1000 * (now - self._begin), 1000 * (now - self._doubtful)
        if waited >= chromium.WAIT or (doubt and doubted >= DOUBT):
            raise TimeoutError(f"Timeout: after {waited / 1000:.1f} s {lacks}")
        page.wait_for_timeout(pause)


def evaluate_until_ready(
    page: "Page", script: str, selectors: str | Sequence[str], patience: Patience | None = None
) -> Box:
    """Evaluate a script again and again until nothing is lacking, also while the page loads.

    Args:
        page: playwright's.
        script: one of the above.
        selectors: the script's argument.
        patience: the time limit; by default a fresh one.

    Returns:
        What the script gave.

    Raises:
        playwright's TimeoutError: something is still lacking; the message says what.
    """
    from playwright.sync_api import Error

    patience, lacks = patience or Patience(), ""
    while True:
        try:
            seen: Box = _evaluated(page, script, selectors, patience.left())
        except TimeoutError:
            seen = {"lacks": "the page's scripts do not end"}
        except Error as error:  # one document has gone, the next is not there yet
            seen = {"lacks": lacks or error.message.splitlines()[0]}
        if "lacks" not in seen:
            return seen
        lacks = seen["lacks"]
        patience.wait(page, lacks, seen.get("doubt", False))


def _evaluated(page: "Page", script: str, selectors: str | Sequence[str], seconds: float) -> Box:
    """Evaluate a script with a time limit.

    A page whose own scripts never end does not answer. Playwright's evaluate would wait for ever,
    and what it has with a limit loads a script of its own: this is the call below evaluate.

    Raises:
        TimeoutError: Python's, not playwright's.
    """
    evaluated = page._impl_obj.evaluate(script, selectors)
    box: Box = page._sync(asyncio.wait_for(evaluated, seconds))
    return box
