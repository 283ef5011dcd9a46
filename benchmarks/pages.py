"""The pages: visits of Chromium, and /predict under load."""

import http.client
import json
import threading
import time
from base64 import b64encode
from dataclasses import dataclass

import numpy as np

from benchmarks import visit_speed
from benchmarks.measured import HOME, carried_out
from benchmarks.visit_speed import VisitSpeed
from harness.images import pictures
from harness.runs.creation import start
from harness.runs.run import Run
from harness.sweep import sweepfile
from harness.web.app import Site, create
from harness.web.recognizer import recognizer
from harness.web.server import serving
from reports.sections import visits
from reports.sections.visits import PageVisits

CLIENTS, SECONDS = 4, 60.0


@dataclass(frozen=True)
class Load:
    """/predict under load: seconds of each answer, and how many were wrong."""

    clients: int
    seconds: float
    answers: tuple[float, ...]
    errors: int

    @property
    def per_second(self) -> float:
        """Count the answers a second."""
        return len(self.answers) / self.seconds

    def within(self, share: float) -> float:
        """Give the milliseconds within which a share of the answers came."""
        return float(1000 * np.quantile(self.answers, share))


@dataclass(frozen=True)
class Pages:
    """Visits of Chromium to each page, and the breaker behind /predict."""

    visits: tuple[PageVisits, ...]
    load: Load
    speeds: tuple[VisitSpeed, ...] = ()


def measure() -> Pages:
    """Carry out the sweep `browser`, then put its breaker behind /predict."""
    run = start(sweepfile.locate("browser"), HOME)
    content = visits.content(carried_out(run))
    (breaker,) = run.sweep.breakers
    return Pages(content.pages if content else (), _load(run, breaker), visit_speed.measure())


def _load(run: Run, breaker: str) -> Load:
    """Ask /predict with several clients for a while."""
    answers = recognizer(breaker, run.trained(breaker))
    numbers = np.random.default_rng(0)
    images = [numbers.integers(0, 256, answers.shape).astype(np.uint8) for _ in range(20)]
    bodies = [
        json.dumps({"image": b64encode(pictures.png(image)).decode()}).encode() for image in images
    ]
    taken: list[float] = []
    wrong: list[int] = []
    with serving(create(Site(answers, None))) as url:
        port = int(url.rsplit(":", 1)[1])
        until = time.perf_counter() + SECONDS

        def ask(first: int) -> None:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            number = first
            while (begin := time.perf_counter()) < until:
                line.request("POST", "/predict", bodies[number % len(bodies)])
                answer = line.getresponse()
                answer.read()
                taken.append(time.perf_counter() - begin)
                wrong.extend([answer.status] if answer.status != http.client.OK else [])
                number += 1
            line.close()

        clients = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    return Load(CLIENTS, SECONDS, tuple(taken), len(wrong))
