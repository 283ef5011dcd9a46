"""What was drawn or chosen: the data sets, some of their pictures, and what is odd about them."""

from dataclasses import dataclass

from harness.results.document import DatasetResult, Document


@dataclass(frozen=True)
class Datasets:
    """All data sets of a run."""

    datasets: tuple[DatasetResult, ...]
    left_out: int


LISTED = 60  # data sets


def content(document: Document) -> Datasets | None:
    """Give the data sets, if the document has any."""
    if not document.datasets:
        return None
    return Datasets(document.datasets[:LISTED], max(0, len(document.datasets) - LISTED))
