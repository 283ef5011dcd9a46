"""A page with a captcha: its image, its field, its button, and what passing looks like."""

from typing import Any

from pydantic import Field

from harness.specs import LoopbackUrl, Options, Selectors


class CaptchaPage(Options):
    """One page on this machine."""

    url: LoopbackUrl = Field(description="http://127.0.0.1:..., http://localhost:...")
    selectors: Selectors = Selectors()

    def picture(self, page: Any) -> bytes:
        """Open the page, and take the captcha as it shows it: a PNG of its device pixels."""
        page.goto(self.url, wait_until="load")
        if self.selectors.ready:
            page.wait_for_selector(self.selectors.ready, state="attached")
        shown = page.locator(self.selectors.image)
        shown.scroll_into_view_if_needed()
        taken: bytes = page.screenshot(
            clip=_snapped(shown.bounding_box(), page.evaluate("devicePixelRatio")),
            scale="device",
            animations="disabled",
        )
        return taken

    def submit(self, page: Any, text: str) -> bool:
        """Type an answer and send it; whether the page let it pass."""
        page.fill(self.selectors.answer, text)
        page.click(self.selectors.submit)
        verdict = f"{self.selectors.passed}, {self.selectors.answered}"
        page.wait_for_selector(verdict, state="attached")
        return bool(page.locator(self.selectors.passed).count())


def _snapped(box: dict[str, float], ratio: float) -> dict[str, float]:
    """The whole device pixels that an image is painted on, where its layout has parts of them.

    A picture of the layout's box would have a row and a column of the page around it.
    """
    left, top = (round(box[side] * ratio) / ratio for side in ("x", "y"))
    right = round((box["x"] + box["width"]) * ratio) / ratio
    bottom = round((box["y"] + box["height"]) * ratio) / ratio
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
