"""Tables of a sweep file -> a sweep, or a line for each mistake in the file."""

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from harness.complaints import bad_name, complaints, shown
from harness.errors import SweepError
from harness.registry import suggestion
from harness.sweep.consistency import misfits
from harness.sweep.entries import KINDS, Table, entry
from harness.sweep.model import SweepSpec
from harness.sweep.vary import Variant, variants

NEEDED = ("datasets", "breakers")
REFERENCES = {  # keys that name tables which can vary
    "gans": {"dataset": "datasets", "judge": "breakers"},
    "breakers": {"dataset": "datasets", "reads": "datasets", "readers": "breakers"},
    "visits": {"breaker": "breakers"},
    "audits": {"breaker": "breakers"},
}
PLAIN = [name for name in SweepSpec.model_fields if name not in KINDS]


class Anything(set[str]):
    """The names of a kind whose tables are not all known: it holds every name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class Tables:
    """The tables of one sweep file, and the mistakes in them."""

    def __init__(self, raw: Table, folder: Path) -> None:
        """Take the file as TOML gave it; paths in it start at an absolute folder."""
        self.raw = raw
        self.folder = folder
        self.mistakes: list[str] = []
        self.named: dict[str, set[str]] = {kind: set() for kind in KINDS}  # those with mistakes too
        self.spelled: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}  # -> name

    def sweep(self) -> SweepSpec:
        """Build the sweep.

        Raises:
            SweepError: all mistakes of the file.
        """
        expanded = {key: self._expanded(key) for key in KINDS}
        content: dict[str, object] = {key: self._entries(key, expanded[key]) for key in KINDS}
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
            # The mistakes of tables are listed already.
            lines = complaints(error, "", content)
            self.mistakes += [x for x in lines if x.partition(" ")[0].strip(":") not in KINDS]
            if any(detail["loc"] for detail in error.errors()):  # so pydantic looked no further
                radii = {"epsilons": (0.0,)} if "epsilons" in content else {}
                self.mistakes += misfits(_unchecked({**content, **radii}), self.named)
        else:
            self.mistakes += misfits(sweep, self.named)
        if sweep is None or self.mistakes:
            raise SweepError(*self.mistakes)
        return sweep

    def _unknown(self, key: str, value: object) -> None:
        """Refuse an unknown key; what stands in a misspelt table is not missing elsewhere."""
        table = isinstance(value, dict)
        noun, choices = ("table", [*KINDS, "limits"]) if table else ("key", PLAIN)
        spelled = key if key.isidentifier() else shown(key)
        self.mistakes.append(f"{spelled}: unknown {noun}; {suggestion(key, choices)}")
        for meant in difflib.get_close_matches(key, list(KINDS), n=1) if table else ():
            self.named[meant] = Anything(self.named[meant])

    def _expanded(self, key: str) -> list[tuple[str, Variant]]:
        """Expand the tables of one kind by `vary`; gives the key of each table and its variant."""
        below = self.raw.get(key, {})
        if not isinstance(below, dict):
            self._bad(key, f"{key} = {shown(below)}: must hold named tables, as in [{key}.my_name]")
            return []
        expanded: list[tuple[str, Variant]] = []
        origins: dict[str, str] = {}
        for name, table in below.items():
            where = f"{key}.{shown(name) if bad_name(name) else name}"
            for variant in self._variants(key, where, name, table):
                whole = variant.table is table
                origin = "as a table of its own" if whole else f"by vary of [{where}]"
                if variant.name in origins:
                    both = f"{origins[variant.name]}, and {origin}"
                    self.mistakes.append(f"{key}.{variant.name} is there twice: {both}; rename it")
                    continue
                origins[variant.name] = origin
                self.named[key].add(variant.name)
                self.spelled[key][variant.spelled] = variant.name
                expanded.append((where, variant))
        return expanded

    def _variants(self, key: str, where: str, name: str, table: object) -> list[Variant]:
        """List the variants of one table; none if it is no table with a name."""
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
        """Build the entries of one kind; the mistakes of the others are kept."""
        entries: dict[str, BaseModel] = {}
        for where, variant in expanded:
            long = bad_name(variant.name)
            if long:
                self.mistakes.append(f"{where}.vary gives {variant.name}: {long}; shorten the name")
                continue
            table = self._referring(key, variant.table)
            try:
                entries[variant.name] = entry(KINDS[key], where, table, self.folder)
            except SweepError as error:
                self.mistakes += error.mistakes
        return entries

    def _referring(self, key: str, table: Table) -> Table:
        """Replace references to varied tables by the names that `vary` gave those."""
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
        """Add mistakes after which not all names of a kind are known."""
        self.mistakes += lines
        self.named[key] = Anything(self.named[key])


def _unchecked(content: dict[str, Any]) -> SweepSpec:
    """Build a sweep of which something is known to be wrong, to look for misfits in the rest."""
    return SweepSpec.model_construct(**content)
