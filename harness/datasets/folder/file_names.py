"""File names that hold labels."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from harness.datasets.folder.label_spelling import Case, shown, spelled


@dataclass(frozen=True)
class LabelPattern:
    """How names hold labels.

    Attributes:
        pattern: what of a name, without its suffix, is the label.
        case: of all labels.
    """

    pattern: str
    case: Case

    def label(self, name: str, cell: str | None) -> str:
        """Give the label of a file, spelled as all are.

        Args:
            name: of the file.
            cell: what a table says; None where the name says it.

        Raises:
            ValueError: the pattern is nowhere in the name.
        """
        if cell is not None:
            return spelled(cell, self.case)
        match = re.search(self.pattern, PurePath(name).stem)
        label = spelled(match.group(), self.case) if match else ""
        if not label:
            raise ValueError(f"{shown(name)}: no label in its name by pattern {self.pattern!r}")
        return label
