"""A captcha page as the target of an assessment: looked at once, before anything is planned."""

from harness.browser import visit
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium
from harness.css_selectors import Selectors
from harness.errors import SpecError
from harness.images import pixels


def picture_size(url: str, selectors: Selectors) -> tuple[int, int]:
    """Give width and height, in pixels, of the captcha that a page shows.

    Args:
        url: of a page of this machine.
        selectors: of the page.

    Raises:
        SkippedError: Chromium or playwright is not installed.
        SpecError: the page does not answer, or shows no picture by that selector.
    """
    with chromium() as browser:
        picture, error = visit.look(browser, CaptchaPage(url=url, selectors=selectors))
    if "ERR_CONNECTION" in error:
        raise SpecError(f"{url}: no page answers there; is its server running?")
    if error:
        raise SpecError(f"{url}: {error}; --image, --answer, --submit, --passed say what is where")
    width, height = pixels.opened(picture).size
    return int(width), int(height)
