"""Earlier versions of the PyPI package `captcha`, as far as they differ from 0.7.1."""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from captcha.image import ImageCaptcha
    from PIL import Image, ImageDraw
    from PIL.ImageFont import FreeTypeFont

CANVAS = 1.7  # 0.5.0: a letter's canvas, in letters


@functools.cache
def drawer_class() -> "type[ImageCaptcha]":
    """Derive the package's ImageCaptcha with the letters and the arc of another version."""
    import captcha.image
    from PIL import Image, ImageDraw

    class Drawer(captcha.image.ImageCaptcha):  # type: ignore[misc] # captcha carries no types
        """ImageCaptcha of an earlier version, which draws from the replacement of `secrets`."""

        version: str

        def _draw_character(
            self, c: str, draw: "ImageDraw.ImageDraw", color: tuple[int, ...]
        ) -> "Image.Image":
            """Draw one letter: rotated, then its corners moved by up to 0.3 of its size."""
            numbers = captcha.image.secrets.numbers
            font = numbers.choice(self.truefonts)
            width, height = self._canvas(draw, c, font)
            right, down = (
                numbers.randint(*reach)
                for reach in (self.character_offset_dx, self.character_offset_dy)
            )
            letter = Image.new("RGBA", (width + right, height + down))
            ImageDraw.Draw(letter).text((right, down), c, font=font, fill=color)
            letter = letter.crop(letter.getbbox())
            angle = numbers.uniform(*self.character_rotate)
            letter = letter.rotate(angle, Image.Resampling.BILINEAR, expand=True)
            across = width * numbers.uniform(*self.character_warp_dx)
            along = height * numbers.uniform(*self.character_warp_dy)
            x1, y1, x2, y2 = (
                int(numbers.uniform(-reach, reach)) for reach in (across, along, across, along)
            )
            wide, high = width + abs(x1) + abs(x2), height + abs(y1) + abs(y2)
            corners = (x1, y1, -x1, high - y2, wide + x2, high + y2, wide - x2, -y1)
            letter = letter.resize((wide, high))
            return letter.transform((width, height), Image.Transform.QUAD, corners)

        def _canvas(
            self, draw: "ImageDraw.ImageDraw", c: str, font: "FreeTypeFont"
        ) -> tuple[int, int]:
            if self.version == "0.5.0":
                left, top, right, bottom = draw.textbbox((0, 0), c, font=font)
                return int((right - left) * CANVAS) or 1, int((bottom - top) * CANVAS) or 1
            _left, _top, right, bottom = draw.multiline_textbbox((1, 1), c, font=font)
            return int(right), int(bottom)

        def create_noise_curve(self, image: "Image.Image", color: tuple[int, ...]) -> "Image.Image":
            """Draw the arc: before 0.7.1, from the left fifth to the right fifth."""
            if self.version == "0.7.1_intended":
                drawn: Image.Image = captcha.image.ImageCaptcha.create_noise_curve(image, color)
                return drawn
            numbers = captcha.image.secrets.numbers
            width, height = image.size
            margin, band = int(width / 5), int(height / 5)
            x1, x2 = numbers.randint(0, margin), numbers.randint(width - margin, width)
            y1 = numbers.randint(band, height - band)
            y2 = numbers.randint(y1, height - band)
            end, start = numbers.randint(160, 200), numbers.randint(0, 20)
            ImageDraw.Draw(image).arc([x1, y1, x2, y2], start, end, fill=color)
            return image

    return Drawer
