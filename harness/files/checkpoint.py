"""Checkpoints: the variables and notes from which a training that was cut short goes on."""

import json
import os
import time
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from harness.options import Json

EVERY = 15.0  # seconds between two of them
NOTES = "said"  # key of the notes in the file; older checkpoints have it too
Arrays = Sequence[npt.NDArray[np.generic]]


class Variable(Protocol):
    """A variable of Keras."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Give its shape."""

    def assign(self, value: npt.NDArray[np.generic], /) -> object:
        """Set its value."""

    def __array__(self) -> npt.NDArray[np.generic]:
        """Give its value."""


class Checkpoint:
    """The checkpoint of one training: a file that is replaced at once, so never half written.

    Attributes:
        file: where it is kept; None: nothing is kept or restored.
        seconds_before: seconds of the training before it was cut short, once it is restored.
    """

    def __init__(self, file: Path | None = None, every: float = EVERY) -> None:
        """Name the file; nothing is read yet.

        Args:
            file: a .npz.
            every: seconds between two checkpoints.
        """
        self.file, self.every, self.seconds_before = file, every, 0.0
        self._begun = self._last = time.monotonic()

    def save(self, variables: Sequence[Variable], more: Arrays, facts: Json) -> None:
        """Write Keras variables, more arrays and facts, unless that was done a moment ago."""
        now = time.monotonic()
        if self.file is None or now - self._last < self.every:
            return
        notes = json.dumps(
            {"facts": facts, "spent": self.seconds_before + now - self._begun}
        ).encode()
        arrays = [*map(np.asarray, variables), *more]
        named = {f"a{number:06d}": array for number, array in enumerate(arrays)}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(f".{self.file.name}-{uuid.uuid4().hex[:8]}")
        with draft.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **named, **{NOTES: np.frombuffer(notes, np.uint8)})
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.file)
        self._last = time.monotonic()

    def restore(
        self, variables: Sequence[Variable]
    ) -> tuple[list[npt.NDArray[Any]], Json] | None:  # arrays of the kinds that were saved
        """Set Keras variables to the values that were saved last.

        Returns:
            The other arrays, and the facts; None where nothing was kept, or where the file is
            damaged or does not fit (an edition of Keras that has other variables).
        """
        if self.file is None or not self.file.is_file():
            return None
        try:
            # Opened here, because numpy leaves a file open that turns out to be no archive.
            with self.file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                notes = json.loads(kept[NOTES].tobytes())
                arrays = [kept[name] for name in sorted(kept.files) if name != NOTES]
                facts, spent = notes["facts"], float(notes["spent"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        shapes = [array.shape for array in arrays[: len(variables)]]
        if shapes != [tuple(variable.shape) for variable in variables]:
            return None
        for variable, array in zip(variables, arrays, strict=False):
            variable.assign(array)
        self.seconds_before = spent
        return arrays[len(variables) :], facts

    def drop(self) -> None:
        """Remove the file, once the training is done."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


NO_CHECKPOINT = Checkpoint()
