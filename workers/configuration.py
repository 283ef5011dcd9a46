"""The settings in force: the operator's file where there is one, else workers/settings.py."""

import os
import runpy
from pathlib import Path

from harness.errors import RequirementError
from workers import settings

VARIABLE = "CAPTCHA_HARNESS_CELERYCONFIG"
CHECKOUT = Path(__file__).parents[1]


def operators_file() -> Path | None:
    """Find the operator's file: what the variable names, else celeryconfig.py of a checkout.

    A celeryconfig.py elsewhere belongs to another program, and is not looked for.

    Raises:
        RequirementError: the variable names no file.
    """
    if named := os.environ.get(VARIABLE):
        if not Path(named).is_file():
            raise RequirementError(f"{VARIABLE} names no file: {named}")
        return Path(named)
    beside = CHECKOUT / "celeryconfig.py"
    return beside if (CHECKOUT / "pyproject.toml").is_file() and beside.is_file() else None


file = operators_file()
globals().update(runpy.run_path(str(file)) if file else vars(settings))
