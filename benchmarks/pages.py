"""The pages: visits of Chromium, and /predict under load."""

import http.client
import json
import threading
import time
from base64 import b64encode

import numpy as np

from benchmarks.measured import HOME, carried_out
from benchmarks.page import table
from harness.images import pictures
from harness.results.tally import percent
from harness.sweep import sweepfile
from harness.web.app import Site, create
from harness.web.recognizer import recognizer
from harness.web.server import serving
from workers.home import start
from workers.run import Run

CLIENTS, SECONDS = 4, 60.0


def measure() -> str:
    """The sweep `browser`, then its breaker behind /predict."""
    run = start(sweepfile.locate("browser"), HOME)
    found = carried_out(run)
    rows = [
        (
            one.variant,
            one.defense,
            percent(one.passed, one.visits),
            f"{100 * one.interval[0]:.1f} to {100 * one.interval[1]:.1f}",
            percent(one.offline or 0, one.visits),
            f"{one.p50_ms or 0:.0f}",
            f"{one.p95_ms or 0:.0f}",
            str(one.stuck),
        )
        for one in found.visits
    ]
    (breaker,) = run.sweep.breakers
    head = ("page", "perturbed by", "passed", "95 %", "offline", "p50 ms", "p95 ms", "stuck")
    return "\n\n".join(
        [
            "## The pages",
            "Sweep `browser`: captcha 0.7.1, 4 digits, whole_image; Chromium visits the challenge "
            "page, each time in a fresh context, one after the other, and types what the breaker "
            "reads. Offline: the same captchas, read from their files.",
            table(head, rows),
            _load(run, breaker),
        ]
    )


def _load(run: Run, breaker: str) -> str:
    """/predict at several clients for a while: throughput, latency, errors."""
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
        for one in clients:
            one.start()
        for one in clients:
            one.join()
    return (
        f"/predict, {CLIENTS} clients for {SECONDS:.0f} s: {len(taken) / SECONDS:,.0f} answers a "
        f"second, half of them within {1000 * np.quantile(taken, 0.5):.1f} ms, 95 % within "
        f"{1000 * np.quantile(taken, 0.95):.1f} ms; {len(wrong)} errors."
    )
