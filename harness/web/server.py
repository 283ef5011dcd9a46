"""A page on a port of this machine: until it is ended, or for as long as it is needed."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

from harness.errors import RequirementError
from harness.files.atomic import reason
from harness.web.uploads import LARGEST

HERE = "127.0.0.1"
THREADS = 8
CONNECTIONS = 500  # at once, and then nobody else is answered
SILENT = 30  # seconds until a connection that says nothing is ended


def listening(application: Any, port: int = 0) -> Any:
    """A waitress server of a WSGI application, on 127.0.0.1 alone; `run` serves until it is closed.

    Args:
        application: Flask's, or any.
        port: 0 takes one that is free; it is then the server's `effective_port`.

    Raises:
        LackingError: the port is taken, or not for this user.
    """
    from waitress.server import create_server

    with _at(port):
        return create_server(
            application,
            host=HERE,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENT,
            asyncore_use_poll=True,  # select knows no more than 1024 files
            # A larger body is refused before the application sees it, and before a disk does.
            max_request_body_size=LARGEST + 1,
        )


def free(port: int) -> None:
    """Make sure that a port can be listened on, and leave it.

    Raises:
        LackingError: as `listening` raises it.
    """
    with _at(port):
        socket.create_server((HERE, port)).close()


@contextlib.contextmanager
def _at(port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RequirementError(
            f"cannot listen on {HERE}:{port}: {reason(error)}; choose another --port"
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
