"""Fresh captchas for each epoch of a training: the next ones are drawn while it trains on these."""

import tempfile
from pathlib import Path
from types import TracebackType

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS, ParallelDrawing
from harness.datasets.generator import Generator, Images, Labels
from harness.seeds import child_seed


class FreshEpochs:
    """Fresh captchas for each epoch, from one process that draws an epoch ahead.

    Only the present and the next epoch are on disk. Captcha i of epoch n depends on (seed, n,
    i) and the options alone.
    """

    def __init__(
        self, name: str, generator: Generator, seed: int, count: int, folder: Path
    ) -> None:
        """Take what is to be drawn: `count` captchas an epoch, in files below `folder`."""
        self.name, self.generator, self.seed, self.count = name, generator, seed, count
        self.folder = folder
        self.ahead: tuple[int, tempfile.TemporaryDirectory[str], ParallelDrawing] | None = None
        self.used: tempfile.TemporaryDirectory[str] | None = None

    def epoch(self, number: int, last: bool) -> tuple[Images, Labels]:
        """Give the captchas of an epoch, memory-mapped until the next call.

        Args:
            number: 1, 2, ... in their order.
            last: whether no further epoch will be asked for.
        """
        if self.ahead is None or self.ahead[0] != number:
            self._draw(number)
        if self.ahead is None:
            raise AssertionError("an epoch is being drawn")
        _number, directory, drawing = self.ahead
        with drawing:
            drawing.wait()
        if self.used:
            self.used.cleanup()
        self.used, self.ahead = directory, None
        if not last:
            self._draw(number + 1)
        images, labels = (
            np.load(Path(directory.name) / file, mmap_mode="r", allow_pickle=False)
            for file in (IMAGES, LABELS)
        )
        return images, labels

    def _draw(self, number: int) -> None:
        self._stop()
        directory = tempfile.TemporaryDirectory(dir=self.folder, prefix=f"epoch-{number}-")
        seed = child_seed(self.seed, "endless", number)
        path = Path(directory.name)
        drawing = ParallelDrawing(self.name, self.generator, seed, self.count, path, processes=1)
        self.ahead = number, directory, drawing

    def _stop(self) -> None:
        if self.ahead:
            _number, directory, drawing = self.ahead
            drawing.__exit__()
            directory.cleanup()
            self.ahead = None

    def __enter__(self) -> "FreshEpochs":
        """Return itself: nothing is drawn before `epoch`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing, and remove all files."""
        self._stop()
        if self.used:
            self.used.cleanup()
