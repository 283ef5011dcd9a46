"""What there is, and with which options: for people, or as JSON."""

import types
import typing
from typing import Any

from harness.errors import SpecError
from harness.specs import Options
from harness.sweepfile import FROZEN
from harness.tables import TABLES, find, rows, suggestion


def described(noun: str | None) -> dict[str, Any]:
    """Every row of the tables: what it is, its options with type, default and meaning.

    Raises:
        SpecError: there is no such noun.
    """
    if noun is not None and noun.removesuffix("s") not in TABLES:
        raise SpecError(f"unknown noun {noun!r}; {suggestion(noun, TABLES)}")
    nouns = [noun.removesuffix("s")] if noun else list(TABLES)
    found: dict[str, Any] = {
        word: {
            name: {
                "about": (find(word, name).__doc__ or "").strip().splitlines()[0],
                "options": {
                    option: _option(find(word, name), option)
                    for option in find(word, name).model_fields
                },
            }
            for name in rows(word)
        }
        for word in nouns
    }
    if noun is None:
        found["sweep"] = {
            file.stem: {"about": file.read_text().splitlines()[0].removeprefix("# "), "options": {}}
            for file in sorted(FROZEN.glob("*.toml"))
        }
    return found


def _option(row: type[Options], name: str) -> dict[str, Any]:
    field = row.model_fields[name]
    default = field.default
    # A row that only changes a default keeps the meaning that its base gave.
    bases = [base for base in row.__mro__ if issubclass(base, Options)]
    fields = [base.model_fields[name] for base in bases if name in base.model_fields]
    about = next((field.description for field in fields if field.description), "")
    return {
        "type": _spelled(field.annotation),
        "default": list(default) if isinstance(default, tuple) else default,
        "about": about,
    }


def _spelled(annotation: Any) -> str:
    """A type as a person would say it."""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " | ".join(str(value) for value in inside)
    if origin is typing.Annotated:
        return _spelled(inside[0])
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_spelled(part) for part in inside if part is not type(None))
    if origin is tuple:
        return f"list of {_spelled(inside[0])}"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true | false"}.get(
        getattr(annotation, "__name__", ""), str(annotation)
    )


def printed(found: dict[str, Any]) -> str:
    """The same as indented text."""
    lines = []
    for noun, table in found.items():
        lines.append(f"{noun}s")
        for name, row in table.items():
            lines.append(f"  {name:22}{row['about']}")
            for option, facts in row["options"].items():
                default = "" if facts["default"] is None else f" = {facts['default']}"
                about = f"  {facts['about']}" if facts["about"] else ""
                lines.append(f"      {option + default:32} ({facts['type']}){about}")
        lines.append("")
    return "\n".join(lines).rstrip()
