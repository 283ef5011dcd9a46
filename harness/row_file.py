"""Rows of a file beside the sweep: `attack = "my.py:Flip"`, for each of the six nouns.

The class becomes one with two more fields, learned when the sweep is read: where its file lies, and
a digest of the file and of the modules beside it that it imports. The digest is a part of what the
row asks for, so that an edited file is other work; the place is not.
"""

import functools
import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from pydantic import Field

from harness.errors import HarnessError, SpecError
from harness.files.atomic import reason
from harness.files.source_digest import source_digest
from harness.options import Options, at_home

SUFFIX = ".py"
BASES = {  # noun -> what a row of it must be a subclass of
    "generator": ("harness.datasets.generator:Generator",),
    "gan": ("harness.gans.gan:Gan",),
    "architecture": (
        "harness.breakers.architecture:Architecture",
        "harness.breakers.ready_made_reader:ReadyMadeReader",
    ),
    "attack": ("harness.attacks.attack:Attack",),
    "defense": (
        "harness.defenses.defense:InputDefense",
        "harness.defenses.defense:TrainingDefense",
    ),
    "detector": ("harness.detectors.detector:Detector",),
}
_LOADED: dict[tuple[str, str, str], type[Options]] = {}  # noun, name and digest -> the class


@dataclass(frozen=True)
class RowSource:
    """Where a row of a file comes from.

    Attributes:
        noun: generator, gan, architecture, attack, defense or detector.
        name: as the sweep file says it, "my.py:Flip".
        text: the file's.
        contents: digest of the file and of the modules beside it that it imports.
    """

    noun: str
    name: str
    text: str
    contents: str


class FileRow(Options):
    """What a row of a file has beside its own options."""

    undigested: ClassVar[frozenset[str]] = frozenset({"source_folder"})
    source: ClassVar[RowSource]

    source_folder: str = Field(description="where the row's file is looked for; learned")
    source_contents: str = Field(description="digest of the row's file; learned")

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
        """Add what was learned of the file."""
        return {
            **super().located(table, folder),
            "source_folder": str(folder.absolute()),
            "source_contents": cls.source.contents,
        }


def is_file(name: str) -> bool:
    """Tell whether a row is named by its file."""
    return name.partition(":")[0].endswith(SUFFIX)


def row_of_file(noun: str, name: str, folder: Path) -> type[Options]:
    """Give the row of a file; the file is run.

    Args:
        noun: generator, gan, architecture, attack, defense or detector.
        name: file.py:Class.
        folder: where the file is looked for.

    Raises:
        SpecError: there is no such file or class, it cannot be run, or the class is no row of the
            noun; in one line.
    """
    file = _file(name, folder)
    try:
        contents = source_digest(file, _roots(file, folder))
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "not a text in UTF-8"
        raise SpecError(f"{noun} {name!r}: {file}: {why}") from None
    known = _LOADED.get((noun, name, contents))
    if known:
        return known
    return _row(RowSource(noun, name, text, contents), folder, file)


def row_of_run(noun: str, name: str, fields: Mapping[str, Any], text: str = "") -> type[Options]:
    """Give the row of a file as it was when a run began.

    Args:
        noun: of the row.
        name: file.py:Class.
        fields: of the row, with what was learned of the file.
        text: of the file, which the run has kept; used where the file is gone or another now.

    Raises:
        HarnessError: the file has changed, and the text alone is not what was run: it imports
            modules beside it.
    """
    folder, contents = Path(str(fields["source_folder"])), str(fields["source_contents"])
    known = _LOADED.get((noun, name, contents))
    if known:
        return known
    file = _file(name, folder)
    try:
        same = source_digest(file, _roots(file, folder)) == contents
    except OSError:
        same = False
    if same:
        text = file.read_text(encoding="utf-8")
    elif hashlib.sha256(text.encode()).hexdigest()[:20] != contents:
        raise HarnessError(
            f"{noun} {name!r}: {file}, or a module that it imports, has changed since the run "
            "began; run the sweep again, which begins another run"
        )
    return _row(RowSource(noun, name, text, contents), folder, file)


