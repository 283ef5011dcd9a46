"""Base of the options of all breakers: networks that are trained here, and programs of others."""

from typing import ClassVar

from harness.options import Options


class BreakerOptions(Options):
    """Base of the options of all breakers."""

    sounds: ClassVar[bool] = False  # it listens to waves; otherwise it looks at pictures

    def draws_each_epoch(self) -> bool:
        """Tell whether each epoch of the training has captchas of its own."""
        return False

    def repetition(self) -> int:
        """Give the number in which repeated trainings differ; 0 where nothing is repeated."""
        return 0
