"""Warnings about the pictures and labels of a user's folder, for the reader of a report."""

from collections.abc import Iterator, Mapping, Sequence

from harness.datasets.folder.file_list import FileList, Pool
from harness.datasets.folder.label_spelling import NAMED, Named, counted
from harness.datasets.folder.spreadsheet_artifacts import spreadsheet
from harness.datasets.folder.spurious_labels import known_only_in, spurious
from harness.datasets.folder.unusual_labels import unusual

FEW = 2  # pictures of another size, up to which there is no warning


def of_labels(
    there: Mapping[Pool, FileList],
    labels: Mapping[Pool, Sequence[Named]],
    any_character: bool,
) -> Iterator[str]:
    """Warn of labels that may not be labels.

    Args:
        there: files by the option that names their folder; training takes from `path`.
        labels: of the same, each with its file's name.
        any_character: whether rare characters are odd: no alphabet was given.

    Yields:
        A line each, its kind in front.
    """
    for collection in there.values():
        yield from collection.remarks
    yield from unusual([named for of in labels.values() for named in of], any_character)
    texts = {pool: [label for _name, label in of] for pool, of in labels.items()}
    for pool, collection in there.items():
        yield from spurious(texts[pool], of_names=collection.table is None)
        if collection.table:
            yield from spreadsheet(texts[pool])
        if pool != "path":
            yield from known_only_in(texts[pool], texts["path"], pool)


def of_copies(
    there: Sequence[FileList], spans: Sequence[range], together: list[list[int]], across: int
) -> Iterator[str]:
    """Warn of copies, in one folder and across folders."""
    pictures, different = sum(map(len, spans)), len(together)
    if pictures > different:
        yield (
            f"copies: {pictures - different:,} of {pictures:,} pictures are copies of others, "
            f"{different:,} are different; copies stay in one split"
        )
    if across:
        others = " and ".join(collection.path for collection in there[:-1])
        yield (
            f"copies: {counted(across, 'picture')} of {there[-1].path} left out, for {others} has "
            "them, too"
        )


def of_sizes(sizes: Mapping[tuple[int, int], int]) -> Iterator[str]:
    """Warn of pictures that are resized since most have another size."""
    pictures, (size, usual) = sum(sizes.values()), max(sizes.items(), key=lambda item: item[1])
    if pictures - usual > FEW:
        yield (
            f"sizes: {pictures - usual:,} of {pictures:,} pictures are not {size[0]} x {size[1]}, "
            "as most are, and are resized"
        )


def of_files(left_out: Sequence[str], pictures: int) -> Iterator[str]:
    """Warn of files that are left out."""
    if left_out:
        rest = len(left_out) - NAMED
        named = "; ".join(left_out[:NAMED]) + (f"; and {rest:,} more" if rest > 0 else "")
        yield f"left_out: {counted(len(left_out), 'file')} of {pictures + len(left_out):,}: {named}"
