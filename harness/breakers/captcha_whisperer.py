"""The PyPI package `captcha-whisperer`: a recurrent network for 36 characters, in the wheel."""

from typing import ClassVar

import numpy as np

from harness.array_types import Bytes
from harness.breakers.ready_made_reader import Program, ReadyMadeReader


class CaptchaWhisperer(ReadyMadeReader):
    """PyPI captcha-whisperer 0.1, not trained further: for digits and upper-case letters."""

    package: ClassVar[str] = "captcha_whisperer"

    def loaded(self) -> Program:
        """Load the program with its network into memory."""
        try:
            import captcha_whisperer
        except ImportError as error:
            raise self.lacking(error) from None
        return captcha_whisperer.CaptchaRecognizer()

    def text(self, program: Program, picture: Bytes, alphabet: str) -> str:
        """Read one image; see ReadyMadeReader.text."""
        return str(program.recognize_arrays([np.ascontiguousarray(picture)])[0]["text"])

    def text_and_confidence(
        self, program: Program, picture: Bytes, alphabet: str
    ) -> tuple[str, float]:
        """Read one image; its confidence is the product of the probabilities of its characters.

        See ReadyMadeReader.text_and_confidence.
        """
        answer = program.recognize_arrays([np.ascontiguousarray(picture)])[0]
        return str(answer["text"]), float(answer["confidence"])
