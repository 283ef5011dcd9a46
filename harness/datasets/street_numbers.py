"""Generator `street_numbers`: drawn house numbers, as a camera sees them, one digit in the middle.

Stands in for Street View House Numbers (Netzer and others 2011) where these cannot be had: 32 x 32
pixels in color, many fonts, textured walls, perspective, blur, neighbors cut off at the edge.
"""

import functools
import random
from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.datasets.generator import Color
from harness.datasets.text_generator import TextGenerator
from harness.datasets.typography.fonts import font_path
from harness.datasets.typography.glyphs import check_letters
from harness.datasets.typography.legibility import alike

if TYPE_CHECKING:
    from PIL.Image import Image

FONTS = (
    "Caladea-Regular", "Caladea-Bold", "FredokaOne-Regular", "HankenGrotesk-Bold",
    "HankenGrotesk-Light", "HankenGrotesk-Medium", "Manrope-Bold", "Manrope-Regular",
    "SourceSerifPro-Black", "SourceSerifPro-Regular", "SourceSerifPro-Semibold", "Vera",
    "DroidSansMono",
)  # fmt: skip
CUT = 96  # height of a digit before it is warped, in pixels
FINER = 2  # factor by which it is drawn larger than the image
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
SUNNY = 0.3  # chance of a shadow
NEIGHBOURED = 0.6  # chance of a neighbour, on either side
CONTRAST = 0.18  # of luminance, between digit and wall, at least

Floats = npt.NDArray[np.float32]


class StreetNumbers(TextGenerator):
    """Drawn house numbers: a digit in color on a wall; longer texts are pictures side by side."""

    length: Annotated[int, Field(ge=1, le=16)] = 1
    width: Annotated[int, Field(ge=16, le=1024)] = Field(
        32, description="of all pictures together, in pixels"
    )
    height: Annotated[int, Field(ge=16, le=1024)] = 32
    color: Color = "rgb"
    fonts: tuple[str, ...] = Field(
        FONTS, min_length=1, description="names of fonts, or paths of font files"
    )

    def check(self) -> None:
        """Refuse fonts that do not exist, or lack a character."""
        check_letters(self.fonts, self.alphabet)

    def warnings(self) -> tuple[str, ...]:
        """Warn of letters that look the same."""
        return alike(self.fonts, self.alphabet)

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Draw a text, each character on another wall."""
        import PIL.Image

        edges = [round(self.width * number / len(text)) for number in range(len(text) + 1)]
        walls = [
            self._wall(character, (self.height, right - left), numbers)
            for character, left, right in zip(text, edges, edges[1:], strict=False)
        ]
        return PIL.Image.fromarray(np.concatenate(walls, axis=1))

    def _wall(
        self, character: str, size: tuple[int, int], numbers: random.Random
    ) -> npt.NDArray[np.uint8]:
        """Draw one character on its wall, uint8 [height, width, 3]."""
        import cv2

        rng = np.random.default_rng(numbers.getrandbits(63))
        fine = (FINER * size[0], FINER * size[1])
        wall, ink = _colors(rng)
        picture = _ground(wall, fine, rng)
        font = numbers.choice(self.fonts)
        left, right = (
            numbers.choice(self.alphabet) if numbers.random() < NEIGHBOURED else ""
            for _ in range(2)
        )
        shape = _placed(_row(font, left, character, right), fine, rng)
        if rng.random() < SUNNY:  # what the sun leaves dark
            away = np.roll(shape, rng.integers(1, 4, 2), axis=(0, 1))[..., None]
            picture = picture * (1 - rng.uniform(0.2, 0.6) * away)
        picture += shape[..., None] * (ink * _light(fine, rng, 0.15) - picture)
        picture = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA)
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.2, 0.8))
        picture = picture + rng.normal(0, rng.uniform(0, 0.03), picture.shape)
        return np.asarray(np.rint(255 * np.clip(picture, 0, 1)), np.uint8)


def _colors(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw the colors of a wall and a digit, RGB in [0, 1], that differ in luminance."""
    while True:
        # Walls and numbers are grayish: pulled towards their own luminance.
        colors = rng.random((2, 3), np.float32)
        bright = (colors @ LUMINANCE)[:, None]
        colors = bright + (colors - bright) * rng.uniform(0.05, 0.7, (2, 1)).astype(np.float32)
        if abs(bright[0, 0] - bright[1, 0]) > CONTRAST:
            return colors[0], colors[1]


