"""A browser for the tests of each file: where one is open, no other can be started in a process."""

import pytest

from harness.browser.chromium import chromium


@pytest.fixture(scope="module")
def captcha_browser():
    with chromium() as browser:
        yield browser
