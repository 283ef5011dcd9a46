"""The PyPI package `ddddocr`: a general reader of captchas, its weights in the wheel."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.breakers.ready_made import ReadyMadeReader, png


class Ddddocr(ReadyMadeReader):
    """ddddocr 1.6: as it comes, for any alphabet."""

    package: ClassVar[str] = "ddddocr"

    beta: bool = Field(True, description="its newer network")

    def loaded(self) -> Any:
        """Give the program with its network in memory."""
        try:
            import ddddocr
        except ImportError as error:
            raise self.lacking(error) from None
        return ddddocr.DdddOcr(show_ad=False, beta=self.beta)

    def text(self, program: Any, picture: npt.NDArray[np.uint8], alphabet: str) -> str:
        """See ReadyMadeReader.text."""
        return str(program.classification(png(picture)))
