"""Our own detector: every sign there is, and the strangest decides."""

from typing import Any

from harness.detectors.detector import Denoise, Signs
from harness.detectors.joint import Joint
from harness.detectors.once import Once


class Strangest(Joint):
    """The signs of `joint`, and two more: a hesitant answer, and a rough picture.

    Large perturbations leave noise that no pen leaves; the nearest misread image has none to see,
    but lies beside the boundary. Each sign is measured by how rare it is among clean captchas, so
    that nothing is learned from attacks.
    """

    def signs(self, reader: Any, denoise: Denoise) -> Signs:
        """See Detector.signs."""
        from harness.defenses.median import Median
        from harness.detectors.signs import hesitant, rough, squeezed, together

        smooth = Once(Median(size=3).filter())
        return together(
            super().signs(reader, denoise),
            squeezed(reader, [smooth, denoise]),
            hesitant(reader),
            rough(smooth),
        )
