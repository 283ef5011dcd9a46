"""Pictures that show nothing end the drawing with one line, before anything is trained."""

import numpy as np
import pytest

from harness.datasets import sanity_check
from harness.datasets.drawing.parallel import IMAGES, LABELS, draw
from harness.datasets.text_generator import TextGenerator
from harness.errors import HarnessError
from harness.measurements.datasets.work import Draw
from harness.measurements.execution import perform
from harness.pipeline.context import StepContext
from harness.progress import no_progress

SHAPE = 12, 30, 1


def kept(folder, images, labels):
    np.save(folder / IMAGES, np.asarray(images, np.uint8))
    np.save(folder / LABELS, np.asarray(labels, np.uint8))
    return folder


def noise(count, shape=SHAPE, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape)).astype(np.uint8)


def texts(count, length=2):
    return np.random.default_rng(1).integers(0, 10, (count, length)).astype(np.uint8)


def look(folder, images, labels):
    return sanity_check.check_images(kept(folder, images, labels), "0123456789")


@pytest.mark.parametrize("shape", [(12, 30, 1), (12, 30, 3), (1, 4000, 1)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_of_one_color_are_refused(shape, level, tmp_path):
    images = np.full((40, *shape), level, np.uint8)
    with pytest.raises(HarnessError, match=rf"all 40 .* the first .*{level}") as error:
        look(tmp_path, images, texts(40))
    assert "\n" not in str(error.value)
    # Each of another color, and with what no_progress sees: none of them shows a text.
    images += np.arange(40, dtype=np.uint8).reshape(40, 1, 1, 1)
    images[:, 0] = images[:, 0] // 2 * 2
    with pytest.raises(HarnessError, match="all 40"):
        look(tmp_path, images, texts(40))


def test_colors_are_of_one_color_though_their_channels_differ(tmp_path):
    images = np.zeros((5, 12, 30, 3), np.uint8) + np.array([200, 10, 30], np.uint8)
    with pytest.raises(HarnessError, match="200, 10, 30"):
        look(tmp_path, images, texts(5))


def test_some_of_one_color_are_counted(tmp_path):
    images = noise(1000)
    images[[3, 500, 999]] = np.array([0, 7, 255], np.uint8).reshape(3, 1, 1, 1)
    images[8], images[9] = 255, 0
    images[8, 11, 29], images[9, 5, 17] = 240, 9  # one pixel is something
    assert look(tmp_path, images, texts(1000)) == 3
    assert look(tmp_path, images[10:20], texts(10)) == 0


def test_alike_though_texts_differ_is_refused(tmp_path):
    images = np.repeat(noise(1), 60, axis=0)
    with pytest.raises(
        HarnessError, match=r"all 60 pictures are the same, though .* ignore"
    ) as error:
        look(tmp_path, images, texts(60))
    assert "\n" not in str(error.value)
    assert look(tmp_path, images[:1], texts(1)) == 0
    with pytest.raises(HarnessError, match=r"the same, all of the text '77'.*copied"):
        look(tmp_path, images, np.full((60, 2), 7))
    assert look(tmp_path, images[:3], np.full((3, 2), 7)) == 0  # by chance, where texts are few


def test_a_few_pictures_for_all_texts_are_refused(tmp_path):
    images = noise(3)[np.arange(60) % 3]
    with pytest.raises(HarnessError, match="no more than 3 different things, each with several"):
        look(tmp_path, images, texts(60))


def test_what_is_right_passes(tmp_path):
    one_label = look(tmp_path, noise(60), np.full((60, 2), 7))
    distinct = noise(10)  # drawn without chance: as many pictures as texts
    labels = np.arange(60)[:, None] % 10
    assert one_label == look(tmp_path, distinct[labels[:, 0]], labels) == 0
    assert look(tmp_path, noise(2), texts(2)) == 0
    assert look(tmp_path, noise(20, (1, 9000, 1)), texts(20)) == 0
    assert look(tmp_path, noise(0), texts(0)) == 0


def test_nearly_all_that_differ_differ_in_a_few_bytes(tmp_path):
    """Where what is sampled is alike, all bytes are looked at."""
    images = np.full((50, 100, 200, 1), 255, np.uint8)
    images[np.arange(50), 1, np.arange(50) * 2 + 1] = 0
    assert look(tmp_path, images, texts(50)) == 0


class Drawer(TextGenerator):
    """Draws as its kind says."""

    kind: str = "transparent"

    def picture(self, text, numbers):
        from PIL import Image, ImageDraw

        size = self.width, self.height
        if self.kind == "low":  # 16 bits of which 8 are used
            gray = Image.new("L", size, 255)
            ImageDraw.Draw(gray).text((numbers.randrange(9), 2), text, 0, font_size=14)
            return Image.fromarray(np.asarray(gray).astype(np.uint16))
        image = Image.new("RGBA", size, (0, 0, 0, 0))
        ink = {"white on nothing": (255, 255, 255, 255), "nothing": (0, 0, 0, 0)}
        shown = "same" if self.kind == "ignores" else text
        ImageDraw.Draw(image).text((3, 2), shown, ink.get(self.kind, (0, 0, 0, 255)), font_size=14)
        return image


def carried_out(folder, kind):
    folder.mkdir(exist_ok=True)
    generator = Drawer(kind=kind, width=60, height=24)
    work = Draw(generator="image_captcha", options=generator, split="train", count=40, seed=3)
    place = StepContext(folder, {}, folder, {}, no_progress)
    perform(work, place)
    return place.notes


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("white on nothing", "one color .* first of 255"),
        ("nothing", "one color .* first of 255"),
        ("low", "first of 1, .*16 bits"),
        ("ignores", "though their texts differ"),
    ],
)
def test_the_step_of_drawing_fails_with_the_reason(kind, reason, tmp_path):
    with pytest.raises(HarnessError, match=reason):
        carried_out(tmp_path, kind)


def test_black_ink_on_nothing_is_drawn_and_noted(tmp_path):
    assert carried_out(tmp_path / "a", "black")["plain"] == 0


def test_sounds_are_no_pictures_of_one_color(tmp_path):
    from harness.datasets.packages.audio_captcha import AudioCaptcha

    generator = AudioCaptcha(length=1, alphabet="05")
    draw("audio_captcha", generator, 1, 6, tmp_path, no_progress)
    assert sanity_check.check_images(tmp_path, generator.alphabet) == 0
