"""Ready-made readers: programs of other projects that read a captcha; black boxes."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeAlias

import numpy as np

from harness.array_types import Bytes, Labels, Pixels, Shape
from harness.breakers.network import Answers
from harness.errors import SkippedError
from harness.options import Options
from harness.progress import Progress, no_progress

OTHER = 255  # the class of a character that the alphabet does not have
Program: TypeAlias = Any  # of another project: they carry no types, and each has its own calls


class ReadyMadeReader(Options):
    """Base of the options of all ready-made readers: nothing is trained, there are no gradients."""

    package: ClassVar[str]  # what is imported
    shows: ClassVar[Answers] = "classes"

    @abstractmethod
    def loaded(self) -> Program:
        """Load the program of the other project, ready to read.

        Raises:
            SkippedError: it is not installed; how to get it.
        """

    @abstractmethod
    def text(self, program: Program, picture: Bytes, alphabet: str) -> str:
        """Read one image.

        Args:
            program: as `loaded` gives it.
            picture: uint8 [height, width, 3].
            alphabet: the characters that a captcha can have.
        """

    def lacking(self, error: BaseException) -> SkippedError:
        """Build the error for a program that cannot be loaded."""
        return SkippedError(
            f"{self.package} cannot be used ({error}); `make extras` installs the ready-made "
            "readers, in the folder of this project"
        )


class Transcriber:
    """Adapter that lets a ready-made reader stand in for a Reader: images in, class numbers out.

    Attributes:
        shape: of one image: height, width, channels.
        length: characters of the longest captcha.
        blank: the class that stands for no character: what it reads can have any length.
    """

    def __init__(self, reader: ReadyMadeReader, alphabet: str, length: int, shape: Shape) -> None:
        """Load the program of a reader.

        Args:
            reader: its options.
            alphabet: the characters in the order of their classes.
            length: characters of the longest captcha.
            shape: of one image: height, width, channels.

        Raises:
            SkippedError: it is not installed.
        """
        self.reader, self.alphabet, self.length, self.shape = reader, alphabet, length, shape
        self.blank = len(alphabet)
        self.program = reader.loaded()

    def texts(self, images: Pixels, progress: Progress = no_progress) -> Iterator[str]:
        """Yield the text of each image, in the case of the alphabet where that has only one."""
        for number, picture in enumerate(eight_bit(images), 1):
            text = self.reader.text(self.program, picture, self.alphabet)
            yield in_case("".join(text.split()), self.alphabet)
            progress(number, len(images))

    def read(self, images: Pixels, progress: Progress = no_progress) -> Labels:
        """Read images as class numbers.

        Args:
            images: uint8, uint16 or float32 in [0, 1], [n, height, width, channels].
            progress: told how far it is.

        Returns:
            uint8 [n, 2 * length + 1]; a longer text is cut there, where it counts as wrong anyway.
        """
        classes = np.full((len(images), 2 * self.length + 1), self.blank, np.uint8)
        for row, text in zip(classes, self.texts(images, progress), strict=True):
            kept = text[: len(row)]
            row[: len(kept)] = [
                self.alphabet.index(c) if c in self.alphabet else OTHER for c in kept
            ]
        return classes


def in_case(text: str, alphabet: str) -> str:
    """Turn a text into upper or lower case, where the alphabet has no other letters."""
    letters = [character for character in alphabet if character.isalpha()]
    if letters and all(character.isupper() for character in letters):
        return text.upper()
    if letters and all(character.islower() for character in letters):
        return text.lower()
    return text


def eight_bit(images: Pixels) -> Iterator[Bytes]:
    """Yield images as a page would show them: uint8 [height, width, 3]."""
    full = 1.0 if images.dtype == np.float32 else float(np.iinfo(images.dtype.name).max)
    for image in images:
        pixels = np.rint(np.clip(image / full, 0, 1) * 255).astype(np.uint8)
        yield np.broadcast_to(pixels, (*pixels.shape[:2], 3))


def png(picture: Bytes) -> bytes:
    """Encode an image [height, width, 3] as a PNG file, for programs that take nothing else."""
    import cv2

    _done, content = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]))
    return bytes(content.tobytes())
