"""The PyPI package `ddddocr`: a general reader of captchas, its weights in the wheel."""

import math
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

    def text_and_confidence(
        self, program: Program, picture: Bytes, alphabet: str
    ) -> tuple[str, float]:
        """Read one image; its confidence is the probability of the best path through its steps.

        See ReadyMadeReader.text_and_confidence.
        """
        answer = program.classification(png(picture), probability=True)
        # For each step along the picture one image [1, classes]: blanks and repeats are steps too.
        steps = (step for block in answer["probabilities"] for step in block)
        return str(answer["text"]), math.prod(max(step) for step in steps)
