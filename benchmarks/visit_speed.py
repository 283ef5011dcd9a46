"""Visits of Chromium a second: one after the other, several at once, and of visitors who stay."""

import hashlib
import statistics
import time
from dataclasses import dataclass

import numpy as np

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium
from harness.browser.visit import Sessions, VisitSeries
from harness.web.app import Site, create
from harness.web.captcha_supply import NUMBER, CaptchaSupply
from harness.web.challenges import Challenges
from harness.web.server import serving

VISITS, ROUNDS = 100, 3
WAYS = {
    "one after the other": Sessions(),
    "4 sessions at once": Sessions(4),
    "4 at once, each for 25 visits": Sessions(4, visits=25),
}


@dataclass(frozen=True)
class VisitSpeed:
    """Visits a second in one way, and how many times those of the first way of the same round."""

    way: str
    per_second: float
    ratio: float


def measure() -> tuple[VisitSpeed, ...]:
    """Measure each way in turns: medians of several rounds.

    Raises:
        RuntimeError: the answers of two ways differ, or a visit came to none.
    """
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 256, (VISITS, 60, 160, 1)).astype(np.uint8)
    rounds: dict[str, list[float]] = {way: [] for way in WAYS}
    answers: list[str] = []
    site = Site(None, Challenges(CaptchaSupply([(it, "") for it in images]), attempts=None))
    with serving(create(site)) as url, chromium() as browser:
        page = CaptchaPage(url=f"{url}/challenge?variant=plain")
        urls = [f"{page.url}&{NUMBER}={number}" for number in range(VISITS)]
        VisitSeries(page, _digest, 4, urls=urls).carry_out(browser)
        for _ in range(ROUNDS):
            for way, sessions in WAYS.items():
                begin = time.perf_counter()
                series = VisitSeries(page, _digest, VISITS, sessions, urls=urls)
                texts = [outcome.text for outcome in series.carry_out(browser)]
                rounds[way].append(VISITS / (time.perf_counter() - begin))
                answers = answers or texts
                if texts != answers or not all(texts):
                    raise RuntimeError(f"{way}: other answers than before")
    (first, *_) = rounds.values()
    return tuple(
        VisitSpeed(
            way,
            statistics.median(speeds),
            statistics.median(a / b for a, b in zip(speeds, first, strict=True)),
        )
        for way, speeds in rounds.items()
    )


def _digest(png: bytes) -> str:
    """Name a picture: what is typed differs with each captcha."""
    return hashlib.sha256(png).hexdigest()[:6]
