"""Fonts by name, and the paths of their files."""

import functools
from importlib.util import find_spec
from pathlib import Path

from harness.fixture_folders import fixture_folder

FROZEN = fixture_folder("fonts")
SUFFIXES = (".otf", ".ttf", ".woff2")


def font_path(name: str) -> Path:
    """Find the file of a font.

    Args:
        name: a name of fixtures/fonts (without its suffix), `DroidSansMono` (which the captcha
            package carries), or the path of a .ttf, .otf or .woff2 file.

    Raises:
        ValueError: there is no such font; the known names are listed.
    """
    known = _known()
    if name in known:
        return known[name]
    if Path(name).suffix.lower() in SUFFIXES and Path(name).is_file():
        return Path(name).resolve()
    names = ", ".join(sorted(known))
    raise ValueError(f"font {name!r} does not exist; choices: {names}, or the path of a font file")


def is_known(name: str) -> bool:
    """Tell whether a font comes with this project or a package: it has all of printable ASCII."""
    return name in _known()


@functools.cache
def _known() -> dict[str, Path]:
    """Map names to files of all fonts that come with this project or with packages."""
    folders = [FROZEN]
    package = find_spec("captcha")
    if package and package.origin:
        folders.append(Path(package.origin).parent / "data")
    files = [file for folder in folders for file in sorted(folder.glob("*"))]
    return {file.stem: file for file in files if file.suffix in SUFFIXES}
