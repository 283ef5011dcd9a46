"""Optional packages that some generators draw with."""

import importlib.util

from harness.errors import SkippedError


def require(module: str, package: str) -> None:
    """Check that an optional package is installed.

    Args:
        module: what is imported.
        package: its name on the index.

    Raises:
        SkippedError: with what to do.
    """
    if not is_there(module):
        raise SkippedError(
            f"the package {package} is not installed; `make extras` or `pip install {package}`, "
            "then run again"
        )


def is_there(module: str) -> bool:
    """Tell whether a module is installed; it is not imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package that the module would be in
        return False
