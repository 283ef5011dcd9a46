"""Many submissions at the same moment, each on a connection of its own."""

import http.client
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from harness.audit.exchange import Exchange
from harness.audit.submission import Submission
from harness.loopback import loopback

PATIENCE = 20.0  # seconds for all answers


def sent_at_once(submission: Submission, cookies: Mapping[str, str], times: int) -> list[Exchange]:
    """Send the same submission several times at the same moment; redirects are not followed.

    All connections are open, and all but the last byte of each request is sent, before the last
    bytes go off together: what a server does between its look and its note shows.

    Args:
        submission: what is sent.
        cookies: name and value.
        times: how often.

    Returns:
        The responses, fewer than `times` where a connection broke.
    """
    whole = _request(submission, cookies)
    gate = threading.Barrier(times, timeout=PATIENCE)
    responses: list[Exchange] = []

    def send() -> None:
        connection = _connection(submission.url)
        try:
            connection.connect()
            connection.sock.sendall(whole[:-1])
            gate.wait()
            connection.sock.sendall(whole[-1:])
            answer = http.client.HTTPResponse(connection.sock, method=submission.method)
            answer.begin()
            body = answer.read()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            url = submission.sent_url
            responses.append(
                Exchange(submission.method, url, "submission", answer.status, headers, body)
            )
        except (OSError, http.client.HTTPException, threading.BrokenBarrierError):
            gate.abort()
        finally:
            connection.close()

    senders = [threading.Thread(target=send, daemon=True) for _ in range(times)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(PATIENCE)
    return list(responses)


def _connection(url: str) -> http.client.HTTPConnection:
    """Connect to a page of this machine; its certificate, if it has one, may be its own."""
    parts = urlsplit(loopback(url))
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl._create_unverified_context()  # noqa: S323 - a page of this machine
        return http.client.HTTPSConnection(host, parts.port, timeout=PATIENCE, context=context)
    return http.client.HTTPConnection(host, parts.port, timeout=PATIENCE)


def _request(submission: Submission, cookies: Mapping[str, str]) -> bytes:
    """Write a submission as it goes over a connection."""
    parts = urlsplit(submission.sent_url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"host": parts.netloc, **submission.sent_headers, "connection": "close"}
    if cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if submission.body:
        headers["content-length"] = str(len(submission.body))
    lines = [f"{submission.method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + submission.body
