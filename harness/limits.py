"""The table [limits] of a sweep file: what a run must keep to, for a gate."""

from typing import Annotated

from pydantic import Field

from harness.options import Epsilon, Options

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Limits(Options):
    """Limits of a run's figures; each is judged by the end of a 95 % interval that is worse."""

    captcha_accuracy: Share | None = Field(
        None, description="most that any attacker may get right of a captcha"
    )
    solved_per_day: Annotated[int, Field(ge=0)] | None = Field(
        None, description="most captchas that any attacker may solve a day"
    )
    robust_accuracy: Share | None = Field(
        None, description="least that the best breaker of each data set reads under attack"
    )
    epsilon: Epsilon | None = Field(
        None, description="radius of robust_accuracy; by default the largest that was attacked"
    )
    detected: Share | None = Field(
        None, description="least that the best detector of each data set notices of any attack"
    )
    warnings: tuple[str, ...] | None = Field(
        None, description="codes that may occur; [] allows none. By default all may"
    )

    @property
    def are_set(self) -> bool:
        """Tell whether there is any limit."""
        return self != Limits(epsilon=self.epsilon)
