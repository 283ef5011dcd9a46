"""The PyPI package `ddddocr`: a general reader of captchas, its weights in the wheel."""

from typing import ClassVar

from pydantic import Field

from harness.array_types import Bytes
from harness.breakers.ready_made_reader import Program, ReadyMadeReader, png


class Ddddocr(ReadyMadeReader):
    """PyPI ddddocr 1.6, not trained further: a general captcha reader, for any alphabet."""

    package: ClassVar[str] = "ddddocr"

    beta: bool = Field(True, description="read with the newer of its two networks")

    def loaded(self) -> Program:
        """Load the program with its network into memory."""
        try:
            import ddddocr
        except ImportError as error:
            raise self.lacking(error) from None
        return ddddocr.DdddOcr(show_ad=False, beta=self.beta)

    def text(self, program: Program, picture: Bytes, alphabet: str) -> str:
        """Read one image; see ReadyMadeReader.text."""
        return str(program.classification(png(picture)))
