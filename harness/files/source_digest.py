"""The digest of a user's function: its file and the user's own modules that it imports."""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

MOST = 2_000  # files that are read


def source_digest(file: Path, roots: Sequence[Path]) -> str:
    """Compute the digest of a Python file and of the user's own modules that it imports.

    Modules that are imported by a computed name, and files that are opened (fonts, pictures), are
    no part of it.

    Args:
        file: of the function.
        roots: folders where its imports are looked for; other modules are installed ones.

    Returns:
        20 hexadecimal digits: the same wherever the folders lie.

    Raises:
        OSError: the file cannot be read.
    """
    content = hashlib.sha256(file.read_bytes())
    for other in sorted(_imported(file, [folder.resolve() for folder in roots])):
        content.update(f"{_name(other, roots)}\n".encode("utf-8", "backslashreplace"))
        content.update(other.read_bytes())
    return content.hexdigest()[:20]


def _imported(file: Path, roots: Sequence[Path]) -> set[Path]:
    """Gather the files that a file imports, and those that they import."""
    known: set[Path] = {file.resolve()}
    waiting = [file.resolve()]
    while waiting and len(known) < MOST:
        current = waiting.pop()
        for name in _names(current):
            for folder in (*roots, current.parent):
                fresh = set(_files(folder, name)) - known
                known |= fresh
                waiting += fresh
    return known - {file.resolve()}


def _names(file: Path) -> Iterator[str]:
    """List the dotted names that a file imports; none of one that is no Python."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{node.module}." if node.module else ""
            yield from (f"{base}{alias.name}" for alias in node.names)


def _files(folder: Path, name: str) -> Iterator[Path]:
    """List the files of a dotted name below a folder: packages on the way, and the module."""
    at = folder
    for part in name.split("."):
        at = at / part
        for candidate in (at / "__init__.py", at.with_name(f"{part}.py")):
            if candidate.is_file():
                yield candidate.resolve()


def _name(file: Path, roots: Sequence[Path]) -> str:
    """Name a file by its path below a root, so that the same site elsewhere is the same."""
    for folder in roots:
        if file.is_relative_to(folder.resolve()):
            return file.relative_to(folder.resolve()).as_posix()
    return file.name
