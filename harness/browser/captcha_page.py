"""Captcha page, as a browser uses it: take its picture, type an answer, see the outcome."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from harness.browser import page_scripts
from harness.css_selectors import Selectors
from harness.options import LoopbackUrl, Options

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

BLANK = 50  # milliseconds until a picture of one color is taken again


class CaptchaPage(Options):
    """Captcha page on this machine: its URL and its CSS selectors."""

    url: LoopbackUrl = Field(description="http://127.0.0.1:..., http://localhost:...")
    selectors: Selectors = Selectors()

    def picture(self, page: "Page") -> bytes:
        """Open the page, and take a screenshot of its captcha: a PNG of device pixels.

        Raises:
            playwright's TimeoutError: the picture does not come, or is all of one color.
        """
        page.goto(self.url, wait_until="load")
        if self.selectors.ready:
            page_scripts.evaluate_until_ready(page, page_scripts.THERE, self.selectors.ready)
        patience = page_scripts.Patience()
        while True:
            box: page_scripts.Box = page_scripts.evaluate_until_ready(
                page, page_scripts.PICTURE, self.selectors.image, patience
            )
            taken: bytes = page.screenshot(clip=_snapped(box), scale="device", caret="initial")
            if not _of_one_color(taken, box["frame"] * box["ratio"]):
                return taken
            # An image that is loaded stays as it is; a canvas or a background may be drawn late.
            lacks = f"the picture of {self.selectors.image} is all of one color"
            patience.wait(page, lacks, doubt=box["loaded"], pause=BLANK)

    def submit(self, page: "Page", text: str) -> bool:
        """Type an answer and send it; tell whether it passed."""
        page_scripts.evaluate_until_ready(page, page_scripts.FOCUS, self.selectors.answer)
        page.keyboard.insert_text(text)
        box = page_scripts.evaluate_until_ready(page, page_scripts.BOX, self.selectors.submit)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        verdict = page_scripts.evaluate_until_ready(
            page, page_scripts.VERDICT, [self.selectors.passed, self.selectors.answered]
        )
        return bool(verdict["passed"])


def _of_one_color(png: bytes, frame: float) -> bool:
    """Tell whether a picture is of one color within its frame of `frame` pixels."""
    import cv2

    pixels = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR))
    edge = int(np.ceil(frame))
    inner = pixels[edge : len(pixels) - edge, edge : pixels.shape[1] - edge]
    return inner.size > 0 and bool((inner == inner[0, 0]).all())


def _snapped(box: page_scripts.Box) -> "FloatRect":
    """Round a box of the page's layout to whole device pixels, on which it is painted.

    A picture of the layout's box would have a row and a column of the page around it.
    """
    ratio = box["ratio"]
    left, top = (round(box[side] * ratio) / ratio for side in ("x", "y"))
    right = round((box["x"] + box["width"]) * ratio) / ratio
    bottom = round((box["y"] + box["height"]) * ratio) / ratio
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
