"""One way into pixels: the same picture in every format, and nothing by surprise."""

import io
import os
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from console import ROOT
from PIL import Image, ImageDraw

from harness.datasets.folder.folder import Folder
from harness.datasets.photograph import photograph
from harness.datasets.ready_made import Choice
from harness.datasets.text_generator import TextGenerator
from harness.detectors.judge import Judge
from harness.errors import RequirementError, SpecError
from harness.images import imagefiles, pictures, pixels
from harness.web import uploads

WIDTH, HEIGHT = 60, 24
SHAPE = HEIGHT, WIDTH, 1
CLOSE = 6  # of 255, on average: what JPEG and palettes lose


def drawn(mode="RGB", ground="white"):
    """A captcha that looks different from each side."""
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    draw = ImageDraw.Draw(image)
    draw.text((4, 2), "47", fill=(20, 60, 90), font_size=18)
    draw.rectangle((40, 14, 56, 20), fill=(150, 30, 40))
    return image.convert(mode)


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def seen_through():
    """Black ink on nothing, which is black as well."""
    opacity = 255 - np.asarray(drawn("L"), np.uint8)
    return Image.merge("RGBA", [Image.new("L", (WIDTH, HEIGHT))] * 3 + [Image.fromarray(opacity)])


def held(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def deep(channels):
    """A PNG file of 16 bits a sample."""
    levels = np.asarray(drawn("L" if channels == 1 else "RGB"), np.uint16) * 257
    return pictures.png(levels.reshape(HEIGHT, WIDTH, channels))


TURNED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}
FILES = {
    "png": lambda: saved(drawn(), "PNG"),
    "bmp": lambda: saved(drawn(), "BMP"),
    "a still gif": lambda: saved(drawn(), "GIF"),
    "webp": lambda: saved(drawn(), "WEBP", lossless=True),
    "jpg": lambda: saved(drawn(), "JPEG", quality=95),
    "cmyk jpg": lambda: saved(drawn("CMYK"), "JPEG", quality=95),
    "jpg held upside down": lambda: saved(drawn().transpose(TURNED[3]), "JPEG", exif=held(3)),
    "jpg held on its side": lambda: saved(drawn().transpose(TURNED[6]), "JPEG", exif=held(6)),
    "png held upside down": lambda: saved(drawn().transpose(TURNED[3]), "PNG", exif=held(3)),
    "webp held on its side": lambda: saved(
        drawn().transpose(TURNED[6]), "WEBP", lossless=True, exif=held(6)
    ),
    "1 bit": lambda: saved(drawn("L").point(lambda level: 255 * (level > 127), "1"), "PNG"),
    "gray": lambda: saved(drawn("L"), "PNG"),
    "LA": lambda: saved(seen_through().convert("LA"), "PNG"),
    "RGBA": lambda: saved(seen_through(), "PNG"),
    "RGBA webp": lambda: saved(seen_through(), "WEBP", lossless=True),
    "P": lambda: saved(drawn().quantize(32), "PNG"),
    "P and tRNS": lambda: saved(seen_through().quantize(32), "PNG"),
    "16 bits of gray": lambda: deep(1),
    "16 bits of color": lambda: deep(3),
}


class Shown(TextGenerator):
    """Gives a file as if it had been drawn."""

    def picture(self, text, numbers):
        return pixels.opened(FILES[self.fonts]())

    fonts: str = ""


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_the_same_in_every_format_and_by_every_way(name, tmp_path):
    data = FILES[name]()
    file = tmp_path / "a_1.png"
    file.write_bytes(data)
    levels = pixels.read(file, "gray")
    assert levels.shape == SHAPE
    assert levels.dtype == np.uint8
    expected = np.asarray(drawn("L"), np.int64)[..., None]
    if name == "1 bit":
        expected = 255 * (expected > 127)
    assert np.abs(levels - expected).mean() < CLOSE
    assert pixels.read(data, "rgb").shape == (HEIGHT, WIDTH, 3)
    judge = Judge.__new__(Judge)
    judge.reader = SimpleNamespace(shape=SHAPE)
    ways = {
        "judge": judge.open_image(file) * 255,
        "upload": uploads.picture(data, SHAPE) * 255,
        "screenshot": pictures.decoded(data, SHAPE) * 255,
        "photograph": (photograph(file, (HEIGHT, WIDTH), 1) + 1) / 2 * 255,
        "function": Shown(fonts=name, width=WIDTH, height=HEIGHT).draw(0, 0)[0],
        "folder": Folder(path=str(tmp_path))
        .resolved()
        .resolved()
        .choose(Choice("train", 0, 1, 0, tmp_path))
        .images[0],
    }
    for way, other in ways.items():
        assert np.array_equal(np.rint(other), levels), way


MODES = ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV"]


@pytest.mark.parametrize("mode", MODES)
def test_drawings_of_any_mode_are_taken(mode):
    via = {"La": "LA", "RGBa": "RGBA", "PA": "P"}.get(mode)
    image = drawn(via).convert(mode) if via else drawn(mode)
    levels = pixels.eight_bit(image, "gray")[..., 0]
    limit = 60 if mode == "1" else 4  # dithered
    assert np.abs(levels - np.asarray(drawn("L"), np.int64)).mean() < limit
    if mode in ("L", "RGB"):
        assert np.array_equal(levels, np.asarray(drawn(mode).convert("L")))


