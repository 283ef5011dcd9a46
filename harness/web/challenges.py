"""Challenges: each drawn for one session, answered once, gone after a while."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

Outcome = Literal["passed", "wrong", "expired", "refused", "too many attempts"]
Supply = Callable[[], tuple[npt.NDArray[Any], str]]  # an image, and its text
SECONDS = 120.0  # that a challenge is open
OPEN = 10_000  # challenges at most; the oldest go
ATTEMPTS, WINDOW = 10, 60.0  # wrong answers of one session or address within so many seconds


@dataclass(frozen=True)
class Challenge:
    """One captcha that somebody was asked.

    Attributes:
        image: uint8 or uint16 [height, width, channels].
        text: what it says.
        session: of the visitor it was drawn for.
        until: when it expires, by the clock.
    """

    image: npt.NDArray[Any]
    text: str
    session: str
    until: float


class Challenges:
    """All open challenges of a page; safe to use from several threads."""

    def __init__(
        self,
        supply: Supply,
        attempts: int | None = ATTEMPTS,
        caseless: bool = False,
        clock: Callable[[], float] = time.monotonic,
        settle: Callable[[Challenge, str], bool] | None = None,
    ) -> None:
        """Open none.

        Args:
            supply: draws an image and its text.
            attempts: wrong answers that a session or an address has in a minute; None: any.
            caseless: letters of either case are right, where the alphabet has but one.
            clock: seconds.
            settle: says whether an answer to a challenge is right; by default, whether it is its
                text.
        """
        self.settle = settle or self._same
        self.caseless = caseless
        self.supply, self.attempts, self.clock = supply, attempts, clock
        self._key = secrets.token_bytes(32)
        self._open: dict[str, Challenge] = {}
        self._wrong: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def issue(self, session: str) -> str:
        """Draw a challenge for a session; its id, which nobody guesses."""
        image, text = self.supply()
        name, now = secrets.token_urlsafe(16), self.clock()
        with self._lock:
            self._open[name] = Challenge(image, text, session, now + SECONDS)
            while len(self._open) > OPEN:
                del self._open[next(iter(self._open))]
        return name

    def image(self, name: str, session: str) -> npt.NDArray[Any] | None:
        """The image of an open challenge, for its own session alone."""
        with self._lock:
            found = self._open.get(name)
        if found is None or found.session != session or found.until < self.clock():
            return None
        return found.image

    def token(self, name: str, session: str) -> str:
        """What a form must send back so that no other page could have sent it."""
        return hmac.new(self._key, f"{session} {name}".encode(), hashlib.sha256).hexdigest()

    def answer(self, name: str, session: str, token: str, text: str, address: str) -> Outcome:
        """Take an answer; right or wrong, the challenge is gone after it.

        Args:
            name: of the challenge.
            session: of who answers.
            token: see `token`.
            text: the answer.
            address: where it comes from.
        """
        if not hmac.compare_digest(token.encode(), self.token(name, session).encode()):
            return "refused"
        # Counted and taken under one lock: of answers that come at once only one finds it.
        with self._lock:
            if self._exhausted(session) or self._exhausted(address):
                return "too many attempts"
            found = self._open.get(name)
            if found is None or found.session != session:
                return "refused"
            del self._open[name]
            if found.until < self.clock():
                return "expired"
            if self.settle(found, text):
                return "passed"
            for who in filter(None, (session, address)):
                self._wrong.setdefault(who, []).append(self.clock())
        return "wrong"

    def _same(self, asked: Challenge, text: str) -> bool:
        return hmac.compare_digest(self._plain(text), self._plain(asked.text))

    def _plain(self, text: str) -> bytes:
        text = text.strip()
        return (text.casefold() if self.caseless else text).encode()

    def _exhausted(self, who: str) -> bool:
        """Whether somebody has had all wrong answers of this minute."""
        if self.attempts is None:
            return False
        since = self.clock() - WINDOW
        recent = [at for at in self._wrong.get(who, ()) if at > since]
        self._wrong = {one: times for one, times in self._wrong.items() if times[-1] > since}
        if recent:
            self._wrong[who] = recent
        return len(recent) >= self.attempts
