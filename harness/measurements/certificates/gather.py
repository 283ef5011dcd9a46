"""Rows of certified.csv: what breakers certify at each radius."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from harness.attacks.radii import radii
from harness.measurements.certificates.run import CERTIFICATE
from harness.measurements.certificates.work import CertificateEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import histogram
from harness.results import checks
from harness.results.rows.certified import CertifiedRow
from harness.results.tally import Tally


def gather_certificates(finished: FinishedSteps) -> dict[str, Sequence[CertifiedRow]]:
    """Gather a row for each breaker that certifies, and radius."""
    entries = finished.plan.find(CertificateEntry)
    return {"certified": [row for entry in entries for row in _rows(finished, entry)]}


def _rows(finished: FinishedSteps, entry: CertificateEntry) -> Iterator[CertifiedRow]:
    row = partial(CertifiedRow, dataset=entry.dataset, breaker=entry.breaker, defense=entry.defense)
    if not finished.has(entry.certificate, entry.reading):
        status = finished.status(entry.certificate)
        for epsilon in radii(finished.sweep.epsilons):
            yield row(epsilon=epsilon, status=status)
        return
    path = finished.artifacts[entry.certificate].path / CERTIFICATE
    full = finished.lengths(entry.reading)
    wrong = finished.right(entry.reading) < full
    with np.load(path, allow_pickle=False) as bounds:
        columns = (bounds[name] for name in ("epsilons", "held", "at_once", "refuted"))
        for epsilon, held, at_once, refuted in zip(*columns, strict=True):
            yield row(
                epsilon=float(epsilon),
                accuracy=finished.accuracy(held, full, entry.certificate, str(epsilon)),
                at_once=Tally(counts=histogram(at_once, full)),
                n_refuted=int((refuted | wrong).sum()),
                warnings=checks.few_captchas(len(full)),
            )
