"""Base of the generators that draw a random text: its alphabet and length, the image's size."""

import random
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from harness.array_types import Shape
from harness.datasets.generator import (
    LARGEST_ALPHABET,
    NARROWEST,
    Color,
    Generator,
    Images,
    Labels,
    Length,
    encode,
)
from harness.datasets.typography.fonts import SUFFIXES as FONT_SUFFIXES
from harness.images.pixels import eight_bit
from harness.options import from_folder, is_kept
from harness.seeds import stream

if TYPE_CHECKING:
    from PIL.Image import Image


class TextGenerator(Generator):
    """Base of generators that draw a random text: alphabet, length, size and color in common."""

    alphabet: str = Field(
        "0123456789",
        description="characters that a captcha can have, in the order of their class numbers",
    )
    length: Length | tuple[Length, Length] = Field(
        4, description="characters per captcha; [4, 6]: 4, 5 or 6, equally likely"
    )
    width: Annotated[int, Field(ge=16, le=1024)] = Field(160, description="of the image, in pixels")
    height: Annotated[int, Field(ge=16, le=1024)] = Field(60, description="of the image, in pixels")
    color: Color = Field(
        "gray", description="of the image; gray: luminance of what is drawn; rgb: as drawn"
    )

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
        """Resolve paths of font files from the sweep file's folder; names of fonts stay."""
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
        """Refuse options that cannot be drawn, such as a font that does not exist.

        Raises:
            ValueError: with the value, the choices and the next action.
        """

    def text_alphabet(self) -> str:
        """Give the characters in the order of their class numbers."""
        return self.alphabet

    def text_length(self) -> int:
        """Give the number of characters of the longest captcha."""
        return self.length if isinstance(self.length, int) else self.length[1]

    def shortest_text(self) -> int:
        """Give the number of characters of the shortest captcha."""
        return self.length if isinstance(self.length, int) else self.length[0]

    def blank(self) -> int | None:
        """Give the class after those of the alphabet, where texts differ in length."""
        return None if isinstance(self.length, int) else len(self.alphabet)

    def image_shape(self) -> Shape:
        """Give height, width and channels of a captcha."""
        return self.height, self.width, 1 if self.color == "gray" else 3

    def text(self, numbers: random.Random) -> str:
        """Draw a random text of the length or range in the options."""
        length = self.length if isinstance(self.length, int) else numbers.randint(*self.length)
        return "".join(self.character(numbers) for _ in range(length))

    def character(self, numbers: random.Random) -> str:
        """Draw a random character, uniform over the alphabet."""
        return numbers.choice(self.alphabet)

    @abstractmethod
    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw a text as a PIL image of `width` x `height` pixels."""

    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Draw captcha `index` of the stream `seed`; see Generator.draw."""
        numbers = stream(seed, index)
        text = self.text(numbers)
        image = eight_bit(self.picture(text, numbers), self.color).reshape(self.image_shape())
        label = np.full(self.text_length(), len(self.alphabet), np.uint8)
        label[: len(text)] = encode(text, self.alphabet)
        return image, label
