"""The PyPI package `captcha-whisperer`: a recurrent network for 36 characters, in the wheel."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from harness.breakers.ready_made import ReadyMadeReader


class CaptchaWhisperer(ReadyMadeReader):
    """captcha-whisperer 0.1: as it comes; digits and upper-case letters."""

    package: ClassVar[str] = "captcha_whisperer"

    def loaded(self) -> Any:
        """Give the program with its network in memory."""
        try:
            import captcha_whisperer
        except ImportError as error:
            raise self.lacking(error) from None
        return captcha_whisperer.CaptchaRecognizer()

    def text(self, program: Any, picture: npt.NDArray[np.uint8], alphabet: str) -> str:
        """See ReadyMadeReader.text."""
        return str(program.recognize_arrays([np.ascontiguousarray(picture)])[0]["text"])
