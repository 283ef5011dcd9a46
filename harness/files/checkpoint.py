"""What a training that is cut short goes on from: its variables, and what it has noted."""

import json
import os
import time
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

EVERY = 15.0  # seconds between two of them
SAID = "said"


class Checkpoint:
    """One file, replaced as a whole: a kill at any moment leaves the old one or the new one.

    Attributes:
        file: where it is kept; None: nowhere, and nothing is gone on from.
        spent: seconds of the work that was cut short, and is gone on from.
    """

    def __init__(self, file: Path | None = None, every: float = EVERY) -> None:
        """Look at nothing yet.

        Args:
            file: a .npz.
            every: seconds that must have passed since the last one.
        """
        self.file, self.every, self.spent = file, every, 0.0
        self._begun = self._last = time.monotonic()

    def save(self, variables: Sequence[Any], more: Sequence[npt.NDArray[Any]], facts: Any) -> None:
        """Keep Keras variables, more arrays, and what JSON can hold, unless that was just done."""
        now = time.monotonic()
        if self.file is None or now - self._last < self.every:
            return
        said = json.dumps({"facts": facts, "spent": self.spent + now - self._begun}).encode()
        arrays = [*map(np.asarray, variables), *more]
        named = {f"a{number:06d}": array for number, array in enumerate(arrays)}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(f".{self.file.name}-{uuid.uuid4().hex[:8]}")
        with draft.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **named, **{SAID: np.frombuffer(said, np.uint8)})
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.file)
        self._last = time.monotonic()

    def restore(self, variables: Sequence[Any]) -> tuple[list[npt.NDArray[Any]], Any] | None:
        """Give Keras variables the values that were kept last.

        Returns:
            The other arrays, and the facts; None where nothing was kept, or where the file is
            damaged or does not fit (an edition of Keras that has other variables).
        """
        if self.file is None or not self.file.is_file():
            return None
        try:
            # Opened here, because numpy leaves a file open that turns out to be no archive.
            with self.file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                said = json.loads(kept[SAID].tobytes())
                arrays = [kept[name] for name in sorted(kept.files) if name != SAID]
                facts, spent = said["facts"], float(said["spent"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        shapes = [array.shape for array in arrays[: len(variables)]]
        if shapes != [tuple(variable.shape) for variable in variables]:
            return None
        for variable, array in zip(variables, arrays, strict=False):
            variable.assign(array)
        self.spent = spent
        return arrays[len(variables) :], facts

    def drop(self) -> None:
        """Give the training is done: remove it."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


NOWHERE = Checkpoint()
