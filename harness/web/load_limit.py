"""Limit of the captchas that a visitor is shown: who may look at any number answers the surest."""

import threading
import time
from collections.abc import Callable

LOADS, WINDOW = 60, 60.0  # captchas of one session or address in WINDOW seconds
MOST_VISITORS = 10_000  # that are remembered; those who came longest ago are forgotten


class LoadLimit:
    """Count of the captchas of each session and address; thread-safe."""

    def __init__(self, most: int = LOADS, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without visitors.

        Args:
            most: captchas of one session or address in a minute.
            clock: seconds.
        """
        self.most, self.clock = most, clock
        self._loads: dict[tuple[str, str], list[float]] = {}  # in the order of the last load
        self._lock = threading.Lock()

    def take(self, session: str, address: str) -> bool:
        """Count a captcha, unless the visitor has had all of this minute.

        Args:
            session: of the visitor; empty: a new one.
            address: where the request comes from.

        Returns:
            Whether it may be shown.
        """
        whose = [(kind, who) for kind, who in (("s", session), ("a", address)) if who]
        with self._lock:
            now = self.clock()
            recent = {
                who: [at for at in self._loads.get(who, ()) if at > now - WINDOW] for who in whose
            }
            if any(len(times) >= self.most for times in recent.values()):
                return False
            for who, times in recent.items():
                self._loads.pop(who, None)
                self._loads[who] = [*times, now]
            while len(self._loads) > MOST_VISITORS:
                del self._loads[next(iter(self._loads))]
        return True
