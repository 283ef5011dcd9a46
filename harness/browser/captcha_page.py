"""Captcha page, as a browser uses it: take its picture, type an answer, see the outcome."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from pydantic import Field

from harness.browser import page_scripts
from harness.browser.awaited_page import Argument, AwaitedPage, Json, complete
from harness.browser.patience import Patience, evaluated, until_ready
from harness.css_selectors import Selectors
from harness.options import LoopbackUrl, Options

if TYPE_CHECKING:
    from playwright.async_api import FloatRect
    from playwright.sync_api import Page

Verdict: TypeAlias = Literal["passed", "wrong", "blocked"]
BLANK = 50  # milliseconds until a picture of one color is taken again
REFUSED = 500  # milliseconds in which a page may yet show something although it answered 429


class CaptchaPage(Options):
    """Captcha page on this machine: its URL and its CSS selectors."""

    url: LoopbackUrl = Field(description="http://127.0.0.1:..., http://localhost:...")
    selectors: Selectors = Selectors()

    def picture(self, page: "Page") -> bytes:
        """Open the page, and take a screenshot of its captcha: a PNG of device pixels.

        Raises:
            playwright's TimeoutError: the picture does not come, or is all of one color.
            playwright's Error: the page takes no more answers.
        """
        from playwright.sync_api import Error

        picture = complete(page, self.awaited_picture(AwaitedPage(page)))
        if picture is None:
            raise Error("the page takes no more answers for now")
        return picture

    def submit(self, page: "Page", text: str) -> bool:
        """Type an answer and send it; tell whether it passed."""
        return complete(page, self.awaited_verdict(AwaitedPage(page), text)) == "passed"

    async def awaited_picture(self, page: AwaitedPage) -> bytes | None:
        """Do as `picture`; None where the page takes no more answers."""
        await page.open(self.url)
        ready = self.selectors.ready
        if ready and await self._until_ready(page, page_scripts.THERE, ready) is None:
            return None
        patience = Patience()
        while True:
            box = await self._until_ready(
                page, page_scripts.PICTURE, self.selectors.image, patience
            )
            if box is None:
                return None
            picture = await page.screenshot(_snapped(box))
            if not _of_one_color(picture, box["frame"] * box["ratio"]):
                return picture
            # An image that is loaded stays as it is; a canvas or a background may be drawn late.
            lacks = f"the picture of {self.selectors.image} is all of one color"
            await patience.wait(lacks, doubt=box["loaded"], pause=BLANK)

    async def awaited_verdict(self, page: AwaitedPage, text: str) -> Verdict:
        """Type an answer and send it; give what the page makes of it."""
        await until_ready(page, page_scripts.FOCUS, self.selectors.answer, Patience())
        await page.insert(text)
        box = await until_ready(page, page_scripts.BOX, self.selectors.submit, Patience())
        if box:
            await page.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        outcomes = [self.selectors.passed, self.selectors.answered, self.selectors.blocked]
        verdict = await self._until_ready(page, page_scripts.VERDICT, outcomes)
        if verdict is None or verdict["blocked"]:
            return "blocked"
        return "passed" if verdict["passed"] else "wrong"

    async def _until_ready(
        self, page: AwaitedPage, script: str, argument: Argument, patience: Patience | None = None
    ) -> Json | None:
        """Wait until nothing is lacking; None where the page takes no more answers."""
        patience = patience or Patience()
        ends = self._is_blocked(page, patience)
        return await until_ready(page, script, argument, patience, ends)

    def _is_blocked(
        self, page: AwaitedPage, patience: Patience
    ) -> Callable[[float], Awaitable[bool]]:
        async def ends(waited: float) -> bool:
            seen = await evaluated(page, page_scripts.BLOCKED, self.selectors.blocked, patience)
            return bool(seen.get("early") or (waited >= REFUSED and seen.get("late")))

        return ends


def _of_one_color(png: bytes, frame: float) -> bool:
    """Tell whether a picture is of one color within its frame of `frame` pixels."""
    import cv2

    pixels = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR))
    edge = int(np.ceil(frame))
    inner = pixels[edge : len(pixels) - edge, edge : pixels.shape[1] - edge]
    return inner.size > 0 and bool((inner == inner[0, 0]).all())


def _snapped(box: Json) -> "FloatRect":
    """Round a box of the page's layout to whole device pixels, on which it is painted.

    A picture of the layout's box would have a row and a column of the page around it.
    """
    ratio = box["ratio"]
    left, top = (round(box[side] * ratio) / ratio for side in ("x", "y"))
    right = round((box["x"] + box["width"]) * ratio) / ratio
    bottom = round((box["y"] + box["height"]) * ratio) / ratio
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
