"""The system's Chromium behind a guard: four fences, each of which would do alone."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import SkippedError
from harness.loopback import allowed

# The shell is the same engine without windows: half of the processor time of a visit.
PROGRAMS = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
)  # fmt: skip
FENCES = (
    # No name is resolved but this machine's.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE ::1",
    # What is not loopback would go to a proxy that is not there.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1;localhost;[::1]",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
# What is plainly of this machine need not be looked at.
DOUBTFUL = re.compile(r"^(?!http://(127\.0\.0\.1|localhost)(:[0-9]+)?/)")
WAIT = 10_000  # milliseconds for a page


@dataclass
class Guarded:
    """One visitor: a page of a fresh context, and what it was not allowed to ask for.

    Attributes:
        page: playwright's.
        blocked: URLs that were refused.
        failed: whether its trace is kept.
    """

    page: Any
    blocked: list[str] = field(default_factory=list)
    failed: bool = False


def program() -> str:
    """The path of Chromium.

    Raises:
        SkippedError: there is none, or no playwright; how to get them.
    """
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise SkippedError("no Chromium: apt-get install chromium-headless-shell")
    try:
        import playwright  # noqa: F401 - whether it is there
    except ImportError:
        raise SkippedError("no playwright: pip install captcha-harness[browser]") from None
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A running browser; see `visitor` for its pages.

    Raises:
        SkippedError: Chromium or playwright is not installed.
    """
    path = program()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*FENCES, *QUIET], chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visitor(browser: Any, ratio: float = 1.0, trace: Path | None = None) -> Iterator[Guarded]:
    """A fresh context, without cookies of visits before; requests that may leave are looked at.

    Args:
        browser: from `chromium`.
        ratio: device pixels for one of the page.
        trace: where playwright's trace goes if the visit fails; None: it is not traced.
    """
    context = browser.new_context(
        device_scale_factor=ratio, service_workers="block", accept_downloads=False
    )
    context.set_default_timeout(WAIT)
    found = Guarded(page=None)

    def look(route: Any) -> None:
        if allowed(route.request.url):
            route.continue_()
        else:
            found.blocked.append(route.request.url)
            route.abort()

    context.route(DOUBTFUL, look)
    if trace:
        context.tracing.start(snapshots=True)
    try:
        found.page = context.new_page()
        yield found
    finally:
        if trace:
            context.tracing.stop(path=trace if found.failed else None)
        context.close()
