"""Certificates, carried out: bounds on what any image within a radius makes a breaker read."""

import numpy as np
import numpy.typing as npt

from harness.measurements.certificates.work import Certify
from harness.measurements.inputs import labelled
from harness.metrics import text_lengths
from harness.pipeline.context import StepContext

CERTIFICATE = "certificate.npz"


def certify(work: Certify, context: StepContext) -> None:
    """Bound what a breaker can read of any image around each captcha, at each radius.

    Args:
        work: the breaker, the radii, and into how many boxes a ball may be cut.
        context: gets certificate.npz: epsilons [e], at_once and held [e, n]: characters that are
            certified without and with cutting, refuted [e, n].
    """
    from harness.breakers import saved_breaker
    from harness.defenses.branch_and_bound import certify_characters

    model, _spec = saved_breaker.load(context.inputs[work.breaker].path)
    data = labelled(context.inputs[work.test])
    bounds = [
        certify_characters(model, data.images, data.labels, epsilon, work.boxes, context.progress)
        for epsilon in work.epsilons
    ]
    lengths = text_lengths(data.labels, data.blank)

    def sure(positions: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Count the certified characters of each captcha: all, where blanks are too."""
        counts: npt.NDArray[np.int64] = np.maximum(lengths - np.sum(~positions, axis=1), 0)
        return counts

    np.savez(
        context.folder / CERTIFICATE,
        allow_pickle=False,
        epsilons=work.epsilons,
        at_once=np.array([sure(bound.at_once) for bound in bounds]),
        held=np.array([sure(bound.held) for bound in bounds]),
        refuted=np.array([bound.refuted.any(axis=1) for bound in bounds]),
    )
