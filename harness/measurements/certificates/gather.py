"""What breakers certify at each radius."""

from collections.abc import Iterator

import numpy as np

from harness.results.document import checks
from harness.measurements.certificates.run import CERTIFICATE
from harness.measurements.finished import FinishedSteps
from harness.metrics import histogram
from harness.pipeline.plan import Plan
from harness.results.rows.certified import CertifiedRow
from harness.results.tally import Tally


def certified_rows(present: FinishedSteps, plan: Plan) -> Iterator[CertifiedRow]:
    """A row for each breaker that certifies, and radius."""
    for one in plan.certificates:
        known = {"dataset": one.dataset, "breaker": one.breaker, "defense": one.defense}
        if one.certificate not in present.artifacts or one.reading not in present.artifacts:
            status = present.status(one.certificate)
            for epsilon in sorted(set(present.sweep.epsilons)):
                yield CertifiedRow(**known, epsilon=epsilon, status=status)
            continue
        path = present.artifacts[one.certificate].path / CERTIFICATE
        with np.load(path, allow_pickle=False) as found:
            full = present.lengths(one.reading)
            wrong = present.right(one.reading) < full
            told = (found[name] for name in ("epsilons", "held", "at_once", "refuted"))
            for epsilon, held, at_once, refuted in zip(*told, strict=True):
                yield CertifiedRow(
                    **known,
                    epsilon=float(epsilon),
                    accuracy=present.accuracy(held, full, one.certificate, str(epsilon)),
                    at_once=Tally(counts=histogram(at_once, full)),
                    n_refuted=int((refuted | wrong).sum()),
                    warnings=checks.counted(len(full)),
                )
