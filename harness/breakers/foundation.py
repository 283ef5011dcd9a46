"""The foundation breaker: a network of this project that has read captchas of many kinds."""

import functools
import hashlib
from typing import ClassVar, Self

from pydantic import Field, ValidationInfo, model_validator

from harness.breakers.network import Answers
from harness.errors import HarnessError
from harness.fixture_folders import fixture_folder
from harness.options import Options, is_kept

SHORTEST, LONGEST = 3, 8  # characters of the captchas that it has learned from
FOLDER = fixture_folder("foundation")


class Foundation(Options):
    """Trained by this project on captchas of many kinds; reads yours without any training.

    It answers with characters of the data set's alphabet only, and as many as its captchas have.
    Its weights are in fixtures/foundation; fixtures/sweeps/foundation.toml makes them again.
    """

    shows: ClassVar[Answers] = "gradients"

    weights: str = Field("", description="digest of its weights; learned")

    @model_validator(mode="after")
    def _present(self, info: ValidationInfo) -> Self:
        if not is_kept(info):
            object.__setattr__(self, "weights", shipped())
        return self

    def check(self) -> None:
        """Refuse weights that are not those that a run was begun with.

        Raises:
            HarnessError: they have changed since.
        """
        if self.weights != digest_of_weights():
            raise HarnessError(
                "the foundation breaker has other weights than when this run was begun; run its "
                "sweep again, which makes a new run of it"
            )


@functools.cache
def shipped() -> str:
    """Give the digest of the weights as this process has first seen them.

    A plan asks for it at each training, and reading them takes ten times as long as planning one.
    """
    return digest_of_weights()


def digest_of_weights() -> str:
    """Give the digest of the files in fixtures/foundation that say what it reads."""
    content = hashlib.sha256()
    for name in ("breaker.json", "weights.npz"):
        content.update((FOLDER / name).read_bytes())
    return content.hexdigest()[:20]
