"""What visits do in a sweep: the page is served, Chromium opens it, a breaker answers."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import Attack
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium
from harness.browser.visit import VisitOutcome, visits
from harness.datasets.generator import decode
from harness.progress import Progress, no_progress
from harness.browser.selectors import Selectors
from harness.measurements.visits.spec import Visit

VISITS, PICTURE = "visits.json", "{:02d}.png"
PICTURES = 6  # captchas as they were shown, kept for the report
DRAWN = "[data-drawn]"  # the canvas says so once the image is on it


def visit(
    work: Visit, reader: Any, data: Any, alphabet: str, folder: Path, notes: Any, progress: Progress
) -> None:
    """Carry out the visits of one step.

    Args:
        work: the step.
        reader: of the breaker.
        data: LabelledImages of the test split; visit i shows captcha i.
        alphabet: of its labels.
        folder: gets visits.json, some pictures, and traces of what came to no answer.
        notes: gets the seconds of each visit, and whether Chromium's sandbox was on.
        progress: told how far it is.

    Raises:
        SkippedError: Chromium or playwright is not installed.
        HarnessError: no page is there.
    """
    from harness.images import pictures
    from harness.backend import as_float

    spec = work.visit
    images, texts = _shown(work, reader, data, alphabet)

    def read(picture: npt.NDArray[np.float32]) -> str:
        return decode(reader.read(picture[None])[0], alphabet)

    reader.read(data.images[:1])  # the first call compiles: no visitor should wait for it
    with _page(work, images, texts) as page, chromium(notes) as browser:
        found = visits(
            browser,
            page,
            lambda png: read(pictures.decoded(png, reader.shape)),
            spec.visits,
            spec.ratio,
            progress,
            folder,
        )
    offline = [read(image) for image in as_float(images)]
    rows = [_row(one, *told) for one, *told in itertools.zip_longest(found, offline, texts)]
    (folder / VISITS).write_text(json.dumps(rows))
    notes["visit_seconds"] = [one.seconds for one in found]
    seen = [one for one in found if not one.error]
    for number, one in enumerate(seen[:PICTURES]):
        (folder / PICTURE.format(number)).write_bytes(one.picture)


def _row(one: VisitOutcome, offline: str | None, text: str | None) -> dict[str, Any]:
    return {
        "passed": one.passed,
        "typed": one.text,
        "offline": offline,
        "is": text,
        "blocked": one.blocked,
        "error": one.error,
    }


def _shown(
    work: Visit, reader: Any, data: Any, alphabet: str
) -> tuple[npt.NDArray[Any], list[str]]:
    """Give the captchas that the page will show, perturbed if it does so, and their texts.

    None of a page of the user's own, which draws them itself.
    """
    spec = work.visit
    shown = slice(0, 0 if spec.url else spec.visits)
    images, labels = np.array(data.images[shown]), data.labels[shown]
    if isinstance(work.attack, Attack):
        made = work.attack.perturb(reader, images, labels, [spec.epsilon], work.seed, no_progress)
        images = np.asarray(next(iter(made)).images)
    return images, [decode(label, alphabet) for label in labels]


@contextlib.contextmanager
def _page(work: Visit, images: npt.NDArray[Any], texts: list[str]) -> Iterator[CaptchaPage]:
    """Give the page of the sweep file, or this project's own, served as long as it is visited."""
    spec = work.visit
    if spec.url:
        yield CaptchaPage(url=spec.url, selectors=spec.selectors)
        return
    from harness.web.app import Site, create
    from harness.web.challenges import Challenges
    from harness.web.server import serving

    supply = iter(zip(images, texts, strict=True))
    site = Site(recognizer=None, challenges=Challenges(lambda: next(supply), attempts=None))
    ready = DRAWN if spec.variant == "canvas" else ""
    with serving(create(site)) as url:
        address = f"{url}/challenge?variant={spec.variant}"
        yield CaptchaPage(url=address, selectors=Selectors(ready=ready))
