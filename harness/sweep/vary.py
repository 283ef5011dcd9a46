"""`vary`: a table for each combination of the values in its lists, and a name for each table."""

import datetime
import itertools
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.complaints import LONGEST_NAME, shown
from harness.errors import SweepError

MOST = 10_000  # combinations of one table
SHOWN = 8  # lists whose lengths a message names
DEEPEST = 3  # lists in a list
PART = re.compile(r"[a-z0-9_.\-]+")
Table = Mapping[str, object]


@dataclass(frozen=True)
class Variant:
    """One of the tables that a table with `vary` stands for.

    Attributes:
        name: of the entry.
        spelled: the name with the values as they stand in the file; references may use it as well.
        table: its keys, `vary` replaced by one combination of values.
    """

    name: str
    spelled: str
    table: Table


def variants(where: str, name: str, table: Table) -> list[Variant]:
    """Expand a table: one variant for each combination of the lists below `vary`.

    Args:
        where: the table's key in the file, as in datasets.site.
        name: what the entries' names begin with.
        table: as it stands in the file.

    Returns:
        One or more variants. A value that can be part of a name is one as it stands; others become
        lower-case letters, digits and dashes, or, where that leaves nothing or too much, v1, v2 and
        so on, by their position in the list.

    Raises:
        SweepError: it is no table of lists, there are too many combinations, or two of them would
            have one name.
    """
    plain = {key: value for key, value in table.items() if key != "vary"}
    lists = table.get("vary", {})
    if not isinstance(lists, Mapping):
        raise SweepError(
            f"{where}.vary = {shown(lists)}: must be lists of values, as in vary.epochs = [5, 10]"
        )
    mistakes = [line for key, values in lists.items() for line in _wrong(where, key, values, plain)]
    if mistakes:
        raise SweepError(*mistakes)
    count = math.prod(len(values) for values in lists.values())
    if count > MOST:
        sizes = " x ".join(str(len(values)) for values in itertools.islice(lists.values(), SHOWN))
        more = " x ..." if len(lists) > SHOWN else ""
        raise SweepError(f"{where}.vary: {sizes}{more} combinations; at most {MOST:,}")
    parts = _parts(name, list(lists.values()))
    named: dict[str, Variant] = {}
    combinations = itertools.product(*lists.values())
    for endings, values in zip(itertools.product(*parts), combinations, strict=True):
        variant, chosen = "-".join([name, *endings]), dict(zip(lists, values, strict=True))
        if variant in named:
            both = f"{_chosen(named[variant].table, lists)} and for {_chosen(chosen, lists)}"
            raise SweepError(
                f"{where}.vary: {variant} is there twice, for {both}; write one of them as a table "
                "of its own"
            )
        spelled = "-".join([name, *map(_spelled, values)])
        named[variant] = Variant(variant, spelled, {**plain, **chosen})
    return list(named.values())


def _wrong(where: str, key: str, values: object, plain: Table) -> list[str]:
    """Describe what is wrong with one list."""
    spot = f"{where}.vary.{key} = {shown(values)}"
    if not isinstance(values, list) or not values:
        return [f"{spot}: must be a list of values"]
    if len(values) > MOST:
        return [f"{where}.vary.{key}: {len(values)} values; at most {MOST:,}"]
    if any(not _nameable(value) for value in values):
        return [f"{spot}: must be a list of texts, numbers, true, false, or lists of them"]
    if key in plain:
        return [f"{where}.{key} is there twice, beside vary and in it; take one out"]
    seen: list[object] = []
    for value in values:
        if value in seen:  # 1, 1.0 and true are one value
            twin = shown(seen[seen.index(value)])
            both = "is there twice" if twin == shown(value) else f"and {shown(value)} are the same"
            return [f"{spot}: {twin} {both}; take one out"]
        seen.append(value)
    return []


def _nameable(value: object, depth: int = 0) -> bool:
    if isinstance(value, list):
        return bool(value) and depth < DEEPEST and all(_nameable(v, depth + 1) for v in value)
    if isinstance(value, int):
        return value.bit_length() <= LONGEST_NAME
    return isinstance(value, str | float | datetime.date | datetime.time)


def _parts(name: str, lists: Sequence[Sequence[object]]) -> list[list[str]]:
    """Name the values of each list, as parts of a variant's name."""
    parts = [[_part(value) for value in values] for values in lists]
    longest = len(name) + sum(1 + max(map(len, endings)) for endings in parts)
    room = (LONGEST_NAME - len(name)) // len(lists) - 1 if longest > LONGEST_NAME else LONGEST_NAME
    return [
        [part if 0 < len(part) <= room else f"v{n}" for n, part in enumerate(endings, 1)]
        for endings in parts
    ]


def _part(value: object) -> str:
    """Turn a value into a part of a name: [1, 5] becomes 1-5, Dancing Script dancing-script."""
    if isinstance(value, list):
        return "-".join(map(_part, value))
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return re.sub(r"[^a-z0-9_.\-]", "", str(value).lower())
    if PART.fullmatch(value):
        return value
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_.]+", "-", plain).strip("-.")


def _spelled(value: object) -> str:
    """Spell a value as it stands in the file, as a part of a name."""
    if isinstance(value, list):
        return "-".join(map(_spelled, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _chosen(table: Table, lists: Table) -> str:
    """Write down the values of a combination, as a sweep file has them."""
    return ", ".join(f"{key} = {shown(table[key])}" for key in lists)
