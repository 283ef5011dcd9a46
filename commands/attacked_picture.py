"""What became of a photograph that was attacked: probabilities, and three pictures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.attacks.photo_classifier_attack import AttackedPhotograph
from harness.errors import HarnessError, SpecError
from harness.images.pictures import keep

SHOWN = 5  # classes before and after
PICTURES = ("before", "after", "difference")


@dataclass(frozen=True)
class AttackedPicture:
    """The outcome of an attack on a photograph.

    Attributes:
        names: of the classes.
        target: number of the class that was aimed at.
        epsilon: the radius, on the scale from -1 to 1.
        outcome: the pictures and the probabilities.
        seconds: that the attack took.
    """

    names: tuple[str, ...]
    target: int
    epsilon: float
    outcome: AttackedPhotograph
    seconds: float

    @property
    def reached(self) -> float:
        """Give the probability of the target in the end, 0 to 1."""
        return float(self.outcome.chances_after[self.target])

    def as_text(self) -> str:
        """Write the likeliest classes before and after, and how far the target came."""
        return "\n".join(
            [
                f"before: {self._likeliest(self.outcome.chances_before)}",
                f"after: {self._likeliest(self.outcome.chances_after)}",
                f"{self.names[self.target]}: {100 * self.reached:.1f} % after "
                f"{len(self.outcome.rises)} steps and {self.seconds:.1f} s, within "
                f"{self.epsilon:g} of each pixel",
            ]
        )

    def _likeliest(self, chances: npt.NDArray[np.float32]) -> str:
        """Write the most likely classes and their probabilities."""
        order = chances.argsort()[::-1][:SHOWN]
        return ", ".join(f"{self.names[each]} {100 * chances[each]:.1f} %" for each in order)

    def write(self, folder: Path) -> float:
        """Write the three pictures as 16-bit PNG files, and give the factor of the difference.

        Raises:
            RequirementError: the folder cannot be written.
        """
        before, after = self.outcome.before, self.outcome.after
        largest = float(np.abs(after - before).max())
        factor = 1 / largest if largest else 1.0
        pictures = dict(zip(PICTURES, (before, after, (after - before) * factor), strict=True))
        keep(folder, {name: (np.clip(image, -1, 1) + 1) / 2 for name, image in pictures.items()})
        return factor

    def require(self, probability: float) -> None:
        """Refuse an attack that has not come as far as was asked.

        Raises:
            HarnessError: the target's probability is not above this one.
        """
        if self.reached <= probability:
            raise HarnessError(
                f"{self.names[self.target]} reached {100 * self.reached:.1f} % and not "
                f"{100 * probability:.1f} %; give more --steps or a larger --epsilon"
            )


def require_new(folder: Path) -> None:
    """Refuse a folder that has one of the pictures.

    Raises:
        SpecError: it has; no file is replaced.
    """
    for name in PICTURES:
        if (folder / f"{name}.png").exists():
            raise SpecError(f"{folder} has {name}.png, which stays; name another folder with --out")
