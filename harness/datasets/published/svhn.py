"""Generator `svhn`: 73,257 real house numbers, 32 x 32 in color (Netzer and others 2011)."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from harness.array_types import Shape
from harness.datasets.ready_made import Choice, Chosen, ReadyMade
from harness.errors import SpecError
from harness.seeds import child_seed

PICTURES = 73_257
# Pictures in file order, that many at a time, stay in one split: those of one house are neighbors.
TOGETHER = 50


class Svhn(ReadyMade):
    """Street View House Numbers: real digits, one in the middle, parts of others at the edges."""

    one_pool: ClassVar[bool] = True

    undigested: ClassVar[frozenset[str]] = frozenset({"folder"})

    path: str = Field(
        "", description="a MATLAB file like train_32x32.mat; by default that file, downloaded"
    )
    folder: str = Field("", description="where a relative path starts, set by `located`; learned")
    contents: str = Field("", description="digest of the file, set by `resolved`; learned")

    @classmethod
    def located(cls, table: Mapping[str, object], folder: Path) -> Mapping[str, object]:
        """Keep the sweep file's folder, where a relative path starts."""
        return {**table, "folder": str(folder)}

    def resolved(self) -> Self:
        """Read the user's own file, and give the options with its digest.

        Raises:
            ValueError: it is missing, or not of this form.
        """
        if not self.path:
            return self
        self.check_counts(0, 0, 1)
        with self.file().open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()[:20]
        return self.model_copy(update={"contents": content})

    def contents_digest(self) -> str | None:
        """Give the digest of the user's own file; an empty text for the original."""
        return self.contents

    def file(self) -> Path:
        """Give the path of the user's own file."""
        return Path(self.folder) / Path(self.path).expanduser()

    def text_alphabet(self) -> str:
        """Give the ten digits."""
        return "0123456789"

    def text_length(self) -> int:
        """Give one digit."""
        return 1

    def image_shape(self) -> Shape:
        """Give 32 x 32 pixels in RGB."""
        return 32, 32, 3

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse counts above the number of pictures in the file."""
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