def test_numbers_of_every_range_are_scaled():
    gray = np.asarray(drawn("L"))
    for image in (
        Image.fromarray(gray.astype(np.uint16) * 257),
        Image.fromarray(gray.astype(">u2") * 257),
        Image.fromarray(gray.astype(np.float32)),
        Image.fromarray(gray.astype(np.float32) / 255),
        Image.fromarray(gray.astype(np.float32) * 257),
        Image.fromarray(gray.astype(np.int32)),
        Image.fromarray(gray.astype(np.int32) * 257),
        drawn("L").convert("I"),
    ):
        assert np.array_equal(pixels.eight_bit(image, "gray")[..., 0], gray), image.mode
        assert np.array_equal(pixels.eight_bit(image, "rgb"), np.repeat(gray[..., None], 3, 2))


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(np.array([[0, np.nan]], np.float32)),
        Image.fromarray(np.array([[-1, 1]], np.float32)),
        Image.fromarray(np.array([[0, 10**6]], np.int32)),
        Image.new("LAB", (2, 2)),
    ],
)
def test_what_has_no_known_range_is_refused_in_a_line(image):
    with pytest.raises(pixels.UnreadableError, match=r"numbers go from|mode LAB") as error:
        pixels.eight_bit(image, "gray")
    assert "\n" not in str(error.value)


def test_ink_on_nothing_lies_on_white():
    image = Shown(width=WIDTH, height=HEIGHT, fonts="RGBA", color="rgb").draw(0, 0)[0]
    assert image.max() == 255
    assert image.min() < 120


