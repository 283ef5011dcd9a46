"""Tesseract, the reader of printed text, through the PyPI package `pytesseract`."""

import re
from typing import ClassVar

import numpy as np

from harness.array_types import Bytes
from harness.breakers.ready_made_reader import Program, ReadyMadeReader


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
        safe = re.sub(r"[^A-Za-z0-9]", "", alphabet)  # others would need quotes in its command
        config = f"--psm 7 -c tessedit_char_whitelist={safe}" if safe else "--psm 7"
        return str(program.image_to_string(np.ascontiguousarray(picture), config=config))
