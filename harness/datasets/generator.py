"""What every generator promises: labelled images, each a function of (seed, index)."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationInfo, field_validator, model_validator

from harness.datasets.fonts import SUFFIXES as FONT_SUFFIXES
from harness.errors import SpecError
from harness.images.pixels import eight_bit
from harness.options import Options, Split, from_folder, is_kept
from harness.seeds import stream

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


@dataclass(frozen=True)
class Window:
    """What a split takes of images that all splits take from.

    Attributes:
        skip: captchas that other splits take before it; of images with copies, groups of copies.
        copies: whether copies count as captchas.
    """

    skip: int = 0
    copies: bool = False


@dataclass(frozen=True)
class Choice:
    """What is asked of a source.

    Attributes:
        split: train, validation or test.
        seed: decides which captchas, when the split has more than `count`.
        count: captchas.
        skip: captchas that other splits take before this one, where all come from one pool.
        sources: the folder where downloads are kept.
        copies: see Window.
    """

    split: Split
    seed: int
    count: int
    skip: int
    sources: Path
    copies: bool = False


@dataclass(frozen=True)
class Chosen:
    """What a source gives: uint8 [count, height, width, channels], uint8 [count, length].

    Attributes:
        images: the captchas.
        labels: their class numbers.
        unreadable: files of the source that were left out.
        files: names of the captchas, as their owner knows them; empty where they have none.
        warnings: of the labels and the files, a line each.
    """

    images: Images
    labels: Labels
    unreadable: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def notes(self) -> dict[str, list[str]]:
        """What is kept beside the images: left-out files always, the rest where there is any."""
        notes = {"files": self.files, "label_warnings": self.warnings}
        kept = {name: list(lines) for name, lines in notes.items() if lines}
        return {"unreadable": list(self.unreadable), **kept}


class ReadyMade(Generator):
    """Base of generators whose images exist already and are only chosen and copied."""

    one_pool: ClassVar[bool] = False  # all splits come from the same images

    def contents_digest(self) -> str | None:
        """Name the images that all data sets of this source share; None: they share none."""
        return None

    def window(self, split: Split, counts: Mapping[Split, int]) -> Window:
        """Say what a split takes of the images: tests come first, training last.

        Args:
            split: of these.
            counts: captchas of each split.
        """
        if not self.one_pool:
            return Window()
        before: Mapping[Split, tuple[Split, ...]] = {
            "test": (),
            "validation": ("test",),
            "train": ("test", "validation"),
        }
        return Window(sum(counts[other] for other in before[split]))

    def choose(self, wanted: Choice) -> Chosen:
        """Choose captchas of one split; the splits share no image.

        Raises:
            LackingError: the source cannot be reached.
            HarnessError: fewer of its images can be read than are asked for.
        """
        raise NotImplementedError


class TextGenerator(Generator):
    """Base of generators that draw a given text: alphabet, length, size and color in common."""

    alphabet: str = Field("0123456789", description="the characters, in the order of their classes")
    length: Length | tuple[Length, Length] = Field(
        4, description="characters per captcha; [4, 6]: from 4 to 6, each as often"
    )
    width: Annotated[int, Field(ge=16, le=1024)] = Field(160, description="pixels")
    height: Annotated[int, Field(ge=16, le=1024)] = Field(60, description="pixels")
    color: Color = Field("gray", description="gray: luminance; rgb: as drawn")

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
        """Take the files of fonts from the sweep file's folder; names stay names."""
        return {
            key: from_folder(value, folder, FONT_SUFFIXES) if key in ("font", "fonts") else value
            for key, value in table.items()
        }

    @field_validator("alphabet")
    @classmethod
    def _distinct(cls, alphabet: str) -> str:
        if len(set(alphabet)) != len(alphabet) or len(alphabet) < 2:  # noqa: PLR2004 - two classes
            raise ValueError("an alphabet is two or more different characters")
        if len(alphabet) > LARGEST_ALPHABET:
            raise ValueError(f"an alphabet has at most {LARGEST_ALPHABET} characters")
        return alphabet

    @field_validator("length")
    @classmethod
    def _ascending(cls, length: int | tuple[int, int]) -> int | tuple[int, int]:
        if isinstance(length, tuple) and length[0] >= length[1]:
            raise ValueError(f"{list(length)}: the shorter length first, as in [4, 6]")
        return length

    @model_validator(mode="after")
    def _drawable(self, info: ValidationInfo) -> Self:
        if is_kept(info):
            return self
        longest = self.text_length()
        if self.width < NARROWEST * longest:
            raise ValueError(
                f"width {self.width} is too narrow for a text of {longest} characters; choose at "
                f"least {NARROWEST * longest}, or a shorter length"
            )
        self.check()
        return self

    def check(self) -> None:
        """Refuse options that cannot be drawn (a font that is not there).

        Raises:
            ValueError: with the value, the choices and the next action.
        """

    def text_alphabet(self) -> str:
        """Give the characters in the order of their class numbers."""
        return self.alphabet

    def text_length(self) -> int:
        """Characters of the longest captcha."""
        return self.length if isinstance(self.length, int) else self.length[1]

    def blank(self) -> int | None:
        """Give the class after the alphabet's, where texts differ in length."""
        return None if isinstance(self.length, int) else len(self.alphabet)

    def image_shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        return self.height, self.width, 1 if self.color == "gray" else 3

    def text(self, numbers: random.Random) -> str:
        """A text of the given length or range, each character as `character` draws it."""
        length = self.length if isinstance(self.length, int) else numbers.randint(*self.length)
        return "".join(self.character(numbers) for _ in range(length))

    def character(self, numbers: random.Random) -> str:
        """Give one character, uniform over the alphabet."""
        return numbers.choice(self.alphabet)

    def picture(self, text: str, numbers: random.Random) -> Any:
        """Draw the text as a PIL image of `width` x `height`."""
        raise NotImplementedError

    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Draw captcha `index` of the stream `seed`; see Generator.draw."""
        numbers = stream(seed, index)
        text = self.text(numbers)
        image = eight_bit(self.picture(text, numbers), self.color).reshape(self.image_shape())
        label = np.full(self.text_length(), len(self.alphabet), np.uint8)
        label[: len(text)] = encode(text, self.alphabet)
        return image, label


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
