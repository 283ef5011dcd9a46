"""Inventory of a user's pictures: their labels, copies, and what is odd about them."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from harness.datasets.folder import label_spelling as spelling
from harness.datasets.folder.data_warnings import of_copies, of_files, of_labels, of_sizes
from harness.datasets.folder.duplicates import duplicate_groups
from harness.datasets.folder.file_list import FileList, ListedFile, Pool, left, list_files
from harness.datasets.folder.file_names import LabelPattern
from harness.datasets.folder.fingerprints import Fingerprint, Stamp, fingerprints, stamp
from harness.datasets.folder.label_spelling import NAMED, counted, listed_briefly
from harness.datasets.folder.spurious_labels import copied, one_label
from harness.datasets.generator import Color
from harness.options import Options

INSISTS = 'take the labels as they are with odd_labels = "keep"'
KEPT = 4  # inventories that are remembered: folds of one folder ask for the same


class FolderFacts(Options):
    """Facts on a folder that a plan needs, and that a run keeps.

    Attributes:
        alphabet: the characters of the labels, sorted.
        lengths: of the shortest and of the longest label.
        size: width and height that most pictures have.
        pools: option that names a folder -> size of a group of copies -> number of such groups.
        warnings: a line each that begins with its kind.
    """

    alphabet: str = ""
    lengths: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)
    pools: dict[Pool, dict[int, int]] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabeledPicture:
    """Readable picture with its label."""

    file: Path
    name: str
    label: str
    look: Fingerprint


@dataclass(frozen=True)
class InventoryRequest:
    """Request for an inventory.

    Attributes:
        paths: the folders or tables; a picture in several goes to the first.
        naming: rule that finds the label in a file's name.
        keep: whether labels that cannot be right are taken without warnings.
        any_character: whether rare characters are odd: no alphabet was given.
        resized: whether pictures of another size than most are worth a warning.
        color: of the pictures.
    """

    paths: tuple[tuple[Pool, str], ...]
    naming: LabelPattern
    keep: bool
    any_character: bool
    resized: bool
    color: Color


@dataclass(frozen=True)
class Inventory:
    """Pictures of a user's folders, with labels, groups of copies and facts.

    Attributes:
        pictures: of all pools.
        pools: option that names a folder -> groups of copies, as positions in `pictures`.
        left_out: files that are no captchas, each with its reason.
        contents: digest of names, labels and files.
        learned: facts that a run keeps.
    """

    pictures: tuple[LabeledPicture, ...]
    pools: Mapping[Pool, list[list[int]]]
    left_out: tuple[str, ...]
    contents: str
    learned: FolderFacts


_INVENTORIES: dict[tuple[InventoryRequest, tuple[FileList, ...], tuple[Stamp, ...]], Inventory] = {}


def take_inventory(asked: InventoryRequest) -> Inventory:
    """Read all pictures and labels; unchanged ones are remembered.

    Raises:
        ValueError: no pictures, or labels that cannot be right; what to do.
        RequirementError: the file system does not give a file now.
    """
    there = tuple(list_files(path) for _pool, path in asked.paths)
    stamps = tuple(stamp(e.file, asked.color) for c in there for e in c.entries)
    key = (asked, there, stamps)
    if key not in _INVENTORIES:
        while len(_INVENTORIES) >= KEPT:
            _INVENTORIES.pop(next(iter(_INVENTORIES)))
        _INVENTORIES[key] = _inventory(asked, there, stamps)
    return _INVENTORIES[key]


def _inventory(
    asked: InventoryRequest, there: Sequence[FileList], stamps: Sequence[Stamp]
) -> Inventory:
    seen = fingerprints(list(stamps))
    inodes = iter(stamps)
    pictures: list[LabeledPicture] = []
    left_out: list[str] = []
    spans: list[range] = []
    for collection in there:
        start = len(pictures)
        left_out += collection.left_out
        read = [(entry, next(seen), next(inodes)) for entry in collection.entries]
        left_out += [left(e.name, look) for e, look, _ in read if isinstance(look, str)]
        pictures += _labeled(
            asked,
            collection,
            [(e, look, at[2:4]) for e, look, at in read if isinstance(look, Fingerprint)],
        )
        if len(pictures) == start:
            some_left = "; ".join(left_out[:NAMED])
            raise ValueError(f"path {collection.path!r}: no image in it can be read: {some_left}")
        spans.append(range(start, len(pictures)))
    texts = [picture.label for picture in pictures]
    together, clashes = duplicate_groups([picture.look for picture in pictures], texts)
    if clashes:
        pairs = "; ".join(
            f"{spelling.shown(pictures[a].name)} = {spelling.shown(texts[a])}, "
            f"{spelling.shown(pictures[b].name)} = {spelling.shown(texts[b])}"
            for a, b in clashes[:NAMED]
        )
        raise ValueError(
            f"{there[0].path}: the same picture with different labels, "
            f"{counted(len(clashes), 'time')}: {pairs}; correct the labels or remove the pictures"
        )
    by_pool = {pool: of for (pool, _path), of in zip(asked.paths, there, strict=True)}
    labels = {
        pool: [(pictures[number].name, texts[number]) for number in span]
        for pool, span in zip(by_pool, spans, strict=True)
    }
    if not asked.keep:
        _refuse_one_label(there, [texts[span.start : span.stop] for span in spans], together, spans)
    pools, across = _pooled(asked, together, spans)
    sizes = Counter(picture.look.size for picture in pictures)
    learned = FolderFacts(
        alphabet="".join(sorted(set("".join(texts)))),
        lengths=(min(map(len, texts)), max(map(len, texts))),
        size=sizes.most_common(1)[0][0],
        pools={pool: dict(sorted(Counter(map(len, of)).items())) for pool, of in pools.items()},
        warnings=(
            *([] if asked.keep else of_labels(by_pool, labels, asked.any_character)),
            *of_copies(there, spans, together, across),
            *(of_sizes(sizes) if asked.resized else ()),
            *of_files(left_out, len(pictures)),
        ),
    )
    contents = hashlib.sha256()
    for (pool, _path), span in zip(asked.paths, spans, strict=True):
        for number in span:
            p = pictures[number]
            line = f"{pool}\n{p.name}\n{p.label}\n{p.look.content}\n"
            contents.update(line.encode("utf-8", "surrogateescape"))
    return Inventory(tuple(pictures), pools, tuple(left_out), contents.hexdigest()[:20], learned)


def _labeled(
    asked: InventoryRequest,
    collection: FileList,
    read: Sequence[tuple[ListedFile, Fingerprint, tuple[int, ...]]],
) -> Iterator[LabeledPicture]:
    """Pair pictures with labels; a file that a table names twice is taken once."""
    refused: dict[str, list[str]] = {}
    wrong: list[int] = []
    before: dict[tuple[int, ...], tuple[ListedFile, str]] = {}
    texts = [_label(asked.naming, collection, entry) for entry, _look, _inode in read]
    copies = set[str]() if collection.table or asked.keep else copied(texts)
    for (entry, look, inode), label in zip(read, texts, strict=True):
        where = f"{collection.table}, line {entry.line}: " if entry.line else ""
        if not label:
            raise ValueError(f"{where}no label for {spelling.shown(entry.name)}")
        why = None if asked.keep else spelling.reason(label, entry.label is None)
        if not why and label in copies:
            why = "a mark of a copy behind a label"
        if why:
            wrong.append(entry.line)
            refused.setdefault(why, []).append(
                f"{entry.name} (line {entry.line})" if entry.line else entry.name
            )
        if entry.line and any(inode):
            other, its_label = before.setdefault(inode, (entry, label))
            if other is not entry and its_label != label:
                raise ValueError(
                    f"{collection.table}: {spelling.shown(entry.name)} has the label "
                    f"{spelling.shown(its_label)} in line {other.line} and "
                    f"{spelling.shown(label)} in line {entry.line}; keep one of the lines"
                )
            if other is not entry:
                continue
        yield LabeledPicture(entry.file, entry.name, label, look)
    if refused:
        kinds = "; ".join(f"{why}: {listed_briefly(names)}" for why, names in refused.items())
        number = counted(sum(map(len, refused.values())), "label")
        action = _correct(wrong) if collection.table else "remove or rename the files"
        raise ValueError(
            f"{collection.path}: {number} of {len(read):,} cannot be right: {kinds}; {action}, "
            f"or {INSISTS}"
        )


def _correct(lines: Sequence[int]) -> str:
    numbers = ", ".join(map(str, lines[:NAMED]))
    rest = f" and {len(lines) - NAMED:,} more" if len(lines) > NAMED else ""
    return f"correct line{'s' if len(lines) > 1 else ''} {numbers}{rest}"


def _label(naming: LabelPattern, collection: FileList, entry: ListedFile) -> str:
    try:
        return naming.label(entry.name, entry.label)
    except ValueError as error:
        raise ValueError(
            f"{collection.path}: {error}; give another `pattern`, or a labels.csv, or remove the "
            "file"
        ) from None


def _refuse_one_label(
    there: Sequence[FileList],
    texts: Sequence[Sequence[str]],
    together: Sequence[Sequence[int]],
    spans: Sequence[range],
) -> None:
    """Refuse a folder of different pictures that have one label."""
    for collection, labels, span in zip(there, texts, spans, strict=True):
        different = sum(any(number in span for number in group) for group in together)
        why = one_label(labels, different, collection.table is None)
        if why:
            raise ValueError(f"{collection.path}: {why}; or {INSISTS}")


def _pooled(
    asked: InventoryRequest, together: list[list[int]], spans: Sequence[range]
) -> tuple[dict[Pool, list[list[int]]], int]:
    """Assign each group of copies to the first pool that has one; count those that others lose."""
    pools: dict[Pool, list[list[int]]] = {pool: [] for pool, _path in asked.paths}
    lost = 0
    for group in together:
        parts = [
            (pool, part)
            for (pool, _path), span in zip(asked.paths, spans, strict=True)
            if (part := [number for number in group if number in span])
        ]
        pools[parts[0][0]].append(parts[0][1])
        lost += sum(len(part) for _pool, part in parts[1:])
    return pools, lost
