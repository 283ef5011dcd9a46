"""Challenges: captchas that are drawn for one session, answered once, and expire."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from harness.errors import HarnessError

Image = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Outcome = Literal["passed", "wrong", "expired", "refused", "too many attempts"]
CaptchaSource = Callable[[], tuple[Image, str]]  # gives an image and its text
Who = tuple[Literal["session", "address"], str]
SECONDS = 120.0  # until a challenge expires
OPEN = 10_000  # open challenges at most; the oldest are closed
MOST_BYTES = 256 * 2**20  # of their images
ATTEMPTS, WINDOW = 10, 60.0  # wrong answers of one session or address in WINDOW seconds


@dataclass(frozen=True)
class Challenge:
    """Captcha that a visitor has been shown.

    Attributes:
        image: uint8 or uint16 [height, width, channels].
        text: what it says.
        session: of the visitor it was drawn for.
        until: when it expires, by the clock.
    """

    image: Image
    text: str
    session: str
    until: float


class Challenges:
    """Open challenges of a page; thread-safe."""

    def __init__(
        self,
        supply: CaptchaSource,
        attempts: int | None = ATTEMPTS,
        caseless: bool = False,
        clock: Callable[[], float] = time.monotonic,
        settle: Callable[[Challenge, str], bool] | None = None,
    ) -> None:
        """Begin without open challenges.

        Args:
            supply: draws an image and its text.
            attempts: wrong answers of a session or an address in a minute; None: no limit.
            caseless: whether upper and lower case count as the same.
            clock: seconds.
            settle: tells whether an answer to a challenge is right; by default, whether it is the
                challenge's text.
        """
        self.settle = settle or self._same
        self.caseless = caseless
        self.supply, self.attempts, self.clock = supply, attempts, clock
        self._key = secrets.token_bytes(32)
        self._open: dict[str, Challenge] = {}  # in the order in which they expire
        self._bytes = 0
        self._wrong: dict[Who, list[float]] = {}
        self._lock = threading.Lock()

    def issue(self, session: str) -> str:
        """Draw a challenge for a session; give its id, which nobody can guess."""
        image, text = self.supply()
        now = self.clock()
        name = f"{secrets.token_urlsafe(16)}-{now + SECONDS:.0f}"
        with self._lock:
            self._open[name] = Challenge(image, text, session, now + SECONDS)
            self._bytes += image.nbytes
            while len(self._open) > 1 and self._must_go(oldest := next(iter(self._open)), now):
                self._take(oldest)
        return name

    def _must_go(self, oldest: str, now: float) -> bool:
        many = len(self._open) > OPEN or self._bytes > MOST_BYTES
        return many or self._open[oldest].until < now

    def _take(self, name: str) -> Challenge:
        """Remove a challenge; called under the lock."""
        challenge = self._open.pop(name)
        self._bytes -= challenge.image.nbytes
        return challenge

    def image(self, name: str, session: str) -> Image | None:
        """Give the image of an open challenge, to its session alone."""
        with self._lock:
            challenge = self._open.get(name)
        if challenge is None or challenge.session != session or challenge.until < self.clock():
            return None
        return challenge.image

    def token(self, name: str, session: str) -> str:
        """Compute the token that a form must send back and no other site knows (against CSRF)."""
        return hmac.new(self._key, f"{session} {name}".encode(), hashlib.sha256).hexdigest()

    def answer(self, name: str, session: str, token: str, text: str, address: str) -> Outcome:
        """Check an answer; right or wrong, the challenge is closed.

        Args:
            name: of the challenge.
            session: of who answers.
            token: see `token`.
            text: the answer.
            address: where it comes from.

        Raises:
            HarnessError: the answer could not be noted; the challenge is open as before.
        """
        if not hmac.compare_digest(token.encode(), self.token(name, session).encode()):
            return "refused"
        # Counted and taken under one lock: of answers that come at once only one gets it.
        with self._lock:
            now = self.clock()
            whose: list[Who] = [("session", session), ("address", address)]
            if any(self._exhausted(who, now) for who in whose):
                return "too many attempts"
            challenge = self._open.get(name)
            if challenge is None:  # answered, or gone; its name is one of ours: the token says so
                return "expired" if float(name.rpartition("-")[2]) < now else "refused"
            if challenge.session != session:
                return "refused"
            self._take(name)
            if challenge.until < now:
                return "expired"
            self._charge(whose, now)
        # Settled outside, since it may write to a disk; what was charged before is given back.
        try:
            right = self.settle(challenge, text)
        except HarnessError:
            with self._lock:
                self._discharge(whose, now)
                self._reopen(name, challenge)
            raise
        if right:
            with self._lock:
                self._discharge(whose, now)
        return "passed" if right else "wrong"

    def _reopen(self, name: str, challenge: Challenge) -> None:
        """Put a challenge back, as the first to expire; called under the lock."""
        self._open = {name: challenge, **self._open}
        self._bytes += challenge.image.nbytes

    def _same(self, asked: Challenge, text: str) -> bool:
        return hmac.compare_digest(self._plain(text), self._plain(asked.text))

    def _plain(self, text: str) -> bytes:
        text = text.strip()
        return (text.casefold() if self.caseless else text).encode()

    def _charge(self, whose: Sequence[Who], now: float) -> None:
        """Count a wrong answer of each, and drop old ones; called under the lock."""
        if self.attempts is None:
            return
        for who in filter(all, whose):  # there may be no address
            recent = self._recent(who, now)
            self._wrong.pop(who, None)  # to the end of the order
            self._wrong[who] = [*recent, now]
        # They stand in the order of their last answers.
        while not self._recent(oldest := next(iter(self._wrong)), now):
            del self._wrong[oldest]

    def _discharge(self, whose: Sequence[Who], now: float) -> None:
        """Take back a wrong answer that was counted; called under the lock."""
        for who in whose:
            times = self._wrong.pop(who, [])
            if now in times:
                times.remove(now)
            if times:
                self._wrong[who] = times

    def _recent(self, who: Who, now: float) -> list[float]:
        return [at for at in self._wrong.get(who, ()) if at > now - WINDOW]

    def _exhausted(self, who: Who, now: float) -> bool:
        """Tell whether a visitor has no attempt left in this minute; called under the lock."""
        return self.attempts is not None and len(self._recent(who, now)) >= self.attempts
