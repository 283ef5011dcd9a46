"""The accuracy under attack that a robust training is watched by, on validation captchas."""

from typing import TYPE_CHECKING

from harness.progress import no_progress
from harness.readers import GradientReader

if TYPE_CHECKING:
    from harness.images.labelled import LabelledImages

ROBUST = "validation_robust_accuracy"
CERTIFIED = "validation_certified_accuracy"
IMAGES, STEPS = 1000, 20  # enough to see a training rise; the sweep's attacks measure its end


def robust_accuracy(reader: GradientReader, validation: "LabelledImages", epsilon: float) -> float:
    """Measure the share of validation captchas that PGD (linf) leaves wholly right."""
    from harness.attacks.pgd import Pgd

    images, labels = validation.images[:IMAGES], validation.labels[:IMAGES]
    attack = Pgd(steps=STEPS, goal="any")
    (perturbed,) = attack.perturb(reader, images, labels, [epsilon], 0, no_progress)
    classes = reader.read(perturbed.images)
    return float((classes == labels).all(axis=1).mean())
