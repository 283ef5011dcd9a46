"""Fonts by name, and the paths of their files."""

import functools
from importlib.util import find_spec
from pathlib import Path

FROZEN = Path(__file__).parents[3] / "fixtures" / "fonts"
SUFFIXES = (".otf", ".ttf", ".woff2")
PACKAGES = (
    "font_caladea", "font_fredoka_one", "font_hanken_grotesk", "font_manrope",
    "font_source_serif_pro",
)  # fmt: skip


def font_path(name: str) -> Path:
    """Find the file of a font.

    Args:
        name: a name of fixtures/fonts or of an installed font package (without its suffix),
            `DroidSansMono` (which the captcha package carries), or the path of a .ttf, .otf or
            .woff2 file.

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
    for package in (*PACKAGES, "captcha"):
        spec = find_spec(package)
        if spec and spec.origin:
            folders.append(Path(spec.origin).parent / ("data" if package == "captcha" else "files"))
    files = [file for folder in folders for file in sorted(folder.glob("*"))]
    return {file.stem: file for file in files if file.suffix in SUFFIXES}
