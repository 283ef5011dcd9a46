"""Entries of a sweep: one table of a sweep file, its row found and its options validated."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from harness.attacks.attack import Attack
from harness.breakers.architecture import Architecture
from harness.breakers.foundation import Foundation
from harness.breakers.pretrained import Pretrained
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.complaints import complaints, shown
from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.detectors.detector import Detector
from harness.errors import SpecError, SweepError
from harness.gans.gan import Gan
from harness.options import Options
from harness.registry import TABLES as OURS
from harness.registry import find, rows, suggestion
from harness.sweep.specs import (
    AttackSpec,
    AuditSpec,
    BreakerSpec,
    DatasetSpec,
    DefenseSpec,
    DetectorSpec,
    GanSpec,
    VisitSpec,
)

Spec = TypeVar("Spec", bound=BaseModel)
Table = Mapping[str, object]


@dataclass(frozen=True)
class Kind:
    """A kind of tables: those below one key of a sweep file.

    Attributes:
        spec: the class of their entries.
        noun: the key that names a table's row; "" where there are no rows.
        bases: the classes that a row may be a child of.
        varies: whether a table may have `vary`.
    """

    spec: type[BaseModel]
    noun: str
    bases: tuple[type[Options], ...] = ()
    varies: bool = False


BREAKERS = (Architecture, Foundation, Pretrained, ReadyMadeReader)
KINDS: Mapping[str, Kind] = {
    "datasets": Kind(DatasetSpec, "generator", (Generator, GanCaptcha), varies=True),
    "gans": Kind(GanSpec, "gan", (Gan,)),
    "breakers": Kind(BreakerSpec, "architecture", BREAKERS, varies=True),
    "attacks": Kind(AttackSpec, "attack", (Attack,)),
    "defenses": Kind(DefenseSpec, "defense", (InputDefense, TrainingDefense)),
    "detectors": Kind(DetectorSpec, "detector", (Detector,)),
    "visits": Kind(VisitSpec, ""),
    "audits": Kind(AuditSpec, ""),
}


def entry(kind: Kind, where: str, table: Table, folder: Path) -> BaseModel:
    """Build one entry: what all of its kind have, and the options of its row.

    Args:
        kind: of the table.
        where: the table's key in the file, as in datasets.site.
        table: as the file has it, `vary` carried out.
        folder: where relative paths start.

    Raises:
        SweepError: all mistakes of the table.
    """
    if not kind.noun:
        return _validated(kind.spec, where, table)
    row = _row(kind, where, table, folder)
    common = set(kind.spec.model_fields) - {"options"}
    choices = common | set(row.model_fields)
    unknown = [key for key in table if key not in choices]
    mistakes = [f"{where}.{key}: unknown key; {suggestion(key, choices)}" for key in unknown]
    shared = {key: value for key, value in table.items() if key in common}
    special = {key: value for key, value in table.items() if key in choices - common}
    options: BaseModel = row.model_construct()  # so that the rest can be looked at
    accepted = False
    built: BaseModel | None = None
    try:
        ours = table[kind.noun] in OURS[kind.noun]
        options = _validated(row, where, _located(row, where, special, folder), ours)
        accepted = True
    except SweepError as error:
        mistakes += error.mistakes
    try:
        built = _validated(kind.spec, where, {**shared, "options": options})
        if accepted:
            _counted(built, where)
    except SweepError as error:
        mistakes += error.mistakes
    if built is None or mistakes:
        raise SweepError(*mistakes)
    return built


def _located(row: type[Options], where: str, table: Table, folder: Path) -> Table:
    """Resolve the paths among the options from the sweep file's folder."""
    try:
        return row.located(table, folder)
    except RuntimeError as error:  # ~nobody/captchas
        raise SweepError(f"{where}: a path that leads nowhere ({error})") from None


def _row(kind: Kind, where: str, table: Table, folder: Path) -> type[Options]:
    """Find the class of the row that a table names."""
    noun = kind.noun
    if noun not in table:
        dotted = table and all(isinstance(value, dict) for value in table.values())
        hint = f'; a name with a dot stands in quotes, as in [{where}."5"]' if dotted else ""
        raise SweepError(f"{where}: needs `{noun} = ...`{hint}; {suggestion('', rows(noun))}")
    name = table[noun]
    try:
        row = find(noun, name if isinstance(name, str) else shown(name), folder)
    except SpecError as error:
        raise SweepError(f"{where}.{noun}: {error}") from None
    if not issubclass(row, kind.bases):
        bases = " or ".join(f"{base.__module__}.{base.__name__}" for base in kind.bases)
        raise SweepError(
            f"{where}.{noun}: {name!r} is {row.__module__}.{row.__qualname__}, which is no {noun}; "
            f"it must be a child of {bases}"
        )
    return row


def _counted(entry: BaseModel, where: str) -> None:
    """Refuse more captchas than a data set has."""
    if isinstance(entry, DatasetSpec) and isinstance(entry.options, Generator):
        try:
            entry.options.check_counts(entry.train, entry.validation, entry.test)
        except ValueError as error:
            raise SweepError(f"{where}: {error}") from None


def _validated(kind: type[Spec], where: str, content: Table, ours: bool = True) -> Spec:
    """Validate a table, and resolve what a generator refers to; refuse it in clear lines.

    What a row of an installed package raises becomes a line as well.
    """
    try:
        options = kind.model_validate(content)
        return options.resolved() if isinstance(options, Generator) else options
    except ValidationError as error:
        raise SweepError(*complaints(error, where, content, kind)) from None
    except ValueError as error:
        raise SweepError(f"{where}: {error}") from None
    except Exception as error:
        if ours:
            raise
        text = f"{type(error).__name__}: {error}"
        raise SweepError(f"{where}: {kind.__name__} of {kind.__module__}: {text}") from None
