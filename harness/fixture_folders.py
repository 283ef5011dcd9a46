"""Frozen inputs: the folders of fixtures/, in a checkout and in an installed package."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[1] / "fixtures"
INSTALLED = Path(__file__).parent / "fixtures"  # where setup.py puts them


def fixture_folder(folder: str) -> Path:
    """Locate a folder of frozen inputs.

    Args:
        folder: `sweeps` or `fonts`.
    """
    return (INSTALLED if INSTALLED.is_dir() else CHECKOUT) / folder
