"""TOML -> SweepSpec. An error names the file, the key, the value and the choices."""

import itertools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.datasets.generator import Generator
from harness.errors import SpecError
from harness.specs import (
    AttackSpec,
    BreakerSpec,
    DatasetSpec,
    DefenseSpec,
    DetectorSpec,
    GanSpec,
    Options,
    VisitSpec,
)
from harness.sweep import SweepSpec
from harness.tables import find, rows, suggestion

FROZEN = Path(__file__).parents[1] / "fixtures" / "sweeps"
Spec = TypeVar("Spec", bound=BaseModel)
Table = Mapping[str, Any]
TABLES = ("datasets", "gans", "breakers", "attacks", "defenses", "detectors", "visits")


def locate(name: str) -> Path:
    """The file of a sweep: a path, or a quick name of fixtures/sweeps.

    Raises:
        SpecError: neither exists; the quick names are listed.
    """
    if Path(name).is_file():
        return Path(name)
    if (FROZEN / f"{name}.toml").is_file():
        return FROZEN / f"{name}.toml"
    known = [file.stem for file in FROZEN.glob("*.toml")]
    raise SpecError(f"no sweep file {name!r}; {suggestion(name, known)}, or the path of a file")


def read(file: Path, folder: Path | None = None) -> SweepSpec:
    """Read a sweep file.

    Args:
        file: TOML in UTF-8.
        folder: where the paths in it start; by default where the file is.

    Raises:
        SpecError: one line: the file, the key, the value, the choices.
    """
    try:
        return parse(file.read_text(encoding="utf-8-sig"), folder or file.parent)
    except UnicodeDecodeError:
        raise SpecError(f"{file}: not a text file; a sweep file is TOML in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{file}: not TOML: {error}") from None
    except SpecError as error:
        raise SpecError(f"{file}: {error}") from None


def parse(text: str, folder: Path = Path()) -> SweepSpec:
    """Read the text of a sweep file; paths in it start at `folder`. See `read`."""
    folder = folder.absolute()
    raw = tomllib.loads(text)
    content: dict[str, Any] = {key: value for key, value in raw.items() if key not in TABLES}
    content["datasets"] = {
        variant: _dataset(f"datasets.{name}", varied, folder)
        for name, table in _tables(raw, "datasets")
        for variant, varied in _variants(f"datasets.{name}", name, table).items()
    }
    content["gans"] = {
        name: _entry(GanSpec, "gan", f"gans.{name}", table, folder)
        for name, table in _tables(raw, "gans")
    }
    content["breakers"] = {
        variant: _entry(BreakerSpec, "architecture", f"breakers.{name}", varied, folder)
        for name, table in _tables(raw, "breakers")
        for variant, varied in _variants(f"breakers.{name}", name, table).items()
    }
    content["attacks"] = {
        name: _entry(AttackSpec, "attack", f"attacks.{name}", table, folder)
        for name, table in _tables(raw, "attacks")
    }
    content["defenses"] = {
        name: _entry(DefenseSpec, "defense", f"defenses.{name}", table, folder)
        for name, table in _tables(raw, "defenses")
    }
    content["detectors"] = {
        name: _entry(DetectorSpec, "detector", f"detectors.{name}", table, folder)
        for name, table in _tables(raw, "detectors")
    }
    content["visits"] = {
        name: _build(VisitSpec, f"visits.{name}", table) for name, table in _tables(raw, "visits")
    }
    return _build(SweepSpec, "", content)


def _tables(raw: Table, key: str) -> list[tuple[str, Table]]:
    """The named tables below one key."""
    below = raw.get(key, {})
    if not isinstance(below, dict):
        raise SpecError(f"{key}: must hold named tables, as in [{key}.my_name]")
    for name, table in below.items():
        if not isinstance(table, dict):
            raise SpecError(f"{key}.{name} = {table!r}: must be a table, as in [{key}.my_name]")
    return list(below.items())


def _variants(where: str, name: str, table: Table) -> dict[str, Table]:
    """One entry, or one for each combination of the lists below `vary`."""
    lists = table.get("vary", {})
    plain = {key: value for key, value in table.items() if key != "vary"}
    if not lists:
        return {name: plain}
    for key, values in lists.items():
        if not isinstance(values, list) or not values:
            raise SpecError(f"{where}.vary.{key} = {values!r}: must be a list of values")
    return {
        "-".join([name, *map(_word, chosen)]): {
            **plain,
            **dict(zip(lists, chosen, strict=True)),
        }
        for chosen in itertools.product(*lists.values())
    }


def _word(value: Any) -> str:
    """A value as a part of a name: [1, 5] becomes 1-5."""
    return "-".join(map(_word, value)) if isinstance(value, list) else str(value)


def _entry(kind: type[Spec], noun: str, where: str, table: Table, folder: Path) -> Spec:
    """Split a table into what every entry of its kind has, and the options of its row."""
    if noun not in table:
        raise SpecError(f"{where}: needs `{noun} = ...`; {suggestion('', rows(noun))}")
    try:
        row = find(noun, str(table[noun]))
    except SpecError as error:
        raise SpecError(f"{where}.{noun}: {error}") from None
    common = set(kind.model_fields) - {"options"}
    choices = common | set(row.model_fields)
    for key in table:
        if key not in choices:
            raise SpecError(f"{where}.{key}: unknown key; {suggestion(key, choices)}")
    options = {key: value for key, value in table.items() if key not in common}
    own = {key: value for key, value in table.items() if key in common}
    return _build(kind, where, {**own, "options": _build(row, where, row.located(options, folder))})


def _dataset(where: str, table: Table, folder: Path) -> DatasetSpec:
    spec = _entry(DatasetSpec, "generator", where, table, folder)
    if isinstance(spec.options, Generator):
        try:
            spec.options.check_counts(spec.train, spec.validation, spec.test)
        except ValueError as error:
            raise SpecError(f"{where}: {error}") from None
    return spec


def _build(kind: type[Spec], where: str, content: Table) -> Spec:
    """Validate, and turn the first complaint into one clear line."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (where, *first["loc"]) if part != "")
        if first["type"] == "extra_forbidden":
            hint = suggestion(str(first["loc"][-1]), kind.model_fields)
            raise SpecError(f"{place}: unknown key; {hint}") from None
        if first["type"] == "missing":
            raise SpecError(f"{place}: is missing; add it") from None
        if first["type"] == "value_error":
            words = str(first["ctx"]["error"])
            raise SpecError(f"{place}: {words}" if place else words) from None
        value = "" if isinstance(first["input"], Options | dict) else f" = {first['input']!r}"
        raise SpecError(f"{place}{value}: {first['msg'].lower()}") from None
