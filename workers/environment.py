"""The home folder that the environment of this process names."""

import os
from pathlib import Path

VARIABLE = "CAPTCHA_HARNESS_HOME"


def chosen_home(given: Path | None) -> Path:
    """Choose --home DIR, else CAPTCHA_HARNESS_HOME, else ./runs."""
    return (given or Path(os.environ.get(VARIABLE) or "runs")).absolute()
