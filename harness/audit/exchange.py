"""Exchanges with a page: a request, what came back, and how many there may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOO_MANY = frozenset({429, 503})  # status of who has asked too often
MOST_REQUESTS, MOST_REQUESTS_THOROUGH = 60, 600


@dataclass(frozen=True)
class Exchange:
    """A request and its response.

    Attributes:
        method: of HTTP.
        url: of the request.
        kind: what a browser took it for: document, image, script, fetch, ...
        status: of the response.
        headers: of the response, names in lower case.
        body: of the response.
        seconds: from the request to the end of the response; 0 where it was not measured.
    """

    method: str
    url: str
    kind: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """Give the body as a text."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Tell whether the body is a page."""
        return "html" in self.headers.get("content-type", "")


@dataclass(frozen=True)
class Reply:
    """Response to a submission, with the redirects that led to it.

    Attributes:
        first: response to the submission itself.
        last: where its redirects led; the same where there was none.
    """

    first: Exchange
    last: Exchange


class RequestsSpent(Exception):  # noqa: N818 - no error: the rest of the checks does not run
    """No request of those that were announced is left."""


@dataclass
class RequestBudget:
    """Number of requests that an audit may send, and has sent.

    Attributes:
        most: that may be sent.
        sent: so far.
    """

    most: int
    sent: int = field(default=0)

    @property
    def left(self) -> int:
        """Give how many may still be sent."""
        return self.most - self.sent

    def need(self, requests: int) -> None:
        """Make sure that as many requests are left.

        Raises:
            RequestsSpent: they are not.
        """
        if requests > self.left:
            raise RequestsSpent

    def count(self, requests: int = 1) -> None:
        """Count requests that are sent."""
        self.sent += requests
