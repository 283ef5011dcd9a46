"""Limit of answers that a page takes from one address: found by being blocked, then kept."""

import asyncio
import time
from collections import deque

FIRST, LONGEST = 1.0, 30.0  # seconds until a blocked visitor tries again: doubled each time


class AnswerLimit:
    """What visitors of one address have learned about a page's limit, and their pace within it.

    Attributes:
        blocked_after: answers that the page took before it first blocked; None: it never did.
        window: seconds from the first of those answers until it took one again; None: not known.
    """

    def __init__(self, wait: float = 0.0) -> None:
        """Begin without any limit.

        Args:
            wait: seconds from the first block in which visitors wait and try again.
        """
        self.blocked_after: int | None = None
        self.window: float | None = None
        self._wait, self._until = wait, 0.0
        self._taken = 0
        self._times: deque[float] = deque()  # when answers were sent, since the last block
        self._turn = asyncio.Lock()
        self._began, self._closed = 0.0, False

    async def turn(self) -> None:
        """Wait until the page is expected to take another answer."""
        async with self._turn:
            while (seconds := self._too_early()) > 0:
                await asyncio.sleep(seconds)
            self._times.append(time.monotonic())

    def _too_early(self) -> float:
        """Compute the seconds until the limit, as it is known, allows an answer."""
        if self.blocked_after is None or self.window is None:
            return 0.0
        now = time.monotonic()
        while self._times and self._times[0] <= now - self.window:
            self._times.popleft()
        full = len(self._times) >= max(1, self.blocked_after)
        return self._times[0] + self.window - now if full and now < self._until else 0.0

    def take(self) -> None:
        """Count that the page took an answer, right or wrong."""
        # Without waiting, an answer that is taken says little: older ones may just have expired.
        if self._closed and self.window is None and self._wait:
            self.window = time.monotonic() - self._began
            self._times = deque([time.monotonic()])
        self._closed = False
        self._taken += 1

    async def is_open_again(self, tries: int) -> bool:
        """Wait after the page has blocked; tell whether another try may help.

        Args:
            tries: of the same visit, so far.
        """
        now = time.monotonic()
        if self.blocked_after is None:
            self.blocked_after, self._until = self._taken, now + self._wait
            self._began = self._times[0] if self._times else now
        self._closed = True
        seconds = min(LONGEST, FIRST * 2**tries)
        if now + seconds > self._until:
            return False
        await asyncio.sleep(seconds)
        return True
