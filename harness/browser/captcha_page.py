"""A page with a captcha: its image, its field, its button, and what passing looks like."""

from typing import Any

from pydantic import Field, field_validator

from harness.browser.loopback import loopback
from harness.specs import Options


class Selectors(Options):
    """CSS selectors of a captcha page; by default those of this project's own."""

    image: str = Field("#captcha", description="what shows the captcha: img, canvas, anything")
    answer: str = Field("#answer", description="the field to type into")
    submit: str = Field("#submit", description="what is clicked")
    ready: str = Field("", description="there once the image is drawn; by default it is waited for")
    passed: str = Field("[data-outcome=passed]", description="there after a right answer")
    failed: str = Field("[data-outcome]", description="there after any answer")


class CaptchaPage(Options):
    """One page on this machine."""

    url: str = Field(description="http://127.0.0.1:..., http://localhost:...")
    selectors: Selectors = Selectors()

    @field_validator("url")
    @classmethod
    def _local(cls, url: str) -> str:
        try:
            return loopback(url)
        except Exception as error:
            raise ValueError(str(error)) from None

    def picture(self, page: Any) -> bytes:
        """Open the page, and take the captcha as it shows it: a PNG of its device pixels."""
        page.goto(self.url, wait_until="load")
        if self.selectors.ready:
            page.wait_for_selector(self.selectors.ready, state="attached")
        shown = page.locator(self.selectors.image)
        taken: bytes = shown.screenshot(scale="device", animations="disabled")
        return taken

    def submit(self, page: Any, text: str) -> bool:
        """Type an answer and send it; whether the page let it pass."""
        page.fill(self.selectors.answer, text)
        page.click(self.selectors.submit)
        page.wait_for_selector(f"{self.selectors.passed}, {self.selectors.failed}")
        return bool(page.locator(self.selectors.passed).count())
