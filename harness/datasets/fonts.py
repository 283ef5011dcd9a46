"""Names of fonts, and where they lie."""

from pathlib import Path

FROZEN = Path(__file__).parents[2] / "fixtures" / "fonts"
SUFFIXES = (".ttf", ".otf", ".woff2")


def font_path(name: str) -> Path:
    """The file of a font.

    Args:
        name: a name of fixtures/fonts (without its suffix), `DroidSansMono` (which the captcha
            package carries), or the path of a .ttf, .otf or .woff2 file.

    Raises:
        ValueError: there is no such font; the known names are listed.
    """
    known = {file.stem: file for file in FROZEN.iterdir() if file.suffix in SUFFIXES}
    if name == "DroidSansMono":
        import captcha

        return Path(captcha.__file__).parent / "data" / "DroidSansMono.ttf"
    if name in known:
        return known[name]
    if Path(name).suffix in SUFFIXES and Path(name).is_file():
        return Path(name).resolve()
    names = ", ".join(sorted([*known, "DroidSansMono"]))
    raise ValueError(f"font {name!r} does not exist; choices: {names}, or the path of a font file")
