"""Sweeps and plans as JSON that can be read again: what a run keeps of itself.

A row of a table (an attack's options, say) is written with its noun and name, and read as the class
of that row; a step's work with its kind. What was learned from files when the sweep was read stands
there as well, and is not looked for again.
"""

import functools
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.errors import HarnessError, SpecError
from harness.options import KEPT, Options
from harness.registry import TABLES, find, rows
from harness.measurements.catalog import WORKS

ROW, WORK = "$row", "$work"
Model = TypeVar("Model", bound=BaseModel)


def dumped(value: Any) -> Any:
    """Write a model as JSON, with the names of rows and works in it."""
    if isinstance(value, BaseModel):
        fields = {name: dumped(getattr(value, name)) for name in type(value).model_fields}
        kind = type(value)
        if kind in WORKS.values():
            return {WORK: fields["step"], **fields}
        row = _row(kind)
        return {ROW: list(row), **fields} if row else fields
    if isinstance(value, dict):
        return {key: dumped(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [dumped(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: dumped(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def loaded(kind: type[Model], content: Any) -> Model:
    """Read what `dumped` has written.

    Args:
        kind: the class of the whole.
        content: as JSON gave it.

    Raises:
        HarnessError: it was written by an edition that says it otherwise, or a row is missing.
    """
    try:
        return kind.model_validate(_revived(content), context=KEPT)
    except SpecError as error:
        raise HarnessError(f"a run of another edition: {error}") from None
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise HarnessError(f"a run of another edition, not to be read here: {reason}") from None


def _revived(content: Any) -> Any:
    """Turn rows and works, at any depth, into objects of their classes."""
    if isinstance(content, list):
        return [_revived(part) for part in content]
    if not isinstance(content, dict):
        return content
    fields = {key: _revived(part) for key, part in content.items() if key not in (ROW, WORK)}
    if ROW in content:
        return find(*content[ROW]).model_validate(fields, context=KEPT)
    if WORK in content:
        return WORKS[content[WORK]].model_validate(fields, context=KEPT)
    return fields


@functools.cache
def _row(kind: type[BaseModel]) -> tuple[str, str] | None:
    """Look up the noun and the name of a row by its class."""
    if not issubclass(kind, Options):
        return None
    path = f"{kind.__module__}:{kind.__qualname__}"
    for noun in TABLES:
        for name, where in rows(noun).items():
            if where == path:
                return noun, name
    for noun in TABLES:  # a package may name a class by another module than its own
        for name in rows(noun).keys() - TABLES[noun].keys():
            try:
                if find(noun, name) is kind:
                    return noun, name
            except SpecError:
                continue
    return None
