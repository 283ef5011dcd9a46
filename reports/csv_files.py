"""The CSV files of a run: its tables as text. Their format is stable: programs read it."""

from harness.results.document import Document
from harness.results.tables import tables


def csv_files(document: Document) -> dict[str, str]:
    """Give the text of all CSV files of a run.

    Args:
        document: the results of the run.

    Returns:
        The text of each file, by its path inside the run's folder; lines end with a line feed, and
        a cell that was not measured is empty.
    """
    return {
        path: str(frame.to_csv(index=False, lineterminator="\n", na_rep=""))
        for path, frame in tables(document).items()
    }
