"""Sweeps and plans as JSON that can be read again: what a run keeps of itself.

A row of a table (an attack's options, say) is written with its noun and name, and read as the class
of that row; a step's work with its kind, an entry with its measurement. What was learned from files
when the sweep was read stands there as well, and is not looked for again.
"""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.errors import HarnessError, SpecError
from harness.measurements.catalog import entries, works
from harness.options import KEPT, Options
from harness.pipeline.step import Entry, Work
from harness.registry import TABLES, find, rows

ROW, WORK, ENTRY = "$row", "$work", "$entry"
# What plans called their entries before they had names; schema version 2.
BEFORE = {
    "drawn": "datasets",
    "readings": "reading",
    "imitations": "gans",
    "cells": "curves",
    "guarded": "detection",
    "certificates": "certificates",
    "visited": "visits",
}
Model = TypeVar("Model", bound=BaseModel)


def dumped(value: Any) -> Any:
    """Write a model as JSON, with the names of rows and works in it."""
    if isinstance(value, BaseModel):
        fields = {name: dumped(getattr(value, name)) for name in type(value).model_fields}
        kind = type(value)
        if isinstance(value, Work):
            return {WORK: value.step, **fields}
        row = _row(kind)
        return {ROW: list(row), **fields} if row else fields
    if isinstance(value, dict):
        return {key: dumped(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [dumped(part) for part in value]
    if isinstance(value, Entry):
        fields = {
            field.name: dumped(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return {ENTRY: value.measurement, **fields}
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
    fields = {key: _revived(part) for key, part in content.items() if key not in (ROW, WORK, ENTRY)}
    if ROW in content:
        return find(*content[ROW]).model_validate(fields, context=KEPT)
    if WORK in content:
        return works()[content[WORK]].model_validate(fields, context=KEPT)
    if ENTRY in content:
        return _entry(content[ENTRY]).validate_python(fields)
    return fields


@functools.cache
def _entry(measurement: str) -> TypeAdapter[Entry]:
    """Give what turns JSON into an entry: lists into tuples, and so on."""
    return TypeAdapter(entries()[measurement])


def renamed_entries(content: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a plan of schema version 2 into the form that `loaded` reads.

    Args:
        content: as JSON gave it.
    """
    return {
        "steps": content["steps"],
        "entries": {
            name: [{ENTRY: name, **fields} for fields in content.get(before, ())]
            for before, name in BEFORE.items()
        },
    }


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
