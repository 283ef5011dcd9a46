"""Plan files: sweeps and plans as JSON that a later edition can read again.

A row of a table (an attack's options, say) is written with its noun and name, and read as the class
of that row; a step's work with its kind, an entry with its measurement. Facts that were read from a
user's files together with the sweep are written as well, and not read from those files again.
"""

import dataclasses
import functools
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.errors import HarnessError, SpecError
from harness.measurements.catalog import entries, works
from harness.options import KEPT, Json, Options
from harness.pipeline.step import Entry, Work
from harness.registry import TABLES, find, find_kept, rows
from harness.row_file import FileRow

ROW, WORK, ENTRY, TEXT = "$row", "$work", "$entry", "$text"
# Names of entries in plans of schema version 2 -> measurement.
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


def dumped(value: object) -> Json:
    """Convert a model to JSON, with the names of its rows, works and entries."""
    if isinstance(value, BaseModel):
        fields = {name: dumped(getattr(value, name)) for name in type(value).model_fields}
        kind = type(value)
        if isinstance(value, Work):
            return {WORK: value.step, **fields}
        if isinstance(value, FileRow):
            source = value.source
            return {ROW: [source.noun, source.name], TEXT: source.text, **fields}
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


def loaded(kind: type[Model], content: Json) -> Model:
    """Rebuild a model from the JSON of `dumped`.

    Args:
        kind: the class of the model.
        content: the JSON.

    Raises:
        HarnessError: it was written by an edition with other fields, or a row does not exist.
    """
    try:
        return kind.model_validate(_revived(content), context=KEPT)
    except SpecError as error:
        raise HarnessError(f"a run of another edition: {error}") from None
    except HarnessError:
        raise
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise HarnessError(f"a run of another edition, not to be read here: {reason}") from None


def _revived(content: Json) -> Json:
    """Replace rows, works and entries, at any depth, by objects of their classes."""
    if isinstance(content, list):
        return [_revived(part) for part in content]
    if not isinstance(content, dict):
        return content
    learned = (ROW, WORK, ENTRY, TEXT)
    fields = {key: _revived(part) for key, part in content.items() if key not in learned}
    if ROW in content:
        noun, name = content[ROW]
        row = find_kept(noun, name, fields, content.get(TEXT, ""))
        return row.model_validate(fields, context=KEPT)
    if WORK in content:
        return works()[content[WORK]].model_validate(fields, context=KEPT)
    if ENTRY in content:
        return _entry(content[ENTRY]).validate_python(fields)
    return fields


@functools.cache
def _entry(measurement: str) -> TypeAdapter[Entry]:
    """Build the adapter that validates the entries of a measurement from JSON."""
    return TypeAdapter(entries()[measurement])


def renamed_entries(content: Mapping[str, Json]) -> dict[str, Json]:
    """Convert a plan of schema version 2 to the form that `loaded` reads.

    Args:
        content: the JSON.
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
