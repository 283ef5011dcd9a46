"""What holds after each epoch of a robust training, on validation captchas."""

from typing import Any

from harness.images.labelled import LabelledImages
from harness.progress import no_progress

ROBUST = "validation_robust_accuracy"
CERTIFIED = "validation_certified_accuracy"
IMAGES, STEPS = 1000, 20  # enough to see a training rise; the sweep's attacks measure its end


def held(reader: Any, validation: LabelledImages, epsilon: float) -> float:
    """Share of some validation captchas that PGD within a ball (linf) leaves wholly right."""
    from harness.attacks.pgd import Pgd

    images, labels = validation.images[:IMAGES], validation.labels[:IMAGES]
    attack = Pgd(steps=STEPS, goal="any")
    (found,) = attack.perturb(reader, images, labels, [epsilon], 0, no_progress)
    classes = reader.read(found.images)
    return float((classes == labels).all(axis=1).mean())
