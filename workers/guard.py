"""A guard over the step at work: it is stopped when its run is canceled, or when it takes too long.

A thread looks every second. It raises Stopped in the main thread, which lets go of drafts and
locks; where the main thread does not come back from a library, the process ends.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

LOOK_EVERY = 1.0  # seconds
GRACE = 5.0  # seconds for the main thread to come back
SIGNAL = signal.SIGUSR2


class Stopped(BaseException):
    """The step at work was stopped; no Exception, so that nobody takes it for a failed step."""


@contextlib.contextmanager
def guarded(reason: Callable[[], str], last: Callable[[], None]) -> Iterator[None]:
    """Stop the body as soon as there is a reason to.

    Args:
        reason: gives why it is to be stopped; empty: it may go on.
        last: called before the process ends, where the body does not stop.

    Raises:
        Stopped: with the reason.
    """
    ended, why = threading.Event(), [""]

    def stop(_number: int, _frame: object) -> None:
        if not ended.is_set():
            raise Stopped(why[0])

    def watch() -> None:
        while not ended.wait(LOOK_EVERY):
            with contextlib.suppress(Exception):  # a look that fails is no reason
                why[0] = reason()
            if why[0]:
                signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)
                if not ended.wait(GRACE):
                    last()
                    os._exit(1)
                return

    before = signal.signal(SIGNAL, stop)
    watcher = threading.Thread(target=watch, name="guard", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        signal.signal(SIGNAL, before)
