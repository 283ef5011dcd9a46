"""Feature squeezing: a clean image's prediction hardly changes after squeezing."""

from typing import Annotated, Literal

from pydantic import Field

from harness.array_types import Filter
from harness.detectors.detector import Detector, Sign

Squeezer = Literal["bit_depth", "median", "mean_blur", "autoencoder"]


class Squeeze(Detector):
    """The largest change of the prediction behind any of the squeezers (fewer bits, blur).

    Source: Xu, Evans, Qi 2018, section 4.
    """

    squeezers: Annotated[tuple[Squeezer, ...], Field(min_length=1)] = Field(
        ("bit_depth", "median"),
        description="filters behind which the breaker reads the image again",
    )
    bits: Annotated[int, Field(ge=1, le=7)] = Field(
        1, description="bits of each pixel, for bit_depth"
    )
    size: Literal[2, 3, 5] = Field(2, description="side of the neighborhood of median, pixels")

    def signs(self, denoise: Filter) -> tuple[Sign, ...]:
        """See Detector.signs."""
        from harness.defenses.bit_depth import BitDepth
        from harness.defenses.mean_blur import MeanBlur
        from harness.defenses.median import Median
        from harness.detectors.signs import most_squeezed

        filters = {
            "bit_depth": BitDepth(bits=self.bits).filter(),
            "median": Median(size=self.size).filter(),
            "mean_blur": MeanBlur().filter(),
            "autoencoder": denoise,
        }
        return (most_squeezed(*(filters[name] for name in self.squeezers)),)

    def needs_denoiser(self) -> bool:
        """See Detector.needs_denoiser."""
        return "autoencoder" in self.squeezers
