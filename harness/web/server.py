"""A page on a port of this machine: until it is ended, or for as long as it is needed."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from harness.errors import LackingError

HERE = "127.0.0.1"
THREADS = 8


def listening(application: Any, port: int = 0) -> Any:
    """A waitress server of a WSGI application, on 127.0.0.1 alone; `run` serves until it is closed.

    Args:
        application: Flask's, or any.
        port: 0 takes one that is free; it is then the server's `effective_port`.

    Raises:
        LackingError: the port is taken, or not for this user.
    """
    from waitress.server import create_server

    try:
        return create_server(application, host=HERE, port=port, threads=THREADS)
    except OSError as error:
        raise LackingError(
            f"cannot listen on {HERE}:{port}: {error.strerror}; choose another --port"
        ) from None


@contextlib.contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an application in a thread; gives its URL, without a slash at the end."""
    server = listening(application)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://{HERE}:{server.effective_port}"
    finally:
        server.close()
