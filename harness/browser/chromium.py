"""Chromium, which reaches this machine alone: two network blocks and two monitors.

Either block would do alone: no name and no address but this machine's is resolved, and what is not
this machine's goes to a proxy that lets nothing through. Redirects, WebSockets and shared workers
end at them like everything else. The monitors are playwright's route, which refuses what a page
asks for by itself before it is sent, and the proxy (harness.browser.blocking_proxy), which hears
of all the rest. Before them, harness.loopback refuses the address of a page, and service workers
are off.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from harness.browser.blocking_proxy import BlockingProxy
from harness.errors import SkippedError
from harness.loopback import ANY_HOST, HOSTS, allowed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, ProxySettings, Route

# The shell is the same engine without windows: half of the processor time of a visit.
PROGRAMS = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
)  # fmt: skip
# Chromium lets 127.0.0.0/8 and 169.254.0.0/16 past any proxy unless <-loopback> takes that back.
PAST_THE_PROXY = ("<-loopback>", *HOSTS)
NETWORK_BLOCKS = (
    # No name and no address is resolved but this machine's.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE ::1",
    # What is not this machine's goes to a port without a proxy; each visitor gets a BlockingProxy.
    "--proxy-server=http://127.0.0.1:9",
    f"--proxy-bypass-list={';'.join(PAST_THE_PROXY)}",
    # Nor does WebRTC go another way.
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
DOUBTFUL = re.compile(rf"^(?!http://({ANY_HOST})(:[0-9]+)?/)")
WAIT = 10_000  # milliseconds for a page


class ContextOptions(TypedDict):
    """Options of a browser context, as playwright names them."""

    device_scale_factor: float
    service_workers: Literal["block"]
    accept_downloads: bool
    proxy: "ProxySettings"


@dataclass
class VisitorPage:
    """Page of a fresh browser context, and the requests that were refused.

    Attributes:
        page: playwright's.
        blocked: URLs of refused requests, or HOST:PORT where encrypted or a WebSocket; complete
            once the visitor has left.
        failed: whether its trace is kept.
    """

    page: "Page"
    blocked: list[str] = field(default_factory=list)
    failed: bool = False


def program() -> str:
    """Find the program of Chromium.

    Raises:
        SkippedError: there is none, or no playwright; how to get them.
    """
    path = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if path is None:
        raise SkippedError("no Chromium: apt-get install chromium-headless-shell")
    try:
        import playwright  # noqa: F401 - whether it is there
    except ImportError:
        raise SkippedError("no playwright: `make install` brings it") from None
    return path


@contextlib.contextmanager
def chromium(notes: dict[str, object] | None = None) -> Iterator["Browser"]:
    """Run a browser; see `visitor` for its pages.

    Args:
        notes: gets whether Chromium's sandbox is on.

    Raises:
        SkippedError: Chromium or playwright is not installed.
    """
    path = program()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser, sandbox = _launched(playwright, path)
        if notes is not None:
            notes["chromium_sandbox"] = sandbox
        try:
            yield browser
        finally:
            browser.close()


def _launched(playwright: "Playwright", path: str) -> "tuple[Browser, bool]":
    """Launch the browser, in its sandbox where the system allows it; tell whether it is."""
    from playwright.sync_api import Error

    def launch(sandbox: bool) -> "Browser":
        return playwright.chromium.launch(
            executable_path=path, args=[*NETWORK_BLOCKS, *QUIET], chromium_sandbox=sandbox
        )

    if os.geteuid() != 0:  # Chromium has none for root
        # Where user namespaces are not allowed, as in many containers, it does not start.
        with contextlib.suppress(Error):
            return launch(True), True
    return launch(False), False


@contextlib.contextmanager
def visitor(
    browser: "Browser", ratio: float = 1.0, trace: Path | None = None
) -> Iterator[VisitorPage]:
    """Open a page in a fresh context, without cookies; requests to other hosts are refused.

    Args:
        browser: from `chromium`.
        ratio: device pixels for one of the page.
        trace: where playwright's trace goes if the visit fails; None: it is not traced.
    """
    blocked: list[str] = []

    def look(route: "Route") -> None:
        if allowed(route.request.url):
            route.continue_()
        else:
            blocked.append(route.request.url)
            route.abort()

    with contextlib.closing(BlockingProxy()) as proxy:
        context = browser.new_context(**context_options(ratio, proxy))
        context.set_default_timeout(WAIT)
        context.route(DOUBTFUL, look)
        if trace:
            context.tracing.start(snapshots=True)
        opened: VisitorPage | None = None
        try:
            opened = VisitorPage(context.new_page(), blocked)
            yield opened
        finally:
            if trace:
                context.tracing.stop(path=trace if opened and opened.failed else None)
            context.close()
    blocked += proxy.heard


def context_options(ratio: float, proxy: BlockingProxy) -> ContextOptions:
    """Give the options of a browser context that reaches this machine alone.

    Args:
        ratio: device pixels for one of the page.
        proxy: hears what else the context asks for.
    """
    return {
        "device_scale_factor": ratio,
        "service_workers": "block",
        "accept_downloads": False,
        "proxy": {"server": proxy.address, "bypass": ",".join(PAST_THE_PROXY)},
    }
