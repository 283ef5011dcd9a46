"""Tables beside pictures that are not read, though they may hold the labels."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from harness.datasets.folder import label_table
from harness.datasets.folder.label_spelling import listed_briefly
from harness.errors import RequirementError

TABLE = "labels.csv"  # what `data export` writes beside its files
TEXTS = (".csv", ".tsv", ".tab")  # read where `path` names them
SHEETS = (
    ".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".json", ".jsonl", ".ndjson", ".xml", ".yaml",
    ".yml", ".parquet", ".sqlite", ".sqlite3", ".pkl", ".npy",
)  # fmt: skip
SINGLE = (".txt", ".json", ".xml")  # of one picture, under its name
LISTS = (".txt", ".lst", ".dat")  # tables by their name alone
WORDS = (
    "label", "answer", "solution", "truth", "annotation", "caption", "transcript", "target", "gt.",
    "map", "loesung", "l\u00f6sung", "antwort", "list", "index", "data", ".csv", ".tsv",
)  # fmt: skip


def unread_tables(folder: Path, names: Sequence[str], pictures: Sequence[str]) -> Iterator[str]:
    """Warn of files beside pictures that may hold their labels and are not read.

    Args:
        folder: of the pictures; it has no labels.csv.
        names: of all files in it.
        pictures: names of the pictures.

    Yields:
        A line each that begins with its kind.
    """
    stems = {PurePath(name).stem for name in pictures}
    texts = [name for name in names if PurePath(name).suffix.lower() in SINGLE]
    single = [name for name in texts if PurePath(name).stem in stems]
    if single and 2 * len(single) >= len(stems):
        yield (
            f"odd_labels: beside the pictures there are files of their names "
            f"({listed_briefly(single)}), which are not read: if they "
            f"hold the labels, write them into a {TABLE} with the "
            "columns file, label"
        )
    tables = [name for name in names if name not in single and (folder / name).is_file()]
    yield from (_unread(name) for name in tables if _is_table(name))
    if _above(folder, pictures):
        yield (
            f"odd_labels: there is a {TABLE} in the folder above that names pictures of "
            f"{folder.name}, and it is not read: if it holds the labels, name it as `path`"
        )


def _is_table(name: str) -> bool:
    lower = name.casefold()
    suffix = PurePath(lower).suffix
    return suffix in TEXTS + SHEETS or (suffix in LISTS and any(part in lower for part in WORDS))


def _unread(name: str) -> str:
    saved = "" if PurePath(name.casefold()).suffix not in SHEETS else "save it as CSV and "
    return (
        f"odd_labels: there is a table {listed_briefly([name])} beside the pictures, and it is not "
        f"read: if it holds the labels, {saved}name it as `path` (columns file, label)"
    )


def _above(folder: Path, pictures: Sequence[str]) -> bool:
    table = folder.parent / TABLE
    if not table.is_file():
        return False
    try:
        rows = label_table.rows(table)
    except (ValueError, RequirementError):
        return False
    named = {row.file.replace("\\", "/").removeprefix("./") for row in rows}
    return any(f"{folder.name}/{name}" in named for name in pictures)
