"""WSGI server of an application on a port of 127.0.0.1."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from harness.errors import RequirementError
from harness.files.atomic import reason
from harness.web.uploads import LARGEST

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HERE = "127.0.0.1"
THREADS = 8
CONNECTIONS = 500  # at once, above which nobody else is answered
SILENT = 30  # seconds until a connection that says nothing is ended


class Server(Protocol):
    """Running server of waitress.

    Attributes:
        effective_port: that it listens on.
    """

    effective_port: int

    def run(self) -> None:
        """Serve until `close`."""

    def close(self) -> None:
        """Stop listening."""


def listening(application: "WSGIApplication", port: int = 0) -> Server:
    """Listen on a port of 127.0.0.1 for an application; `run` of the result serves until closed.

    Args:
        application: Flask's, or any.
        port: 0 takes one that is free; it is then the server's `effective_port`.

    Raises:
        RequirementError: the port is taken, or not for this user.
    """
    from waitress.server import create_server

    with _at(port):
        server: Server = create_server(
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
    return server


def free(port: int) -> None:
    """Check that a port can be listened on.

    Raises:
        RequirementError: as `listening` raises it.
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
def serving(application: "WSGIApplication") -> Iterator[str]:
    """Serve an application in a thread; give its URL, without a slash at the end."""
    server = listening(application)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://{HERE}:{server.effective_port}"
    finally:
        server.close()
