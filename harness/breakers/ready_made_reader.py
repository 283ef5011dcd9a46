"""Ready-made readers: programs of other projects that read a captcha; black boxes."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np

from harness.array_types import Bytes, Floats, Labels, Pixels, Shape
from harness.breakers.confidence import possible_texts
from harness.breakers.network import Answers
from harness.errors import SkippedError
from harness.options import Options
from harness.progress import Progress, no_progress

OTHER = 255  # the class of a character that the alphabet does not have
UNSCORED = 1.0  # confidence in the texts of a program that gives no score
LEAST = 1e-30  # confidence in a text that may be right, whatever the program says of it
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

    def text_and_confidence(
        self, program: Program, picture: Bytes, alphabet: str
    ) -> tuple[str, float]:
        """Read one image, and tell how sure the text is, in [0, 1].

        A program that gives no score is as sure of one text as of another: 1.

        Args:
            program: as `loaded` gives it.
            picture: uint8 [height, width, 3].
            alphabet: the characters that a captcha can have.
        """
        return self.text(program, picture, alphabet), UNSCORED

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
        shortest: characters of the shortest captcha.
    """

    def __init__(
        self,
        reader: ReadyMadeReader,
        alphabet: str,
        length: int,
        shape: Shape,
        shortest: int | None = None,
    ) -> None:
        """Load the program of a reader.

        Args:
            reader: its options.
            alphabet: the characters in the order of their classes.
            length: characters of the longest captcha.
            shape: of one image: height, width, channels.
            shortest: characters of the shortest captcha; None: all have `length` characters.

        Raises:
            SkippedError: it is not installed.
        """
        self.shortest = length if shortest is None else shortest
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
        return self._classes(list(self.texts(images, progress)))

    def read_with_confidence(
        self, images: Pixels, progress: Progress = no_progress
    ) -> tuple[Labels, Floats]:
        """Read images as class numbers, and tell how sure each text is.

        Args:
            images: uint8, uint16 or float32 in [0, 1], [n, height, width, channels].
            progress: told how far it is.

        Returns:
            What `read` gives, and the program's confidence float32 [n] in [0, 1]; 0 for a text of
            a length, or with a character, that no captcha has.
        """
        texts, confidence = [], np.zeros(len(images), np.float32)
        for number, picture in enumerate(eight_bit(images)):
            text, score = self.reader.text_and_confidence(self.program, picture, self.alphabet)
            texts.append(in_case("".join(text.split()), self.alphabet))
            confidence[number] = min(max(score, LEAST), 1.0)
            progress(number + 1, len(images))
        classes = self._classes(texts)
        possible = possible_texts(classes, self.blank, self.shortest, self.length)
        return classes, np.where(possible, confidence, np.float32(0))

    def _classes(self, texts: Sequence[str]) -> Bytes:
        """Turn texts into class numbers uint8 [n, 2 * length + 1]."""
        classes = np.full((len(texts), 2 * self.length + 1), self.blank, np.uint8)
        for row, text in zip(classes, texts, strict=True):
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
