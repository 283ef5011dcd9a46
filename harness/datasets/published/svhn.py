"""SVHN: 73,257 real house numbers of 32 x 32 in color (Netzer and others 2011)."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, ValidationInfo, model_validator

from harness.datasets.ready_made import Choice, Chosen, ReadyMade
from harness.errors import SpecError
from harness.seeds import child_seed
from harness.specs import is_kept

PICTURES = 73_257
TOGETHER = 50  # pictures that follow each other: those of one house are in one split


class Svhn(ReadyMade):
    """Real house numbers: one digit in the middle, its neighbours cut off at the edge."""

    one_pool: ClassVar[bool] = True

    undigested: ClassVar[frozenset[str]] = frozenset({"folder"})

    path: str = Field("", description="a .mat like train_32x32.mat; by default the original")
    folder: str = Field("", description="where a relative path starts; learned")
    contents: str = Field("", description="digest of the file; learned")

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
        """Let a relative path start at the sweep file's folder."""
        return {**table, "folder": str(folder)}

    @model_validator(mode="after")
    def _looked_at(self, info: ValidationInfo) -> Self:
        if self.path and not is_kept(info):
            self.check_counts(0, 0, 1)
            with self.file().open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()[:20]
            object.__setattr__(self, "contents", content)
        return self

    def file(self) -> Path:
        """Give the .mat of a sweep file."""
        return Path(self.folder) / Path(self.path).expanduser()

    def text_alphabet(self) -> str:
        """Give the ten digits."""
        return "0123456789"

    def text_length(self) -> int:
        """Give one digit."""
        return 1

    def image_shape(self) -> tuple[int, int, int]:
        """32 x 32, in color."""
        return 32, 32, 3

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse more pictures than there are."""
        from harness.datasets.published.svhn_source import counted

        try:
            there = counted(self.file()) if self.path else PICTURES
        except SpecError as error:
            raise ValueError(str(error)) from None
        asked = train + validation + test
        if asked > there:
            raise ValueError(
                f"train + validation + test = {asked}; {self.path or 'SVHN'} has {there}"
            )

    def choose(self, wanted: Choice) -> Chosen:
        """Choose digits; see ReadyMade.choose.

        Digits of one house number follow each other in the file, and each shows a piece of the
        next: what is shuffled, and cut into splits, are stretches of the file.
        """
        from harness.datasets.published.svhn_source import fetch, read

        file = self.file() if self.path else fetch(wanted.sources)
        images, labels = read(file)
        stretches = np.array_split(np.arange(len(labels)), -(-len(labels) // TOGETHER))
        numbers = np.random.default_rng(child_seed(wanted.seed, "svhn"))
        order = np.concatenate([stretches[n] for n in numbers.permutation(len(stretches))])
        chosen = np.sort(order[wanted.skip : wanted.skip + wanted.count])
        return Chosen(np.ascontiguousarray(images[chosen]), labels[chosen][:, None])
