"""The tables of a sweep file -> the entries of a sweep, and a line for each mistake in them."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.attacks.attack import Attack
from harness.breakers.architecture import Architecture
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.complaints import bad_name, complaints, shown
from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.detectors.detector import Detector
from harness.errors import SpecError, SweepError
from harness.gans.gan import Gan
from harness.options import Options
from harness.registry import TABLES as OURS
from harness.registry import find, rows, suggestion
from harness.sweep.fitting import misfits
from harness.sweep.model import SweepSpec
from harness.sweep.specs import (
    AttackSpec,
    BreakerSpec,
    DatasetSpec,
    DefenseSpec,
    DetectorSpec,
    GanSpec,
    VisitSpec,
)
from harness.sweep.varied import Variant, variants

Spec = TypeVar("Spec", bound=BaseModel)
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """What the tables below one key are.

    Attributes:
        spec: what each becomes.
        noun: the key that names its row; "" where there are no rows.
        bases: classes of which a row is one.
        varies: whether it may have `vary`.
    """

    spec: type[BaseModel]
    noun: str
    bases: tuple[type[Options], ...] = ()
    varies: bool = False


KINDS: Mapping[str, Kind] = {
    "datasets": Kind(DatasetSpec, "generator", (Generator, GanCaptcha), varies=True),
    "gans": Kind(GanSpec, "gan", (Gan,)),
    "breakers": Kind(BreakerSpec, "architecture", (Architecture, ReadyMadeReader), varies=True),
    "attacks": Kind(AttackSpec, "attack", (Attack,)),
    "defenses": Kind(DefenseSpec, "defense", (InputDefense, TrainingDefense)),
    "detectors": Kind(DetectorSpec, "detector", (Detector,)),
    "visits": Kind(VisitSpec, ""),
}
NEEDED = ("datasets", "breakers")
REFERENCES = {  # keys that name tables which can vary
    "gans": {"dataset": "datasets", "judge": "breakers"},
    "breakers": {"dataset": "datasets", "reads": "datasets"},
    "visits": {"breaker": "breakers"},
}
PLAIN = [name for name in SweepSpec.model_fields if name not in KINDS]


class Anything(set[str]):
    """The names of a kind when not all of them are known: none is refused."""

    def __contains__(self, name: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class Tables:
    """The tables of one file: what is right in them, and what is not."""

    def __init__(self, raw: Table, folder: Path) -> None:
        """Take the file as TOML has it; paths in it start at an absolute folder."""
        self.raw = raw
        self.folder = folder
        self.mistakes: list[str] = []
        self.named: dict[str, set[str]] = {kind: set() for kind in KINDS}  # those with mistakes too
        self.spelled: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}  # -> name

    def sweep(self) -> SweepSpec:
        """Give the sweep.

        Raises:
            SweepError: all that is wrong with it.
        """
        expanded = {key: self._expanded(key) for key in KINDS}
        content: dict[str, Any] = {key: self._entries(key, expanded[key]) for key in KINDS}
        for key, value in self.raw.items():
            if key in PLAIN:
                content[key] = value
            elif key not in KINDS:
                self._unknown(key, value)
        for key in NEEDED:
            if not self.named[key]:
                self.mistakes.append(f"{key}: is missing; add a table, as in [{key}.my_name]")
        sweep: SweepSpec | None = None
        try:
            sweep = SweepSpec.model_validate(content)
        except ValidationError as error:
            # Of the tables all is said before.
            lines = complaints(error, "", content)
            self.mistakes += [x for x in lines if x.partition(" ")[0].strip(":") not in KINDS]
            if any(detail["loc"] for detail in error.errors()):  # so pydantic looked no further
                asked = {"epsilons": (0.0,)} if "epsilons" in content else {}
                self.mistakes += misfits(
                    SweepSpec.model_construct(**{**content, **asked}), self.named
                )
        else:
            self.mistakes += misfits(sweep, self.named)
        if sweep is None or self.mistakes:
            raise SweepError(*self.mistakes)
        return sweep

    def _unknown(self, key: str, value: Any) -> None:
        """Refuse a key of the file; what is in a misspelt table is not missing elsewhere."""
        table = isinstance(value, dict)
        noun, choices = ("table", list(KINDS)) if table else ("key", PLAIN)
        spelled = key if key.isidentifier() else shown(key)
        self.mistakes.append(f"{spelled}: unknown {noun}; {suggestion(key, choices)}")
        for meant in difflib.get_close_matches(key, choices, n=1) if table else ():
            self.named[meant] = Anything(self.named[meant])

    def _expanded(self, key: str) -> list[tuple[str, Variant]]:
        """Give the tables of one kind, `vary` carried out: where each stands, and what it is."""
        below = self.raw.get(key, {})
        if not isinstance(below, dict):
            self._bad(key, f"{key} = {shown(below)}: must hold named tables, as in [{key}.my_name]")
            return []
        expanded: list[tuple[str, Variant]] = []
        origins: dict[str, str] = {}
        for name, table in below.items():
            where = f"{key}.{shown(name) if bad_name(name) else name}"
            for variant in self._each(key, where, name, table):
                alone = variant.table is table
                origin = "as a table of its own" if alone else f"by vary of [{where}]"
                if variant.name in origins:
                    both = f"{origins[variant.name]}, and {origin}"
                    self.mistakes.append(f"{key}.{variant.name} is there twice: {both}; rename it")
                    continue
                origins[variant.name] = origin
                self.named[key].add(variant.name)
                self.spelled[key][variant.spelled] = variant.name
                expanded.append((where, variant))
        return expanded

    def _each(self, key: str, where: str, name: str, table: Any) -> list[Variant]:
        """Give the tables that one stands for; none if it is no table with a name."""
        if not isinstance(table, dict):
            self._bad(key, f"{where} = {shown(table)}: must be a table, as in [{key}.my_name]")
        elif bad_name(name):
            self._bad(key, f"{where}: {bad_name(name)}")
        elif not KINDS[key].varies or "vary" not in table:
            return [Variant(name, name, table)]
        else:
            try:
                return variants(where, name, table)
            except SweepError as error:
                self._bad(key, *error.mistakes)
        return []

    def _entries(self, key: str, expanded: list[tuple[str, Variant]]) -> dict[str, BaseModel]:
        """Give the entries of one kind that are right."""
        entries: dict[str, BaseModel] = {}
        for where, variant in expanded:
            long = bad_name(variant.name)
            if long:
                self.mistakes.append(f"{where}.vary gives {variant.name}: {long}; shorten the name")
                continue
            table = self._referring(key, variant.table)
            try:
                entries[variant.name] = _entry(KINDS[key], where, table, self.folder)
            except SweepError as error:
                self.mistakes += error.mistakes
        return entries

    def _referring(self, key: str, table: Table) -> Table:
        """A table whose references to varied ones go by the names that those have got."""
        changed = dict(table)
        for field, kind in REFERENCES.get(key, {}).items():
            names = self.spelled[kind]
            value = table.get(field)
            if isinstance(value, str):
                changed[field] = names.get(value, value)
            elif isinstance(value, list):
                changed[field] = [names.get(v, v) if isinstance(v, str) else v for v in value]
        return changed

    def _bad(self, key: str, *lines: str) -> None:
        """Keep mistakes after which not all names of a kind are known."""
        self.mistakes += lines
        self.named[key] = Anything(self.named[key])


def _entry(kind: Kind, where: str, table: Table, folder: Path) -> BaseModel:
    """Give one entry: what all of its kind have, and the options of its row.

    Raises:
        SweepError: all that is wrong with it.
    """
    if not kind.noun:
        return _validated(kind.spec, where, table)
    row = _row(kind, where, table)
    common = set(kind.spec.model_fields) - {"options"}
    choices = common | set(row.model_fields)
    unknown = [key for key in table if key not in choices]
    mistakes = [f"{where}.{key}: unknown key; {suggestion(key, choices)}" for key in unknown]
    shared = {key: value for key, value in table.items() if key in common}
    special = {key: value for key, value in table.items() if key in choices - common}
    options: BaseModel = row.model_construct()  # so that the rest can be looked at
    accepted = False
    entry: BaseModel | None = None
    try:
        ours = table[kind.noun] in OURS[kind.noun]
        options = _validated(row, where, _located(row, where, special, folder), ours)
        accepted = True
    except SweepError as error:
        mistakes += error.mistakes
    try:
        entry = _validated(kind.spec, where, {**shared, "options": options})
        if accepted:
            _counted(entry, where)
    except SweepError as error:
        mistakes += error.mistakes
    if entry is None or mistakes:
        raise SweepError(*mistakes)
    return entry


def _located(row: type[Options], where: str, table: Table, folder: Path) -> Table:
    """Give the options with their paths from the sweep file's folder."""
    try:
        return row.located(table, folder)
    except RuntimeError as error:  # ~nobody/captchas
        raise SweepError(f"{where}: a path that leads nowhere ({error})") from None


def _row(kind: Kind, where: str, table: Table) -> type[Options]:
    """Give the class of the row that a table names."""
    noun = kind.noun
    if noun not in table:
        dotted = table and all(isinstance(value, dict) for value in table.values())
        hint = f'; a name with a dot stands in quotes, as in [{where}."5"]' if dotted else ""
        raise SweepError(f"{where}: needs `{noun} = ...`{hint}; {suggestion('', rows(noun))}")
    name = table[noun]
    try:
        row = find(noun, name if isinstance(name, str) else shown(name))
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
    """Validate, and read what a generator refers to; what is refused in clear lines.

    What a row of a package raises is a line as well.
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
        raise SweepError(f"{where}: {kind.__name__} of an installed package: {text}") from None
