"""What no attack can change: certificates of a breaker at several radii."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.progress import Progress
from harness.metrics import text_lengths
from harness.measurements.certificates.spec import Certify

CERTIFICATE = "certificate.npz"


def certify(work: Certify, model: Any, data: Any, folder: Path, progress: Progress) -> None:
    """Bound what a breaker can answer around each captcha, at each radius.

    Args:
        work: the radii, and into how many boxes a ball may be cut.
        model: a Keras model with bounds.
        data: LabelledImages of the test split.
        folder: gets certificate.npz: epsilons [e], at_once and held [e, n]: characters that are
            certified without and with cutting, refuted [e, n].
        progress: told how far it is.
    """
    from harness.defenses.bisection import certified

    bounds = [
        certified(model, data.images, data.labels, epsilon, work.boxes, progress)
        for epsilon in work.epsilons
    ]
    lengths = text_lengths(data.labels, data.blank)

    def sure(places: Any) -> Any:
        """Count the characters of each captcha: all only where no place is open, blanks too."""
        return np.maximum(lengths - np.sum(~places, axis=1), 0)

    np.savez(
        folder / CERTIFICATE,
        allow_pickle=False,
        epsilons=work.epsilons,
        at_once=np.array([sure(each.at_once) for each in bounds]),
        held=np.array([sure(each.held) for each in bounds]),
        refuted=np.array([each.refuted.any(axis=1) for each in bounds]),
    )
