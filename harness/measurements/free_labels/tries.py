"""Tries at a site: which captchas were answered, by which reader, and which answers were right."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from harness.array_types import Rows
from harness.pipeline.store import Artifact

TRIES = "tries.npz"
HELD_OUT_OF, MOST_HELD_OUT = 10, 100  # one in ten accepted captchas, and no more than 100


@dataclass(frozen=True)
class Tries:
    """The tries of one round, one for each captcha.

    Attributes:
        rows: of the captchas in the training split, int64 [n].
        readers: number of the reader that answered, int64 [n].
        accepted: whether the site let it in, bool [n].
        held_out: accepted captchas that nothing learns from, bool [n].
        explored: whether the answer was another one than the reader's, bool [n].
    """

    rows: Rows
    readers: npt.NDArray[np.int64]
    accepted: npt.NDArray[np.bool_]
    held_out: npt.NDArray[np.bool_]
    explored: npt.NDArray[np.bool_]

    def save(self, folder: Path) -> None:
        """Write tries.npz."""
        np.savez(folder / TRIES, allow_pickle=False, **vars(self))

    @classmethod
    def load(cls, collection: Artifact) -> Self:
        """Read tries.npz of a collection."""
        with np.load(collection.path / TRIES, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


@dataclass(frozen=True)
class Record:
    """The record of some readers at a site: all that an attacker can know of them.

    Attributes:
        tries: of each reader, int64 [readers].
        accepted: of them, int64 [readers].
    """

    tries: npt.NDArray[np.int64]
    accepted: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rounds: Iterable[Tries], readers: int) -> Self:
        """Count tries and accepted ones of each reader over rounds, for answers of its own."""
        tries, accepted = (np.zeros(readers, np.int64) for _ in range(2))
        for each in rounds:
            plain = ~each.explored
            tries += np.bincount(each.readers[plain], minlength=readers)
            accepted += np.bincount(each.readers[plain & each.accepted], minlength=readers)
        return cls(tries, accepted)

    def best(self) -> int:
        """Give the reader whose answers are accepted most often; of equal ones, the newest.

        A reader that was never tried comes last.
        """
        rates = np.where(self.tries > 0, self.accepted / np.maximum(self.tries, 1), -1.0)
        return len(rates) - 1 - int(np.argmax(rates[::-1]))


def held_out(accepted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Choose accepted captchas that nothing will learn from: every tenth, 100 at most.

    Args:
        accepted: bool [n].

    Returns:
        bool [n].
    """
    chosen = np.zeros(len(accepted), bool)
    chosen[np.flatnonzero(accepted)[HELD_OUT_OF - 1 :: HELD_OUT_OF][:MOST_HELD_OUT]] = True
    return chosen


def labelled_rows(collections: Iterable[Artifact]) -> Rows:
    """List the captchas that a site has labelled and that may be learned from, int64 [n]."""
    rounds = map(Tries.load, collections)
    rows = [each.rows[each.accepted & ~each.held_out] for each in rounds]
    return np.concatenate(rows) if rows else np.empty(0, np.int64)
