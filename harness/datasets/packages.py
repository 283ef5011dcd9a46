"""Packages that draw, and that not everybody has."""

import importlib.util


def require(module: str, package: str) -> None:
    """Refuse a generator whose package is not installed.

    Args:
        module: what is imported.
        package: its name on the index.

    Raises:
        ValueError: with what to do.
    """
    try:
        there = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package that the module would be in
        there = False
    if not there:
        raise ValueError(
            f"needs the package {package}, which is not installed: run `make extras`, or "
            f"pip install {package}"
        )
