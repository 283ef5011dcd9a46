"""Proxy that lets nothing through, and records what a browser has asked it for."""

import contextlib
import re
import socket
import threading

HERE = "127.0.0.1"
ASKED = re.compile(rb"(?:CONNECT (?P<host>[^ /]+)|[A-Z]+ (?P<url>[a-z]+://[^ ]+)) HTTP/1\.[01]\r\n")
LONGEST = 8192  # bytes of a request's first line
PATIENCE = 5.0  # seconds for it


class BlockingProxy:
    """Proxy of a browser: records requests, and forwards none.

    Attributes:
        address: of the proxy, http://HOST:PORT.
        heard: URLs, or HOST:PORT of encrypted requests and WebSockets, in their order.
    """

    def __init__(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self.heard: list[str] = []
        self._open = True
        self._socket = socket.create_server((HERE, 0))
        self.address = "http://{}:{}".format(*self._socket.getsockname())
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Stop listening, after all connections so far have been read."""
        self._open = False
        with contextlib.suppress(OSError):
            # Connections are taken in their order: after this one the listener ends.
            socket.create_connection(self._socket.getsockname(), PATIENCE).close()
        self._listener.join(2 * PATIENCE)
        self._socket.close()

    def _listen(self) -> None:
        hearing = []
        with contextlib.suppress(OSError):
            while self._open:
                connection, _address = self._socket.accept()
                # Browsers connect before they know what to ask for: nobody waits for that.
                hearing.append(threading.Thread(target=self._hear, args=[connection], daemon=True))
                hearing[-1].start()
        for hearer in hearing:
            hearer.join(PATIENCE)

    def _hear(self, connection: socket.socket) -> None:
        """Record what one connection asks for, and close it without an answer."""
        connection.settimeout(PATIENCE)
        data = b""
        with connection, contextlib.suppress(OSError):
            while b"\r\n" not in data and len(data) < LONGEST:
                more = connection.recv(LONGEST)
                if not more:
                    return
                data += more
            if asked := ASKED.match(data):
                self.heard.append((asked["host"] or asked["url"]).decode("latin-1"))
