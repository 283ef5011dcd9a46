"""Carries out certificates: what no attack within a radius can change."""

from typing import Any

import numpy as np

from harness.measurements.certificates.spec import Certify
from harness.measurements.inputs import labelled
from harness.metrics import text_lengths
from harness.pipeline.context import StepContext

CERTIFICATE = "certificate.npz"


def certify(work: Certify, context: StepContext) -> None:
    """Bound what a breaker can answer around each captcha, at each radius.

    Args:
        work: the breaker, the radii, and into how many boxes a ball may be cut.
        context: gets certificate.npz: epsilons [e], at_once and held [e, n]: characters that are
            certified without and with cutting, refuted [e, n].
    """
    from harness.breakers import weights
    from harness.defenses.bisection import certify_characters

    model, _spec = weights.load(context.inputs[work.breaker].path)
    data = labelled(context.inputs[work.test])
    bounds = [
        certify_characters(model, data.images, data.labels, epsilon, work.boxes, context.progress)
        for epsilon in work.epsilons
    ]
    lengths = text_lengths(data.labels, data.blank)

    def sure(places: Any) -> Any:
        """Count the characters of each captcha: all only where no place is open, blanks too."""
        return np.maximum(lengths - np.sum(~places, axis=1), 0)

    np.savez(
        context.folder / CERTIFICATE,
        allow_pickle=False,
        epsilons=work.epsilons,
        at_once=np.array([sure(each.at_once) for each in bounds]),
        held=np.array([sure(each.held) for each in bounds]),
        refuted=np.array([each.refuted.any(axis=1) for each in bounds]),
    )
