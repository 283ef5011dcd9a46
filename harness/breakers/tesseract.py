"""Tesseract, the reader of printed text, through the PyPI package `pytesseract`."""

import re
from typing import ClassVar

import numpy as np

from harness.array_types import Bytes
from harness.breakers.ready_made_reader import Program, ReadyMadeReader

PERCENT = 100.0


class Tesseract(ReadyMadeReader):
    """Tesseract, the reader of printed text: as one line of the characters of the alphabet."""

    package: ClassVar[str] = "tesseract"

    def loaded(self) -> Program:
        """Import the Python side of the program, which is started for each image."""
        try:
            import pytesseract

            pytesseract.get_tesseract_version()
        except (ImportError, OSError, SystemExit) as error:
            raise self.lacking(error) from None
        return pytesseract

    def text(self, program: Program, picture: Bytes, alphabet: str) -> str:
        """Read one image; see ReadyMadeReader.text."""
        picture = np.ascontiguousarray(picture)
        return str(program.image_to_string(picture, config=_line_of(alphabet)))

    def text_and_confidence(
        self, program: Program, picture: Bytes, alphabet: str
    ) -> tuple[str, float]:
        """Read one image; its confidence is that of the word which is read worst.

        See ReadyMadeReader.text_and_confidence.
        """
        seen = program.image_to_data(
            np.ascontiguousarray(picture),
            config=_line_of(alphabet),
            output_type=program.Output.DICT,
        )
        words = [
            (str(text), float(percentage))
            for text, percentage in zip(seen["text"], seen["conf"], strict=True)
            if str(text).strip()
        ]
        worst = min((percentage for _text, percentage in words), default=0.0)
        return "".join(text for text, _percentage in words), worst / PERCENT


def _line_of(alphabet: str) -> str:
    """Give the options that make it read one line of the characters of an alphabet."""
    safe = re.sub(r"[^A-Za-z0-9]", "", alphabet)  # others would need quotes in its command
    return f"--psm 7 -c tessedit_char_whitelist={safe}" if safe else "--psm 7"