def _ground(color: Floats, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Draw a wall [height, width, 3]: plaster, planks or bricks, unevenly lit."""
    import cv2

    ground = color * _light(size, rng, 0.3)
    kind = rng.integers(3)
    if kind == 0:  # plaster
        grains = rng.normal(0, 1, tuple(side // 2 for side in size)).astype(np.float32)
        ground += rng.uniform(0, 0.06) * cv2.resize(grains, size[::-1])[..., None]
        return ground
    darker = color * rng.uniform(0.5, 0.9)
    step, thick = int(rng.integers(size[0] // 5, size[0] // 2)), int(rng.integers(1, 3))
    for number, at in enumerate(range(int(rng.integers(step)), size[0], step)):
        ground[at : at + thick] = darker
        for across in range(step * (number % 2), size[1], 2 * step):
            if kind == 1:  # bricks
                ground[max(0, at - step) : at, across : across + thick] = darker
    return ground if rng.integers(2) else ground[:, ::-1].copy()


def _light(size: tuple[int, int], rng: np.random.Generator, strength: float) -> Floats:
    """Draw a smooth brightness about 1, [height, width, 1]."""
    import cv2

    few = (1 + rng.uniform(-strength, strength, (3, 3))).astype(np.float32)
    light = cv2.resize(few, size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(light[..., None], np.float32)


def _placed(
    row: tuple[Floats, int, int], size: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Project a row of characters as a camera sees it; the middle one fills most of `size`."""
    import cv2

    shape, left, right = row
    corners = np.array([[left, 0], [right, 0], [right, len(shape)], [left, len(shape)]], np.float32)
    tall = size[0] * rng.uniform(0.6, 0.9)
    broad = min(tall * (right - left) / len(shape) * rng.uniform(0.85, 1.15), 0.9 * size[1])
    turn, shear = np.deg2rad(rng.normal(0, 6)), rng.normal(0, 0.1)
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (broad / 2, tall / 2)
    box[:, 0] += shear * box[:, 1]
    turned = box @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    seen = turned + rng.normal(0, 0.03 * size[0], (4, 2))  # from the side, from below
    middle = np.array(size[::-1]) / 2 + rng.normal(0, 0.03 * size[0], 2)
    warp = cv2.getPerspectiveTransform(corners, (seen + middle).astype(np.float32))
    seen_so = cv2.warpPerspective(shape, warp, size[::-1], flags=cv2.INTER_LINEAR)
    return np.asarray(seen_so, np.float32)


def _row(font: str, left: str, character: str, right: str) -> tuple[Floats, int, int]:
    """Join a character with its neighbors, [height, width] in [0, 1]; give its edges, too."""
    glyphs = [_glyph(font, each) for each in (left, character, right)]
    gap = np.zeros((CUT, CUT // 10), np.float32)
    before = glyphs[0].shape[1] + gap.shape[1]
    row = np.concatenate([glyphs[0], gap, glyphs[1], gap, glyphs[2]], axis=1)
    return row, before, before + glyphs[1].shape[1]


@functools.lru_cache(maxsize=4096)
def _glyph(font: str, character: str) -> Floats:
    """Draw a character, cropped, [CUT, width] in [0, 1]; without a character, a gap."""
    import cv2
    from PIL import Image, ImageDraw, ImageFont

    if not character:
        return np.zeros((CUT, CUT // 4), np.float32)
    face = ImageFont.truetype(str(font_path(font)), CUT)
    image = Image.new("L", (3 * CUT, 3 * CUT))
    ImageDraw.Draw(image).text((CUT, CUT), character, 255, face)
    cut = np.asarray(image.crop(image.getbbox()), np.float32) / 255
    broad = max(CUT // 5, round(CUT * cut.shape[1] / cut.shape[0]))
    if broad * cut.shape[0] > CUT * cut.shape[1]:  # a 1 stays as thin as it is
        spare = round(broad * cut.shape[0] / CUT) - cut.shape[1]
        cut = np.pad(cut, ((0, 0), (spare // 2, spare - spare // 2)))
    return np.asarray(cv2.resize(cut, (broad, CUT), interpolation=cv2.INTER_AREA), np.float32)
