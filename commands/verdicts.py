"""What a detector tells of image files, for people and for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from harness.errors import SpecError

if TYPE_CHECKING:
    from harness.detectors.judge import Judge, Verdict


@dataclass(frozen=True)
class JudgedFile:
    """An image file and its verdict.

    Attributes:
        file: the image file.
        name: what its pictures are called.
        verdict: None where the file could not be judged.
        error: why it could not; else empty.
    """

    file: Path
    name: str
    verdict: "Verdict | None"
    error: str = ""

    def as_json(self) -> dict[str, object]:
        """Give the verdict for programs."""
        if self.verdict is None:
            return {"file": str(self.file), "error": self.error}
        return {
            "file": str(self.file),
            "perturbed": self.verdict.perturbed,
            "score": self.verdict.score,
            "threshold": self.verdict.threshold,
            "texts": {view.name: view.text for view in self.verdict.views},
        }

    def as_text(self) -> str:
        """Write the verdict in a line."""
        if self.verdict is None:
            return f"{self.file}: {self.error}"
        answer = "perturbed" if self.verdict.perturbed else "not noticed"
        texts = ", ".join(f"{view.text!r} {view.name}" for view in self.verdict.views)
        score, threshold = self.verdict.score, self.verdict.threshold
        return f"{self.file}: {answer}, score {score:.2f} of {threshold:.2f}; {texts}"

    def pictures(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """Give the pictures that the detector compared, [height, width, channels], by name."""
        views = self.verdict.views if self.verdict else ()
        return {f"{self.name}-{view.name}".replace(" ", "-"): view.picture for view in views}


def judged(judge: "Judge", files: Sequence[Path]) -> Iterator[JudgedFile]:
    """Judge image files one after another; a file that holds no image has an error."""
    for file, name in zip(files, _names(files), strict=True):
        try:
            yield JudgedFile(file, name, judge.verdict(judge.open_image(file)))
        except SpecError as error:
            yield JudgedFile(file, name, None, str(error))


def _names(files: Sequence[Path]) -> list[str]:
    """Name the pictures of each file: by its name, with a number where another has the same."""
    seen: Counter[str] = Counter()
    names = []
    for file in files:
        seen[file.stem] += 1
        names.append(file.stem if seen[file.stem] == 1 else f"{file.stem}-{seen[file.stem]}")
    return names
