"""List of the files of a user's data set: those of a folder, or those that a table names."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.datasets.folder import label_table
from harness.datasets.folder.fingerprints import NOWHERE
from harness.datasets.folder.label_spelling import NAMED, counted, listed_briefly
from harness.datasets.folder.unread_tables import TABLE, unread_tables
from harness.errors import RequirementError

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".webp")
OTHERS = (  # suffixes of pictures that are not read, and named in an error
    ".apng", ".avif", ".cur", ".dib", ".eps", ".heic", ".heif", ".ico", ".jp2", ".jpf", ".jxl",
    ".pbm", ".pcx", ".pdf", ".pgm", ".pjp", ".pjpeg", ".pnm", ".ppm", ".psd", ".svg", ".svgz",
    ".tga", ".tif", ".tiff", ".xbm", ".xpm",
)  # fmt: skip
SOUNDS = (".wav", ".mp3", ".ogg", ".flac")
Pool = Literal["test_path", "validation_path", "path"]  # a picture in several goes to the first
LONGEST_NAME = 255  # characters; what is longer is no name of a file


@dataclass(frozen=True, slots=True)
class ListedFile:
    """File that may be a captcha.

    Attributes:
        file: its path.
        name: relative to the folder, or to the table's folder.
        label: of the table; None where the file's name holds it.
        line: of the table; 0 where there is no table.
    """

    file: Path
    name: str
    label: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileList:
    """Files of a folder, or of a table of labels.

    Attributes:
        path: the folder or the table, as it was asked for.
        entries: in the order of their names, or of the table's lines.
        table: where labels come from, if they come from a table.
        left_out: files that are no captchas, each with its reason.
        remarks: warnings, a line each that begins with its kind.
    """

    path: str
    entries: tuple[ListedFile, ...]
    table: Path | None
    left_out: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def list_files(path: str) -> FileList:
    """List the files of a folder, or of a table of labels.

    Args:
        path: the folder, or a CSV file. A labels.csv in the folder goes before file names.

    Returns:
        The files, unopened.

    Raises:
        ValueError: nothing there, or a table that cannot be read.
        RequirementError: the file system does not give them now.
    """
    try:
        whole = Path(path).expanduser()
        if whole.is_dir():
            return _of_folder(path, whole)
        if whole.is_file():
            return _of_table(path, whole)
    except OSError as error:
        raise RequirementError(f"cannot read {path}: {error.strerror}") from None
    except RuntimeError as error:  # no such user behind the tilde
        raise ValueError(f"path {path!r}: {error}") from None
    raise ValueError(f"path {path!r}: there is no such folder or CSV file")


def left(name: str, why: str) -> str:
    """Format a file that is left out and the reason, on one line."""
    text = printable(name)
    return f"{text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + '...'} ({why})"


def printable(name: str) -> str:
    """Format a file's name on one line; bytes that are no text are escaped."""
    text = name.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _of_folder(path: str, folder: Path) -> FileList:
    names = sorted(
        (file.name for file in folder.iterdir()), key=lambda name: (composed(name), name)
    )
    names = [name for name in names if not name.startswith(".")]  # ._x is macOS's, of no picture
    tables = [name for name in names if name.casefold() == TABLE]
    if len(tables) > 1:
        raise ValueError(f"{path}: {' and '.join(tables)}; keep one of them")
    taken, left_out = [], []
    for name in names:
        suffixes = [suffix.lower() for suffix in Path(name).suffixes]
        if suffixes and suffixes[-1] in SUFFIXES:
            taken.append(ListedFile(folder / name, composed(name)))
        elif any(suffix in SUFFIXES + OTHERS for suffix in suffixes):
            left_out.append(left(name, f"{suffixes[-1]} is not taken; save it as PNG"))
    if not taken and not tables:
        raise ValueError(f"path {path!r}: {_empty(folder, names, left_out)}")
    if not tables:
        remarks = tuple(unread_tables(folder, names, [entry.name for entry in taken]))
        return FileList(path, tuple(taken), None, tuple(left_out), remarks)
    listed = _of_table(path, folder / tables[0])
    known = {entry.name for entry in listed.entries}
    stray = [entry.name for entry in taken if entry.name not in known]
    if taken and len(stray) == len(taken):
        raise ValueError(
            f"{path}: {tables[0]} in it names none of its {len(taken):,} pictures; mend it, or "
            "move it away if their names are their labels"
        )
    left_out += [left(name, f"{tables[0]} does not name it") for name in stray]
    return FileList(path, listed.entries, listed.table, tuple(left_out) + listed.left_out)


def _empty(folder: Path, names: list[str], left_out: list[str]) -> str:
    """Explain why a folder has no image, and what it has instead."""
    sounds = sum(Path(name).suffix.lower() in SOUNDS for name in names)
    below = [name for name in names if (folder / name).is_dir()]
    if left_out:
        return f"no image in it that is taken: {'; '.join(left_out[:NAMED])}"
    if sounds:
        return f"no image in it, but {counted(sounds, 'sound')}, which only a generator can give"
    hint = f"; it has the folders {listed_briefly(below)}: name one of them" if below else ""
    return f"no image in it; files that count: {', '.join(SUFFIXES)}{hint}"


def _of_table(path: str, table: Path) -> FileList:
    """List the files that a table names; backslashes and other encodings of é are tried, too."""
    if table.suffix.lower() in SUFFIXES + OTHERS:
        raise ValueError(f"path {path!r}: a picture; name its folder, or a CSV file")
    rows, folders = label_table.rows(table), dict[Path, dict[str, Path]]()
    if not rows:
        raise ValueError(f"path {path!r}: no image in it: the table has no rows")
    entries, left_out = [], []
    for row in rows:
        file = _resolved(table.parent, row.file, folders)
        if file is None:
            left_out.append(left(row.file, f"line {row.line} of {table.name}: no such file"))
        else:
            name = composed(Path(os.path.relpath(file, table.parent)).as_posix())
            entries.append(ListedFile(file, name, row.label, row.line))
    if not entries:
        raise ValueError(
            f"{table}: none of the {counted(len(rows), 'file')} that it names is there "
            f"({listed_briefly(row.file for row in rows)}); they are looked for from "
            f"{table.parent} on"
        )
    return FileList(path, tuple(entries), table, tuple(left_out))


def _resolved(folder: Path, cell: str, folders: dict[Path, dict[str, Path]]) -> Path | None:
    for spelling in dict.fromkeys((cell, cell.replace("\\", "/"))):
        if "\0" in spelling:
            continue
        file = folder / spelling
        if os.path.lexists(file):
            return file
        if file.parent not in folders:
            folders[file.parent] = dict(_composed_names(file.parent))
        if composed(file.name) in folders[file.parent]:
            return folders[file.parent][composed(file.name)]
    return None


def _composed_names(folder: Path) -> Iterator[tuple[str, Path]]:
    try:
        yield from ((composed(file.name), file) for file in folder.iterdir())
    except OSError as error:
        if error.errno not in NOWHERE:
            raise


def composed(name: str) -> str:
    """Normalize a name (Unicode NFC), since an é can be encoded in several ways."""
    return unicodedata.normalize("NFC", name)
