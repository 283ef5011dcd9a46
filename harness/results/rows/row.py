"""The base of the rows of CSV files."""

from typing import Literal

from harness.options import Options
from harness.results.tally import Accuracy

Status = Literal["ok", "failed", "skipped"]
Value = str | int | float | bool | None  # None: not measured, an empty cell
UNDEFENDED = "none"  # in the column `defense`: the breaker as it was trained


class Row(Options):
    """One row of a CSV file; its columns are fields and properties of the class.

    Their annotations are the only place that knows the types of the columns.
    """

    def cells(self, columns: tuple[str, ...]) -> dict[str, Value]:
        """Give the cells of some columns, in their order; codes are joined with blanks."""
        values = ((name, getattr(self, name)) for name in columns)
        return {name: " ".join(cell) if isinstance(cell, tuple) else cell for name, cell in values}


class AccuracyRow(Row):
    """A row with an accuracy on captchas, which may not be measured."""

    accuracy: Accuracy | None = None

    @property
    def n_captchas(self) -> int:
        """Count the captchas behind the accuracy."""
        return self.accuracy.tally.captchas if self.accuracy else 0

    @property
    def n_characters(self) -> int:
        """Count the characters behind the accuracy."""
        return self.accuracy.tally.characters if self.accuracy else 0

    @property
    def captcha_accuracy(self) -> float | None:
        """Divide the captchas with all characters right by all captchas."""
        return self.accuracy.tally.captcha_accuracy if self.accuracy else None

    @property
    def captcha_accuracy_low(self) -> float | None:
        """Give the lower end of the captcha accuracy's 95 % interval."""
        return self.accuracy.captcha_interval[0] if self.accuracy else None

    @property
    def captcha_accuracy_high(self) -> float | None:
        """Give the upper end of the captcha accuracy's 95 % interval."""
        return self.accuracy.captcha_interval[1] if self.accuracy else None

    @property
    def character_accuracy(self) -> float | None:
        """Divide the right characters by all characters."""
        return self.accuracy.tally.character_accuracy if self.accuracy else None

    @property
    def character_accuracy_low(self) -> float | None:
        """Give the lower end of the character accuracy's 95 % interval."""
        return self.accuracy.character_interval[0] if self.accuracy else None

    @property
    def character_accuracy_high(self) -> float | None:
        """Give the upper end of the character accuracy's 95 % interval."""
        return self.accuracy.character_interval[1] if self.accuracy else None
