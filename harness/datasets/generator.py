"""Base of all generators: labelled captchas, each a function of a seed and an index."""

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.array_types import Shape
from harness.errors import SpecError
from harness.options import Options

NARROWEST = 6  # pixels for a character, below which nobody can read it
LARGEST_ALPHABET = 255  # labels are stored as uint8, and one number stands for no character
Points = Annotated[int, Field(ge=NARROWEST)]  # of a font
Length = Annotated[int, Field(ge=1, le=16)]
Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]
Color = Literal["gray", "rgb"]


class Generator(Options):
    """Base of all generators: the options say what is drawn, `draw` draws it."""

    sounds: ClassVar[bool] = False  # waves instead of pictures: images of one row of samples
    foreign: ClassVar[bool] = False  # runs code of the user's: drawn by processes of their own only
    stands_in: ClassVar[bool] = False  # for captchas that only visits see: no figure is made of it

    def resolved(self) -> Self:
        """Look up what the options refer to (folders, files), and give them with what was read.

        A sweep file is resolved once; a run keeps what was read.

        Raises:
            ValueError: it cannot be used; why, and what to do.
            RequirementError: the file system does not give a file now.
        """
        return self

    @abstractmethod
    def text_alphabet(self) -> str:
        """Give the characters in the order of their class numbers."""

    @abstractmethod
    def text_length(self) -> int:
        """Give the number of characters of the longest captcha."""

    def shortest_text(self) -> int:
        """Give the number of characters of the shortest captcha; 0 where it is not known."""
        return self.text_length() if self.blank() is None else 0

    def blank(self) -> int | None:
        """Give the class that stands for no character; None where all texts have one length."""
        return None

    @abstractmethod
    def image_shape(self) -> Shape:
        """Give height, width and channels of a captcha."""

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse counts that the source does not hold.

        Raises:
            ValueError: with the value and the limit.
        """

    def warnings(self) -> tuple[str, ...]:
        """List what is odd about the captchas, a line each that begins with its kind."""
        return ()

    def require(self) -> None:
        """Check that the optional packages that drawing needs are installed.

        Raises:
            SkippedError: a package is not installed; how to get it.
        """

    def enter(self) -> None:
        """Prepare a process that does nothing but draw, before its first captcha.

        Raises:
            HarnessError: a file that drawing needs is gone, or has changed.
        """

    @abstractmethod
    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Draw captcha `index` of the stream `seed`.

        Returns:
            uint8 [height, width, channels] and class numbers uint8 [length]; a shorter text is
            filled up with blanks.
        """


def encode(text: str, alphabet: str) -> Labels:
    """Turn a text into class numbers uint8 [length].

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


def decode(classes: npt.NDArray[np.integer], alphabet: str) -> str:
    """Turn class numbers [length] into a text; a blank gives no character."""
    return "".join(alphabet[number] for number in classes if number < len(alphabet))
