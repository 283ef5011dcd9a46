"""CSS selectors by which a browser finds its way on a captcha page."""

from pydantic import Field

from harness.options import Options


class Selectors(Options):
    """CSS selectors of a captcha page; by default those of this project's own."""

    image: str = Field("#captcha", description="what shows the captcha: img, canvas, anything")
    answer: str = Field("#answer", description="the field to type into")
    submit: str = Field("#submit", description="what is clicked")
    ready: str = Field("", description="there once the image is drawn; else not waited for")
    passed: str = Field("[data-outcome=passed]", description="there after a right answer")
    answered: str = Field("[data-outcome]", description="there after any answer")
    blocked: str = Field(
        "[data-outcome='too many attempts']",
        description="there where the page takes no more answers; HTTP status 429 says so as well",
    )
