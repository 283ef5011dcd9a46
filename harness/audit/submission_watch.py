"""Watch for the request that sends what was typed, among all that a page asks for."""

from typing import TYPE_CHECKING

from harness.audit.submission import Submission, submission

if TYPE_CHECKING:
    from playwright.sync_api import Request

CAN_SUBMIT = frozenset({"document", "xhr", "fetch", "ping", "other"})


class SubmissionWatch:
    """What a page sends after an answer was typed and submitted."""

    def __init__(self, typed: str, holds: bool) -> None:
        """Begin to watch.

        Args:
            typed: the answer.
            holds: whether the request that has it is to be kept from being sent.
        """
        self._typed, self._holds = typed, holds
        self._carrier: Request | None = None  # has the answer as it was typed
        self._other: Request | None = None  # may have it in another form

    def holds(self, request: "Request") -> bool:
        """Look at a request; tell whether it is to be kept from being sent."""
        if request.resource_type not in CAN_SUBMIT:
            return False
        if self._carrier is None and _submission(request, self._typed).answer:
            self._carrier = request
        elif self._other is None and request.method != "GET":
            self._other = request
        return self._holds and request is self._carrier

    @property
    def is_over(self) -> bool:
        """Tell whether the request has come that is held."""
        return self._carrier is not None

    @property
    def submission(self) -> Submission | None:
        """Give what was sent, or would have been; None where nothing was."""
        sent = self._carrier or self._other
        return _submission(sent, self._typed) if sent else None


def _submission(request: "Request", typed: str) -> Submission:
    body = request.post_data_buffer or b""
    return submission(request.method, request.url, request.headers, body, typed)
