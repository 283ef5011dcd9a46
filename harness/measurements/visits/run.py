"""Visits, carried out: the page is served, Chromium opens it, a breaker answers."""

import contextlib
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from harness.array_types import Pixels
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium
from harness.browser.visit import Sessions, VisitOutcome, VisitSeries
from harness.css_selectors import Selectors
from harness.datasets.generator import decode
from harness.images.labelled import LabelledImages
from harness.measurements.inputs import labelled, reader
from harness.measurements.visits.work import Visit
from harness.options import Json
from harness.pipeline.context import StepContext
from harness.progress import no_progress
from harness.sweep.specs import VisitSpec

if TYPE_CHECKING:
    from harness.readers import GradientReader

VISITS, PICTURE = "visits.json", "{:02d}.png"
SESSIONS = 4  # at once, before this project's page
PICTURES = 6  # captchas as they were shown, kept for the report
DRAWN = "[data-drawn]"  # the canvas says so once the image is on it


def visit(work: Visit, context: StepContext) -> None:
    """Let Chromium visit a captcha page, and a breaker answer there.

    Args:
        work: the page, the breaker, and the captchas; visit i shows captcha i, or as many as it
            loads until the breaker is sure.
        context: gets visits.json, some pictures, and traces of visits without an answer; notes the
            seconds of each visit and of all, the limits that the page has shown, and whether
            Chromium's sandbox was on.

    Raises:
        SkippedError: Chromium or playwright is not installed.
        HarnessError: the page does not answer.
    """
    from harness.backend import as_float
    from harness.images import pictures

    spec, source = work.visit, context.inputs[work.test]
    data, alphabet = labelled(source), source.notes["alphabet"]
    # The attack of the page asks of it what its `answers` name; the sweep was checked for that.
    breaker = cast("GradientReader", reader(work.victim, context, work.test))
    images, texts = _shown(work, breaker, data, alphabet)

    def read(picture: npt.NDArray[np.float32]) -> str:
        return decode(breaker.read(picture[None])[0], alphabet)

    def read_if_sure(picture: npt.NDArray[np.float32]) -> str | None:
        if spec.submit_above is None:
            return read(picture)
        classes, confidence = breaker.read_with_confidence(picture[None])
        return decode(classes[0], alphabet) if confidence[0] > spec.submit_above else None

    # The first call compiles: no visitor should wait for it.
    read_if_sure(as_float(np.array(data.images[:1]))[0])
    with _page(work, images, texts) as (page, urls), chromium(context.notes) as browser:
        series = VisitSeries(
            page,
            lambda png: read_if_sure(pictures.decoded(png, breaker.shape)),
            spec.visits,
            _sessions(spec),
            spec.ratio,
            context.progress,
            context.folder,
            None if spec.url else len(texts),
            urls,
        )
        begin = time.perf_counter()
        attempts = series.carry_out(browser)
        context.notes["visits_took"] = time.perf_counter() - begin
    rows = []
    for attempt, loaded in zip(attempts, _loaded(attempts), strict=True):
        seen = 0 < loaded <= len(texts) and (attempt.submitted or spec.submit_above is None)
        offline = read(as_float(images[loaded - 1 : loaded])[0]) if seen else None
        rows.append(_row(attempt, offline, texts[loaded - 1] if seen else None))
    (context.folder / VISITS).write_text(json.dumps(rows))
    context.notes["visit_seconds"] = [attempt.seconds for attempt in attempts if attempt.loads]
    context.notes["blocked_after"] = series.limit.blocked_after
    context.notes["blocked_after_in_session"] = series.session_limit
    context.notes["blocked_seconds"] = series.limit.window
    answered = [attempt for attempt in attempts if not attempt.error]
    for number, attempt in enumerate(answered[:PICTURES]):
        (context.folder / PICTURE.format(number)).write_bytes(attempt.picture)


def _row(attempt: VisitOutcome, offline: str | None, text: str | None) -> dict[str, Json]:
    return {
        "passed": attempt.passed,
        "typed": attempt.text,
        "offline": offline,
        "is": text,
        "blocked": attempt.blocked,
        "error": attempt.error,
        "loads": attempt.loads,
        "submitted": attempt.submitted,
        "refused": attempt.refused,
    }


def _sessions(spec: VisitSpec) -> Sessions:
    """Spread the visits over sessions.

    This project's page hands its captchas out in order to visits that load until the breaker is
    sure: they come one after the other, so that the same captchas are loaded each time.
    """
    at_once = spec.sessions or (1 if spec.url else SESSIONS)
    if spec.submit_above is not None and not spec.url:
        at_once = 1
    return Sessions(at_once, spec.visits_per_session, spec.wait_when_blocked)


def _loaded(attempts: Sequence[VisitOutcome]) -> Iterator[int]:
    """Count the captchas that the page has shown by the end of each visit."""
    return itertools.accumulate(attempt.loads for attempt in attempts)


def _shown(
    work: Visit, breaker: "GradientReader", data: LabelledImages, alphabet: str
) -> tuple[Pixels, list[str]]:
    """Prepare the captchas that the page will show, perturbed if it does so, and their texts.

    A page of the user draws its captchas itself: none are prepared. Visits that load captchas until
    the breaker is sure have all of the test split to look at.
    """
    spec = work.visit
    wanted = spec.visits if spec.submit_above is None else len(data)
    shown = slice(0, 0 if spec.url else wanted)
    clean, labels = np.array(data.images[shown]), data.labels[shown]
    images: Pixels = clean
    if work.attack:
        radii = work.attack.perturb(breaker, clean, labels, [spec.epsilon], work.seed, no_progress)
        images = next(iter(radii)).images
    return images, [decode(label, alphabet) for label in labels]


@contextlib.contextmanager
def _page(
    work: Visit, images: Pixels, texts: list[str]
) -> Iterator[tuple[CaptchaPage, tuple[str, ...]]]:
    """Serve this project's captcha page while it is visited, or name the page of the user.

    Yields:
        The page; and the URL of each visit, where it shows a captcha of its own, by its number.
    """
    spec = work.visit
    if spec.url:
        yield CaptchaPage(url=spec.url, selectors=spec.selectors), ()
        return
    from harness.web.app import Site, create
    from harness.web.captcha_supply import NUMBER, CaptchaSupply
    from harness.web.challenges import Challenges
    from harness.web.server import serving

    supply = CaptchaSupply(list(zip(images, texts, strict=True)))
    site = Site(recognizer=None, challenges=Challenges(supply, attempts=None))
    ready = DRAWN if spec.variant == "canvas" else ""
    with serving(create(site)) as url:
        address = f"{url}/challenge?variant={spec.variant}"
        numbered = (f"{address}&{NUMBER}={number}" for number in range(spec.visits))
        urls = tuple(numbered) if spec.submit_above is None else ()
        yield CaptchaPage(url=address, selectors=Selectors(ready=ready)), urls