def test_16_bits_keep_their_depth(tmp_path):
    picture = np.random.default_rng(0).random((HEIGHT, WIDTH, 3))
    for channels in (1, 3):
        pictures.keep(tmp_path, {f"of-{channels}": picture[..., :channels]})
        file = tmp_path / f"of-{channels}.png"
        read = pictures.decoded(file.read_bytes(), (HEIGHT, WIDTH, channels))
        assert np.abs(read - picture[..., :channels]).max() < 1e-5
    half = pictures.decoded(file.read_bytes(), (HEIGHT // 2, WIDTH // 2, 3))
    means = picture.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean(axis=(1, 3))
    assert np.abs(half - means).max() < 1e-4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
def test_all_orientations_are_those_of_pillow(orientation, bits):
    from PIL import ImageOps

    levels = np.asarray(drawn(), np.uint16) * 257
    data = pictures.png(levels) if bits == 16 else saved(drawn(), "PNG")
    exif = held(orientation).tobytes().removeprefix(b"Exif\0\0")
    data = data[:33] + part(b"eXIf", exif) + data[33:]
    upright = drawn()
    upright.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(upright))
    assert np.array_equal(pixels.read(data, "rgb"), expected)


def part(name, content):
    """A part of a PNG file."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(width, height, depth, kind, content, before=b""):
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = part(b"IHDR", head) + before + part(b"IDAT", content) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def moving(form):
    return saved(drawn(), form, save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT))])


def scans(count):
    """A JPEG file whose last look at the picture is repeated."""
    data = saved(Image.new("L", (64, 64), 90), "JPEG", progressive=True)
    at = data.rfind(b"\xff\xda")
    return data[:at] + data[at:-2] * count + data[-2:]


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
PLENTY = zlib.compress(b"\0" * 10_000_000, 9)
REFUSED = {
    "an animated gif": (lambda: moving("GIF"), "it moves"),
    "an animated webp": (lambda: moving("WEBP"), "it moves"),
    "an animated png": (lambda: moving("PNG"), "it moves"),
    "a jpg of many scans": (lambda: scans(101), "more than 100 scans"),
    "a bomb": (lambda: png(20_000, 20_000, 8, 0, b""), "20000 x 20000 pixels"),
    "a gif bomb": (lambda: b"GIF89a" + struct.pack("<HH", 20_000, 20_000), "20000 x 20000 pixels"),
    "a deep bomb of pixels": (lambda: png(20, 20, 16, 2, PLENTY), "far more than its picture"),
    "a jpg of nothing but fill": (lambda: b"\xff\xd8" + b"\xff" * 500_000, "no picture"),
    "a file far larger than its picture": (
        lambda: saved(drawn(), "BMP") + bytes(2**25), "bytes for a picture",
    ),
    "an eps": (lambda: EPS, "formats: PNG"),
    "a tiff": (lambda: saved(drawn(), "TIFF"), "formats: PNG"),
    "an icon": (lambda: saved(drawn(), "ICO"), "formats: PNG"),
    "nothing": (lambda: b"", "empty"),
    "half a jpg": (lambda: saved(drawn(), "JPEG")[:400], "JPEG file cannot be read"),
    "half a png": (lambda: saved(drawn(), "PNG")[:120], "cut off"),
    "half a bmp": (lambda: saved(drawn(), "BMP")[:400], "BMP file cannot be read"),
    "half a webp": (lambda: saved(drawn(), "WEBP")[:60], "WEBP file cannot be read"),
    "half a gif": (lambda: saved(drawn(), "GIF")[:300], "GIF file cannot be read"),
    "a png without size": (lambda: png(0, 0, 8, 0, b""), "nothing to see"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_still_picture_is_refused_in_a_line(name, tmp_path):
    make, reason = REFUSED[name]
    file = tmp_path / "77_x.png"
    file.write_bytes(make())
    for source in (file, file.read_bytes()):
        with pytest.raises(pixels.UnreadableError, match=reason) as error:
            pixels.opened(source)
        assert "\n" not in str(error.value)
    with pytest.raises(SpecError, match="image: "):
        uploads.picture(file.read_bytes(), SHAPE)
    with pytest.raises(SpecError, match=r"77_x\.png"):
        photograph(file, (28, 28), 1)


def test_a_hundred_scans_are_borne():
    assert pixels.read(scans(80), "gray").shape == (64, 64, 1)


def test_no_program_is_called_for_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was called"))
    (tmp_path / "77_x.png").write_bytes(EPS)
    with pytest.raises(SpecError):
        photograph(tmp_path / "77_x.png", (28, 28), 1)


def test_pipes_folders_and_devices_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "77_x.png")
    (tmp_path / "78_x.png").mkdir()
    (tmp_path / "79_x.png").symlink_to("79_x.png")
    for file in (tmp_path / "77_x.png", tmp_path / "78_x.png", Path("/dev/zero")):
        with pytest.raises(pixels.UnreadableError, match="no file"):
            pixels.opened(file)
    for file in (tmp_path / "79_x.png", tmp_path / "80_x.png", tmp_path / ("8" * 999)):
        with pytest.raises(pixels.UnreadableError, match="no such file"):
            pixels.opened(file)


def test_a_file_that_cannot_be_read_now_is_not_called_broken(tmp_path, monkeypatch):
    file = tmp_path / "a.png"
    file.write_bytes(saved(drawn(), "PNG"))

    def refuses(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(imagefiles, "_at_once", refuses)
    with pytest.raises(PermissionError):
        pixels.opened(file)
    with pytest.raises(RequirementError, match="Permission denied"):
        photograph(file, (28, 28), 1)
    judge = Judge.__new__(Judge)
    with pytest.raises(RequirementError, match="Permission denied"):
        judge.open_image(file)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize("exif", [b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"nothing"])
def test_damaged_exif_turns_nothing(form, exif):
    data = saved(drawn(), form, exif=b"Exif\0\0" + exif)
    assert pixels.read(data, "gray").shape == SHAPE


def test_uploads_leave_the_warnings_of_the_process_alone(monkeypatch):
    monkeypatch.setattr(
        warnings, "catch_warnings", lambda *_, **__: pytest.fail("filters are of the process")
    )
    before = list(warnings.filters)
    data = [saved(drawn(), form) for form in ("GIF", "WEBP", "PNG", "JPEG", "BMP")] * 8
    threads = [threading.Thread(target=uploads.picture, args=(one, SHAPE)) for one in data]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_read_or_refused(seed):
    numbers = np.random.default_rng(seed)
    whole = [make() for make in FILES.values()]
    for _ in range(100):
        data = np.frombuffer(whole[numbers.integers(len(whole))], np.uint8).copy()
        spots = numbers.integers(0, len(data), numbers.integers(1, 9))
        data[spots] = numbers.integers(0, 256, len(spots))
        data = data[: numbers.integers(1, len(data) + 1)].tobytes()
        try:
            levels = pixels.unit(pixels.opened(data, uploads.MOST_PIXELS), SHAPE)
        except pixels.UnreadableError as error:
            assert "\n" not in str(error)
        else:
            assert levels.shape == SHAPE
            assert 0 <= levels.min() <= levels.max() <= 1


def test_another_size_is_resized_as_in_a_folder_and_whole_multiples_are_averaged():
    data = saved(drawn().resize((2 * WIDTH, 2 * HEIGHT), Image.Resampling.NEAREST), "PNG")
    assert np.array_equal(np.rint(pictures.decoded(data, SHAPE) * 255), pixels.read(
        saved(drawn(), "PNG"), "gray"
    ))  # fmt: skip
    odd = drawn("L").resize((50, 30), Image.Resampling.BILINEAR)
    levels = pixels.sized(pixels.eight_bit(drawn("L"), "gray"), (50, 30))
    assert np.array_equal(levels[..., 0], np.asarray(odd))
    color = drawn().resize((50, 30), Image.Resampling.BILINEAR)
    assert np.array_equal(pixels.sized(pixels.eight_bit(drawn(), "rgb"), (50, 30)), color)
    assert cv2.imdecode(np.frombuffer(data, np.uint8), -1).shape == (2 * HEIGHT, 2 * WIDTH, 3)


def test_pillow_is_loaded_by_a_picture_only():
    code = "import sys, harness.images.pixels, harness.web.uploads; print('PIL' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
