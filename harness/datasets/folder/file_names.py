"""Labels in file names."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from harness.datasets.folder.label_spelling import Case, shown, spelled


@dataclass(frozen=True)
class LabelPattern:
    """Rule that finds the label in a file's name.

    Attributes:
        pattern: regular expression, searched in a name without its suffix.
        case: that all labels are converted to.
    """

    pattern: str
    case: Case

    def label(self, name: str, cell: str | None) -> str:
        """Give the label of a file in its normal form.

        Args:
            name: of the file.
            cell: of a table of labels; None where the name holds the label.

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
