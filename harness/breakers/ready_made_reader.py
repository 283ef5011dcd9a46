"""Ready-made readers: programs of others that take an image and give a text; black boxes."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from harness.datasets.generator import Labels, Watch, unwatched
from harness.errors import SkippedError
from harness.specs import Options

OTHER = 255  # the class of a character that the alphabet does not have


class ReadyMadeReader(Options):
    """Base of all ready-made readers: nothing is trained, and there are no gradients."""

    package: ClassVar[str]  # what is imported

    def loaded(self) -> Any:
        """Give the program, ready to read.

        Raises:
            SkippedError: it is not installed; how to get it.
        """
        raise NotImplementedError

    def text(self, program: Any, picture: npt.NDArray[np.uint8], alphabet: str) -> str:
        """Read one image uint8 [height, width, 3]."""
        raise NotImplementedError

    def lacking(self, error: BaseException) -> SkippedError:
        """Say what to say when it cannot be loaded."""
        return SkippedError(
            f"{self.package} cannot be used ({error}); `make extras` installs the ready-made "
            "readers, in the folder of this project"
        )


class Transcriber:
    """A ready-made reader in the place of a Reader: images in, class numbers out.

    Attributes:
        shape: of one image: height, width, channels.
        length: characters of the longest captcha.
        blank: the class that stands for no character: what it reads can have any length.
    """

    def __init__(
        self, reader: ReadyMadeReader, alphabet: str, length: int, shape: tuple[int, int, int]
    ) -> None:
        """Load the program.

        Raises:
            SkippedError: it is not installed.
        """
        self.reader, self.alphabet, self.length, self.shape = reader, alphabet, length, shape
        self.blank = len(alphabet)
        self.program = reader.loaded()

    def texts(self, images: npt.NDArray[Any], watch: Watch = unwatched) -> Iterator[str]:
        """Say what is read, in the case of the alphabet where that has only one."""
        for number, picture in enumerate(eight_bit(images), 1):
            text = self.reader.text(self.program, picture, self.alphabet)
            yield in_case("".join(text.split()), self.alphabet)
            watch(number, len(images))

    def read(self, images: npt.NDArray[Any], watch: Watch = unwatched) -> Labels:
        """Class numbers uint8 [n, 2 * length + 1] of images uint8, uint16 or float32 in [0, 1].

        What is longer is cut there: with so many characters too many, none counts as right.
        """
        classes = np.full((len(images), 2 * self.length + 1), self.blank, np.uint8)
        for row, text in zip(classes, self.texts(images, watch), strict=True):
            kept = text[: len(row)]
            row[: len(kept)] = [
                self.alphabet.index(c) if c in self.alphabet else OTHER for c in kept
            ]
        return classes


def in_case(text: str, alphabet: str) -> str:
    """Give the text in upper or lower case, where the alphabet has no other."""
    letters = [character for character in alphabet if character.isalpha()]
    if letters and all(character.isupper() for character in letters):
        return text.upper()
    if letters and all(character.islower() for character in letters):
        return text.lower()
    return text


def eight_bit(images: npt.NDArray[Any]) -> Iterator[npt.NDArray[np.uint8]]:
    """Images as a page would show them: uint8 [height, width, 3], one after the other."""
    full = 1.0 if images.dtype == np.float32 else float(np.iinfo(images.dtype).max)
    for image in images:
        pixels = np.rint(np.clip(image / full, 0, 1) * 255).astype(np.uint8)
        yield np.broadcast_to(pixels, (*pixels.shape[:2], 3))


def png(picture: npt.NDArray[np.uint8]) -> bytes:
    """Give the image as a PNG file, for programs that take nothing else."""
    import cv2

    _done, content = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))
    return bytes(content.tobytes())
