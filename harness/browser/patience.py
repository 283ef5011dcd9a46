"""Patience with a page: how long what is lacking there is waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from harness.browser import chromium
from harness.browser.awaited_page import Argument, AwaitedPage, Json

POLL = 4  # milliseconds between two evaluations
ASK = 60  # milliseconds until it is asked whether waiting is in vain
DOUBT = 2_000  # milliseconds that a page's scripts have to repair what nothing else will


class Patience:
    """Time limit for a page: WAIT, or DOUBT where only the page's scripts can help."""

    def __init__(self) -> None:
        """Start the clock."""
        self._begin = self._doubtful = time.monotonic()

    @property
    def waited(self) -> float:
        """Compute the milliseconds since the clock was started."""
        return 1000 * (time.monotonic() - self._begin)

    @property
    def left(self) -> float:
        """Compute the seconds that are left, at least 0.1."""
        return max(0.1, (chromium.WAIT - self.waited) / 1000)

    async def wait(self, lacks: str, doubt: bool = False, pause: float = POLL) -> None:
        """Wait a little, unless the time is over.

        Args:
            lacks: what is waited for, for the error message.
            doubt: whether only the page's scripts can help.
            pause: milliseconds.

        Raises:
            playwright's TimeoutError: the time is over.
        """
        from playwright.async_api import TimeoutError

        now = time.monotonic()
        self._doubtful = self._doubtful if doubt else now
        doubted = 1000 * (now - self._doubtful)
        if self.waited >= chromium.WAIT or (doubt and doubted >= DOUBT):
            raise TimeoutError(f"Timeout: after {self.waited / 1000:.1f} s {lacks}")
        await asyncio.sleep(pause / 1000)


async def until_ready(
    page: AwaitedPage,
    script: str,
    argument: Argument,
    patience: Patience,
    ends: Callable[[float], Awaitable[bool]] | None = None,
) -> Json | None:
    """Evaluate a script again and again until nothing is lacking, also while the page loads.

    Args:
        page: where.
        script: one of harness.browser.page_scripts.
        argument: the script's.
        patience: the time limit.
        ends: asked now and then, with the milliseconds waited, whether waiting is in vain.

    Returns:
        What the script gave; None where waiting was in vain.

    Raises:
        playwright's TimeoutError: something is still lacking; the message says what.
    """
    lacks, ask_at = "", float(ASK)
    begin = patience.waited
    while True:
        seen = await evaluated(page, script, argument, patience, lacks)
        if "lacks" not in seen:
            return seen
        lacks, waited = seen["lacks"], patience.waited - begin
        if ends and waited >= ask_at:
            if await ends(waited):
                return None
            ask_at = waited + ASK
        await patience.wait(lacks, seen.get("doubt", False))


async def evaluated(
    page: AwaitedPage, script: str, argument: Argument, patience: Patience, lacks: str = ""
) -> Json:
    """Evaluate a script once; where no document answers, `lacks` or the reason is lacking."""
    from playwright.async_api import Error

    try:
        return await page.evaluate(script, argument, patience.left)
    except TimeoutError:
        return {"lacks": "the page's scripts do not end"}
    except Error as error:  # one document has gone, the next is not there yet
        return {"lacks": lacks or error.message.splitlines()[0]}
