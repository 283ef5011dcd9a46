"""Tesseract, the reader of printed text, through the PyPI package `pytesseract`."""

import re
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from harness.breakers.ready_made_reader import ReadyMadeReader


class Tesseract(ReadyMadeReader):
    """Tesseract: told that the image is one line, and which characters there are."""

    package: ClassVar[str] = "tesseract"

    def loaded(self) -> Any:
        """Give the Python side of it; the program itself is started for each image."""
        try:
            import pytesseract

            pytesseract.get_tesseract_version()
        except (ImportError, OSError, SystemExit) as error:
            raise self.lacking(error) from None
        return pytesseract

    def text(self, program: Any, picture: npt.NDArray[np.uint8], alphabet: str) -> str:
        """See ReadyMadeReader.text."""
        safe = re.sub(r"[^A-Za-z0-9]", "", alphabet)  # others would need quotes in its command
        config = f"--psm 7 -c tessedit_char_whitelist={safe}" if safe else "--psm 7"
        return str(program.image_to_string(np.ascontiguousarray(picture), config=config))
