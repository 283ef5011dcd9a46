"""Packages that draw, and that not everybody has."""

import importlib.util

from harness.errors import SkippedError


def require(module: str, package: str) -> None:
    """Skip what needs a package that is not installed.

    Args:
        module: what is imported.
        package: its name on the index.

    Raises:
        SkippedError: with what to do.
    """
    try:
        there = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package that the module would be in
        there = False
    if not there:
        raise SkippedError(
            f"the package {package} is not installed; `make extras` or `pip install {package}`, "
            "then run again"
        )