def names_in(file: Path) -> dict[str, list[str]]:
    """List the rows of a file by their nouns, each as a sweep file beside it names it.

    Args:
        file: of Python; it is run.

    Raises:
        SpecError: it cannot be read or run, in one line.
    """
    where = f"{file.name!r}"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "not a text in UTF-8"
        raise SpecError(f"{file}: {why}") from None
    contents = hashlib.sha256(text.encode()).hexdigest()[:20]
    with _importing([file.absolute().parent]):
        module = _run(where, RowSource("", file.name, text, contents), file)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and not inspect.isabstract(value)
    ]
    return {
        noun: [
            f"{file.name}:{kind.__name__}"
            for kind in classes
            if issubclass(kind, tuple(map(_base, bases)))
        ]
        for noun, bases in BASES.items()
    }


def loaded_row(noun: str, name: str, fields: Mapping[str, Any]) -> type[Options]:
    """Give the row of a file that this process has loaded already; nothing is run.

    Raises:
        SpecError: it has not.
    """
    known = _LOADED.get((noun, name, str(fields.get("source_contents"))))
    if known is None:
        raise SpecError(
            f"{noun} {name!r} is a class of a file, which is run for its own sweep only"
        )
    return known


def _file(name: str, folder: Path) -> Path:
    return (folder / at_home(name.partition(":")[0])).absolute()


def _roots(file: Path, folder: Path) -> list[Path]:
    """List the folders where a file's imports are looked for."""
    return list(dict.fromkeys([file.parent, folder.absolute()]))


def _row(source: RowSource, folder: Path, file: Path) -> type[Options]:
    """Run a file, and give its row with what was learned of it."""
    where = f"{source.noun} {source.name!r}"
    with _importing(_roots(file, folder)):
        module = _run(where, source, file)
    name = source.name.partition(":")[2]
    row = getattr(module, name, None)
    bases = tuple(_base(path) for path in BASES[source.noun])
    if not (isinstance(row, type) and issubclass(row, bases)):
        there = [
            key
            for key, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, bases) and value not in bases
        ]
        kinds = " or ".join(base.__name__ for base in bases)
        choices = f"; the file has {', '.join(there)}" if there else ""
        raise SpecError(f"{where}: {file} has no class {name!r} of the kind {kinds}{choices}")
    bound = _bound(row, source)
    _LOADED[source.noun, source.name, source.contents] = bound
    return bound


def _bound(row: type, source: RowSource) -> type[Options]:
    """Give a row the fields that say where it comes from."""
    content = {
        "__module__": row.__module__,
        "__doc__": row.__doc__,
        "__annotations__": {
            "undigested": ClassVar[frozenset[str]],
            "source": ClassVar[RowSource],
        },
        "undigested": row.undigested | FileRow.undigested,  # type: ignore[attr-defined] # of Options
        "source": source,
    }
    if source.noun == "generator":  # draws in processes of its own, as every user's code
        content["foreign"] = True
        content["__annotations__"] = {**content["__annotations__"], "foreign": ClassVar[bool]}
    bound: type[Options] = type(row)(row.__name__, (FileRow, row), content)
    return bound


@functools.cache
def _base(path: str) -> type:
    module, name = path.split(":")
    base: type = getattr(importlib.import_module(module), name)
    return base


def _run(where: str, source: RowSource, file: Path) -> ModuleType:
    """Run a file's text as a module.

    Raises:
        SpecError: it raised, in one line.
    """
    module = ModuleType(f"row_of_file_{source.contents}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # pydantic and dataclasses look there
    try:
        exec(compile(source.text, str(file), "exec"), vars(module))  # noqa: S102 - the sweep's author asks for it
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        line = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise SpecError(f"{where}: {file} cannot be run ({line})") from None
    return module


@contextmanager
def _importing(roots: Sequence[Path]) -> Iterator[None]:
    """Let a file import the modules beside it, while it is run."""
    before = list(sys.path)
    sys.path[:0] = [str(root) for root in roots]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
