"""What every generator promises: labelled images, each a function of (seed, index)."""

from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.errors import SpecError
from harness.specs import Options

NARROWEST = 6  # pixels for a character, below which nobody can read it
LARGEST_ALPHABET = 255  # labels are stored as uint8, and one number stands for no character
Points = Annotated[int, Field(ge=NARROWEST)]  # of a font
Length = Annotated[int, Field(ge=1, le=16)]
Split = Literal["train", "validation", "test"]
Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]
Color = Literal["gray", "rgb"]


class Watch(Protocol):
    """Who wants to hear of progress: `done` of `total`, and a word on what it is."""

    def __call__(self, done: int, total: int, word: str = "", /) -> None: ...


def unwatched(done: int, total: int, word: str = "") -> None:
    """Nobody watches."""


class Generator(Options):
    """Base of all generators: the options say what is drawn, `draw` draws it."""

    sounds: ClassVar[bool] = False  # waves instead of pictures: images of one row of samples
    foreign: ClassVar[bool] = False  # runs code of the user's: drawn by processes of their own only

    def text_alphabet(self) -> str:
        """Give the characters in the order of their class numbers."""
        raise NotImplementedError

    def text_length(self) -> int:
        """Characters of the longest captcha."""
        raise NotImplementedError

    def blank(self) -> int | None:
        """The class that stands for no character; None where all texts have the same length."""
        return None

    def image_shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        raise NotImplementedError

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse counts that the source does not hold.

        Raises:
            ValueError: with the value and the limit.
        """

    def warnings(self) -> tuple[str, ...]:
        """Say what is odd about the source, a line each, its kind in front."""
        return ()

    def require(self) -> None:
        """Look for what drawing needs and not everybody has.

        Raises:
            SkippedError: a package is not installed; how to get it.
        """

    def enter(self) -> None:
        """Prepare a process that does nothing but draw.

        Raises:
            HarnessError: what drawing needs is gone, or another than it was.
        """

    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Draw captcha `index` of the stream `seed`.

        Returns:
            uint8 [height, width, channels] and class numbers uint8 [length]; a shorter text is
            filled up with blanks.
        """
        raise NotImplementedError


def encode(text: str, alphabet: str) -> Labels:
    """Class numbers of a text.

    Raises:
        SpecError: a character is not of the alphabet.
    """
    for character in text:
        if character not in alphabet:
            raise SpecError(
                f"label {text!r}: character {character!r} is not in the alphabet {alphabet!r}; "
                "add it to `alphabet` or correct the label"
            )
    return np.array([alphabet.index(character) for character in text], np.uint8)


def decode(classes: npt.NDArray[Any], alphabet: str) -> str:
    """Give the text of class numbers [length]; a blank gives no character."""
    return "".join(alphabet[number] for number in classes if number < len(alphabet))
