"""Session of a visitor: a browser context of his own, for as many visits as he stays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.browser import chromium
from harness.browser.awaited_page import AwaitedPage
from harness.browser.blocking_proxy import BlockingProxy
from harness.loopback import allowed

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Route


class Session:
    """Page in a fresh browser context, beside others that are open at the same time.

    Attributes:
        page: where visits go on.
        failed: whether its trace is kept.
    """

    def __init__(self, page: AwaitedPage, refused: list[str], proxy: BlockingProxy) -> None:
        """Begin without refused requests.

        Args:
            page: of the context.
            refused: gets the URLs that are refused before they are sent.
            proxy: hears of the others.
        """
        self.page, self.failed = page, False
        self._refused, self._proxy = refused, proxy

    @property
    def blocked(self) -> int:
        """Count the refused requests so far: all of them once the session has been closed."""
        return len(self._refused) + len(self._proxy.heard)


@contextlib.asynccontextmanager
async def session(
    browser: "Browser", ratio: float = 1.0, trace: Path | None = None
) -> AsyncIterator[Session]:
    """Open a session, as harness.browser.chromium.visitor does for one page at a time.

    Args:
        browser: of playwright's asynchronous interface.
        ratio: device pixels for one of the page.
        trace: where playwright's trace goes if a visit fails; None: it is not traced.
    """
    refused: list[str] = []

    async def look(route: "Route") -> None:
        if allowed(route.request.url):
            await route.continue_()
        else:
            refused.append(route.request.url)
            await route.abort()

    proxy = BlockingProxy()
    try:
        context = await _context(browser, ratio, proxy)
        tracing, opened = False, None
        try:
            context.set_default_timeout(chromium.WAIT)
            await context.route(chromium.DOUBTFUL, look)
            if trace:
                await context.tracing.start(snapshots=True)
                tracing = True
            opened = Session(AwaitedPage(await context.new_page()), refused, proxy)
            yield opened
        finally:
            if tracing:
                await context.tracing.stop(path=trace if opened and opened.failed else None)
            await _closed(context)
    finally:
        # It waits for connections that are still read: other sessions go on meanwhile.
        await asyncio.to_thread(proxy.close)


async def _context(browser: "Browser", ratio: float, proxy: BlockingProxy) -> "BrowserContext":
    """Open a fresh context; none is left behind where the visits end while it opens."""
    opening = asyncio.ensure_future(browser.new_context(**chromium.context_options(ratio, proxy)))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise


async def _closed(context: "BrowserContext") -> None:
    """Close a context, also where the visits end meanwhile."""
    closing = asyncio.ensure_future(context.close())
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await closing
        raise
