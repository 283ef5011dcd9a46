"""Supply of prepared captchas: in their order, or by the number that a request has."""

import threading
from collections.abc import Sequence

from flask import request

from harness.web.challenges import Image

NUMBER = "captcha"  # in the query of a request


class CaptchaSupply:
    """Prepared captchas for harness.web.challenges.Challenges; thread-safe.

    A request for /challenge?captcha=7 gets number 7, whoever comes before or after it.
    """

    def __init__(self, captchas: Sequence[tuple[Image, str]]) -> None:
        """Begin with the first.

        Args:
            captchas: images and their texts.
        """
        self._captchas, self._next = captchas, 0
        self._lock = threading.Lock()

    def __call__(self) -> tuple[Image, str]:
        """Give the captcha that the request names; without a number, the next one."""
        number = request.args.get(NUMBER, type=int)
        if number is None:
            with self._lock:
                number, self._next = self._next, self._next + 1
        return self._captchas[number]
