"""Sweep files: TOML to a SweepSpec; an error lists all mistakes, each with key and choices."""

import re
import tomllib
from pathlib import Path

from harness.complaints import shown
from harness.errors import SpecError, SweepError
from harness.fixture_folders import fixture_folder
from harness.registry import suggestion
from harness.sweep.model import SweepSpec
from harness.sweep.tables import Tables

FROZEN = fixture_folder("sweeps")
LARGEST = 5_000_000  # bytes of a sweep file
DEEPEST = 32  # parts of a dotted key: tomllib's time grows with their square
PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
LONG_KEY = re.compile(rf"(?:^|[{{,])[ \t\[]*+(?:{PART}[ \t]*+\.[ \t]*+){{{DEEPEST},}}", re.M)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def locate(name: str) -> Path:
    """Find the file of a sweep: a path, or a quick name of fixtures/sweeps.

    Raises:
        SpecError: there is no such file; the quick names are listed.
    """
    for file in (Path(name), FROZEN / f"{name}.toml"):
        try:
            if file.is_file():
                return file
        except OSError as error:  # a name that is too long, a folder that may not be entered
            raise SpecError(f"{shown(name)}: cannot be looked at ({error.strerror})") from None
    known = [file.stem for file in FROZEN.glob("*.toml")]
    raise SpecError(f"no sweep file {name!r}; {suggestion(name, known)}, or the path of a file")


def text_of(file: Path) -> str:
    """Read the text of a sweep file, whatever the locale, without a byte order mark.

    Raises:
        SpecError: one line: it cannot be read, is too large, or no text in UTF-8.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise SpecError(f"{file}: cannot be read ({error.strerror})") from None
    if len(content) > LARGEST:
        raise SpecError(f"{file}: larger than {LARGEST:,} bytes; no sweep is")
    try:
        text = content.decode("utf-8-sig")
        if "\0" not in text:
            return text
        hint = " (is it UTF-16?)"
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = " (this is UTF-16)" if content.startswith(UTF_16) else f" (line {line} is not)"
    raise SpecError(f"{file}: not a text file; a sweep file is TOML in UTF-8{hint}: save it so")


def read(file: Path, folder: Path | None = None) -> SweepSpec:
    """Read a sweep file.

    Args:
        file: TOML in UTF-8.
        folder: where the paths in it start; by default where the file is.

    Raises:
        SpecError: a line for each mistake: the file, the key, the value, the choices.
    """
    text = text_of(file)
    try:
        return parse(text, folder or file.parent)
    except SweepError as error:
        raise error.within(file) from None
    except SpecError as error:
        raise SpecError(f"{file}: {error}") from None


def parse(text: str, folder: Path = Path()) -> SweepSpec:
    """Read the text of a sweep file; paths in it start at `folder`. See `read`."""
    return Tables(_loaded(text), folder.absolute()).sweep()


def _loaded(text: str) -> dict[str, object]:
    """Parse the text as TOML."""
    if LONG_KEY.search(text):
        raise SpecError(f"not TOML that a sweep needs: a key of {DEEPEST} parts or more")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"not TOML: {error}") from None
    except RecursionError:
        raise SpecError("not TOML that a sweep needs: brackets in brackets, very many") from None
    except ValueError as error:  # Python's limit on the digits of a number, a day that is none
        raise SpecError(f"not TOML: {str(error).partition(';')[0]}") from None
