"""Lists what a sweep file can name, and with which options."""

import shutil
import textwrap
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.complaints import taken
from harness.errors import SpecError
from harness.options import Options
from harness.registry import TABLES, find, rows, suggestion
from harness.row_file import is_file, names_in, row_of_file
from harness.sweep.entries import KINDS
from harness.sweep.sweepfile import FROZEN, text_of
from harness.sweep.toml_text import toml

WIDEST = 120  # columns of a line
INDENT = 6  # columns before an option
SWEEPS = "sweep"
LEARNED = ("contents", "learned")  # options that are read from a source, never from a file
PLAIN = {"str": "text", "int": "whole number", "float": "number", "bool": "true | false"}


class Option(TypedDict):
    """One option of a row: its type in words, what a file gives for it, default, meaning."""

    type: str
    takes: str
    default: object
    about: str
    required: bool


class Row(TypedDict):
    """One row of a table: what it is, and its options by name."""

    about: str
    options: dict[str, Option]


@dataclass(frozen=True)
class Listing:
    """What a sweep file can name, by noun and name."""

    tables: dict[str, dict[str, Row]]

    def as_json(self) -> dict[str, dict[str, Row]]:
        """Give it for programs."""
        return self.tables

    def as_text(self) -> str:
        """Write it as indented text, as wide as the terminal."""
        width = min(WIDEST, max(40, shutil.get_terminal_size((WIDEST, 24)).columns))
        lines: list[str] = []
        for noun, table in self.tables.items():
            lines.append(f"{noun}s")
            lines += _shared(noun, width)
            for name, row in table.items():
                lines += _wrapped(f"  {name:21} {row['about']}", width, 24)
                for option, facts in row["options"].items():
                    learned = option in LEARNED or facts["about"].endswith("; learned")
                    if facts["takes"] and not learned:
                        lines += _option_lines(option, facts, width)
            lines.append("")
        return "\n".join(lines).rstrip()


def listing(noun: str | None) -> Listing:
    """Describe every row of the tables: what it is, its options with type, default and meaning.

    Args:
        noun: of one table, singular or plural; or a Python file with rows; None: all.

    Raises:
        SpecError: there is no such noun, or the file holds no row.
    """
    nouns = [*TABLES, SWEEPS]
    if noun and is_file(noun):
        return _of_file(Path(noun))
    asked = noun.removesuffix("s") if noun else None
    if asked is not None and asked not in nouns:
        raise SpecError(f"unknown noun {noun!r}; {suggestion(noun or '', nouns)}")
    return Listing(
        {
            each: _sweeps() if each == SWEEPS else {name: _row(each, name) for name in rows(each)}
            for each in nouns
            if asked in (None, each)
        }
    )


def _of_file(file: Path) -> Listing:
    """Describe the rows of a file, as a sweep file beside it names them."""
    folder = file.absolute().parent
    tables = {
        noun: {name: _described(row_of_file(noun, name, folder)) for name in names}
        for noun, names in names_in(file).items()
        if names
    }
    if not tables:
        raise SpecError(
            f"{file} holds no row: no class that is a child of one of harness's "
            f"({', '.join(TABLES)})"
        )
    return Listing(tables)


def _sweeps() -> dict[str, Row]:
    """List the built-in sweeps, by their first comment."""
    return {
        file.stem: {"about": text_of(file).splitlines()[0].removeprefix("# "), "options": {}}
        for file in sorted(FROZEN.glob("*.toml"))
    }


def _row(noun: str, name: str) -> Row:
    """Describe one row; of a package that cannot be loaded, why."""
    try:
        return _described(find(noun, name))
    except SpecError as error:
        return {"about": f"cannot be used: {error}", "options": {}}


def _described(row: type[Options]) -> Row:
    """Describe a row by its docstring and its fields."""
    options = {option: _option(row, option) for option in row.model_fields}
    about = (row.__doc__ or "").strip() or f"{row.__module__}.{row.__name__}, which says no more."
    line = about.splitlines()[0]
    if issubclass(row, ReadyMadeReader):
        line = f"{line.removesuffix('.')} (ready-made)."
    return {"about": line, "options": options}


def _shared(noun: str, width: int) -> Iterator[str]:
    """Write the keys that every table of a kind takes besides the options of its row."""
    for key, kind in KINDS.items():
        fields = kind.spec.model_fields
        common = [name for name, field in fields.items() if field.description]
        if kind.noun == noun and common and issubclass(kind.spec, Options):
            yield from _wrapped(f"  {f'[{key}.NAME]':21} Keys of every such table.", width, 24)
            for name in common:
                yield from _option_lines(name, _option(kind.spec, name), width)


def _option(row: type[Options], name: str) -> Option:
    """Describe one option of a row."""
    field = row.model_fields[name]
    default = field.get_default(call_default_factory=True) if not field.is_required() else None
    # A row that only changes a default keeps the meaning that its base gave.
    bases = [base for base in row.__mro__ if issubclass(base, Options)]
    fields = [base.model_fields[name] for base in bases if name in base.model_fields]
    about = next((field.description for field in fields if field.description), "")
    return {
        "type": " | ".join(taken(row, name)) or _spelled(field.annotation, str),
        "takes": " | ".join(map(toml, taken(row, name))) or _spelled(field.annotation, toml),
        "default": list(default) if isinstance(default, tuple) else default,
        "about": about,
        "required": field.is_required(),
    }


def _spelled(annotation: object, choice: Callable[[Any], str]) -> str:
    """Write a type in words, with its choices; "" where a file can give nothing."""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " | ".join(map(choice, inside))
    if origin is typing.Annotated:
        return _spelled(inside[0], choice)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(filter(None, (_spelled(part, choice) for part in inside)))
    if origin in (tuple, list, set, frozenset):
        return f"list of {_spelled(inside[0], choice)}"
    if annotation is types.NoneType:
        return ""
    name = getattr(annotation, "__name__", str(annotation))
    return PLAIN.get(name, "table" if isinstance(annotation, type) else name)


def _option_lines(option: str, facts: Option, width: int) -> Iterator[str]:
    """Write the lines of one option: how a file sets it, its type, its meaning."""
    default = "" if facts["default"] is None else f" = {toml(facts['default'])}"
    must = ", required" if facts["required"] else ""
    about = f"  {facts['about']}" if facts["about"] else ""
    line = f"{'':{INDENT}}{option + default:32} ({facts['takes']}{must}){about}"
    return _wrapped(line, width, INDENT + 4)


def _wrapped(line: str, width: int, hanging: int) -> Iterator[str]:
    """Break a line into as many as it takes."""
    start = len(line) - len(line.lstrip())
    yield from textwrap.wrap(
        line,
        width,
        initial_indent="",
        subsequent_indent=" " * min(max(hanging, start + 4), width // 2),
        drop_whitespace=True,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
