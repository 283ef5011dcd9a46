"""Generator `claptcha`: the pixels of the PyPI package `claptcha` (0.3.3), drawn faster.

The package draws black on white in layers of four channels. Here a layer is its opacity alone:
the other three channels are constant. Most of the time is spent on the line's layer, which is five
times as large as the captcha in both directions. A letter's opacity is drawn once for all captchas.
"""

import functools
import random
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from harness.datasets.generator import NARROWEST
from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.datasets.typography.glyphs import check_letters
from harness.datasets.typography.legibility import alike

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

LINE_SCALE = 5  # factor by which the line is drawn larger than the captcha
LINE_WIDTH = 2.284e-2  # times the root of its layer's area
NO_NOISE = 0.003921569  # a strength up to here, 1/255, shows nothing: the package leaves it out

Corner = tuple[int, int]


class Claptcha(TextGenerator):
    """As PyPI claptcha 0.3.3: sheared letters under one thick line."""

    alphabet: str = string.ascii_uppercase + string.digits
    width: Annotated[int, Field(ge=16, le=1024)] = 200
    height: Annotated[int, Field(ge=16, le=1024)] = 80
    font: str = Field("DancingScript-Regular", description="name of a font, or path of a font file")
    noise: Annotated[float, Field(ge=0, le=1)] = Field(
        0.0, description="strength of white noise, 0 to 1"
    )
    margin_x: Annotated[int, Field(ge=0)] = Field(
        20, description="space left and right of the text, in pixels"
    )
    margin_y: Annotated[int, Field(ge=0)] = Field(
        20, description="space above and below the text, in pixels"
    )

    def check(self) -> None:
        """Refuse a font that does not exist or lacks a character, and margins without room."""
        check_letters([self.font], self.alphabet)
        tall = self.height - 2 * self.margin_y
        if tall < NARROWEST:
            raise ValueError(
                f"margin_y {self.margin_y} leaves no room in a height of {self.height}; "
                f"choose at most {(self.height - NARROWEST) // 2}"
            )
        # The text is drawn with its margins, and all of that brought to the width.
        wide = self.width**2 / (self.width + 2 * self.margin_x)
        if wide < NARROWEST * self.text_length():
            raise ValueError(
                f"margin_x {self.margin_x} leaves {wide:.0f} pixels of {self.width} for a text of "
                f"{self.text_length()} characters; choose a smaller margin, or a larger width"
            )

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that look the same."""
        return alike([self.font], self.alphabet)

    def character(self, numbers: random.Random) -> str:
        """Draw a random character as the reference experiment does.

        Where the alphabet has letters and digits, it is one or the other with equal chance, then
        uniform among its kind.
        """
        digits = [character for character in self.alphabet if character.isdigit()]
        others = [character for character in self.alphabet if not character.isdigit()]
        kinds = [kind for kind in (others, digits) if kind]
        return numbers.choice(numbers.choice(kinds))

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw the text; random numbers are drawn in the package's order."""
        from PIL import Image

        face = _face(self.font, self.height - 2 * self.margin_y)
        width, height = face.size(text)
        margin_x = round(self.margin_x * width / self.width)
        margin_y = round(self.margin_y * height / self.height)
        image = Image.new("L", (width + 2 * margin_x, height + 2 * margin_y), 255)
        across = margin_x
        for character in text:
            letter = face.letter(character)
            image.paste(0, (across, margin_y), _sheared(letter, numbers))
            across += letter.width
        image.paste(0, (0, 0), _line(image.size, numbers))
        if self.noise > NO_NOISE:
            image = Image.blend(image, _snow(image.size, self.noise, numbers), 0.5)
        return image.resize((self.width, self.height), Image.Resampling.BILINEAR)


@dataclass(frozen=True)
class _Face:
    """A font at one size, whose letters are drawn once, as opacity."""

    font: "FreeTypeFont"

    def size(self, text: str) -> tuple[int, int]:
        """Measure the width and height of a text from its origin, in pixels."""
        box = self.font.getbbox(text)
        return int(box[2]), int(box[3])

    @functools.cache  # noqa: B019 - faces are few, and live as long as their process
    def letter(self, character: str) -> "Image":
        """Draw the opacity of one letter, mode L."""
        from PIL import Image, ImageDraw

        letter = Image.new("L", self.size(character), 0)
        ImageDraw.Draw(letter).text((0, 0), character, font=self.font, fill=255)
        return letter


@functools.cache
def _face(font: str, points: int) -> _Face:
    from PIL import ImageFont

    return _Face(ImageFont.truetype(str(font_path(font)), points))


def _sheared(letter: "Image", numbers: random.Random) -> "Image":
    """Shear a letter: move its corners by up to 0.7 of its size."""
    width, height = letter.size
    reach = width * numbers.uniform(0.2, 0.7), height * numbers.uniform(0.2, 0.7)
    first, second = _moved(reach, numbers), _moved(reach, numbers)
    # As in the package: the horizontal moves widen both directions.
    wider = abs(first[0]) + abs(second[0])
    return _through(letter, (width + wider, height + wider), first, second)


def _line(size: tuple[int, int], numbers: random.Random) -> "Image":
    """Draw the opacity of the line: large, warped, then reduced to `size`."""
    from PIL import Image, ImageDraw

    width, height = size[0] * LINE_SCALE, size[1] * LINE_SCALE
    layer = Image.new("L", (width, height), 0)
    start = int(width * numbers.uniform(0, 0.1)), int(height * numbers.uniform(0, 1))
    end = int(width * numbers.uniform(0.9, 1)), int(height * numbers.uniform(0, 1))
    thick = round((width * height) ** 0.5 * LINE_WIDTH)
    ImageDraw.Draw(layer).line((start, end), fill=255, width=thick)
    reach = width * numbers.uniform(0.2, 0.5), height * numbers.uniform(0.2, 0.5)
    first, second = ((abs(x), abs(y)) for x, y in (_moved(reach, numbers), _moved(reach, numbers)))
    warped = _through(layer, (width, height), first, second)
    return warped.resize(size, Image.Resampling.BILINEAR)


def _snow(size: tuple[int, int], strength: float, numbers: random.Random) -> "Image":
    """Draw white noise, mode L."""
    from PIL import Image

    snow = Image.new("L", size)
    uniform = numbers.uniform
    snow.putdata([round(255 * uniform(1 - strength, 1)) for _ in range(size[0] * size[1])])
    return snow


def _moved(reach: tuple[float, float], numbers: random.Random) -> Corner:
    x = int(numbers.uniform(-reach[0], reach[0]))
    return x, int(numbers.uniform(-reach[1], reach[1]))


def _through(layer: "Image", size: tuple[int, int], first: Corner, second: Corner) -> "Image":
    """Transform a layer: map a quadrilateral of `size` with moved corners to its rectangle."""
    from PIL import Image

    (width, height), (x1, y1), (x2, y2) = size, first, second
    corners = (x1, -y1, -x1, height + y2, width + x2, height - y2, width - x2, y1)
    quad, bilinear = Image.Transform.QUAD, Image.Resampling.BILINEAR
    return layer.transform(layer.size, quad, corners, bilinear)
