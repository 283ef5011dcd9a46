"""What harness.run gives: tables, what became of each captcha, and the perturbed images."""

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from harness.attacks.attack import FULL
from harness.datasets.generator import decode
from harness.errors import SpecError
from harness.measurements.curves.run import CURVE, PERTURBED
from harness.measurements.curves.work import Craft, CurveEntry
from harness.measurements.inputs import labelled
from harness.metrics import text_lengths
from harness.pipeline.store import Artifact
from harness.registry import suggestion
from harness.results.document import Document
from harness.results.rows.row import UNDEFENDED
from harness.results.tables import tables
from harness.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RunResult:
    """What a sweep has measured.

    Attributes:
        run: the run on the disk; `captcha-harness report ID --home HOME` writes its report.
        document: all figures, as the report shows them.
    """

    run: Run = field(repr=False)
    document: Document = field(repr=False)

    @property
    def id(self) -> str:
        """Give the run's id, which the command line takes."""
        return self.run.id

    @property
    def folder(self) -> Path:
        """Give the run's folder."""
        return self.run.folder

    @functools.cached_property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """Give the tables by the names of their CSV files: results, breakers, ..."""
        return {name.removesuffix(".csv"): table for name, table in tables(self.document).items()}

    @property
    def results(self) -> "pd.DataFrame":
        """Give the figures of all attacks; columns as in results.csv."""
        return self.tables["results"]

    @property
    def breakers(self) -> "pd.DataFrame":
        """Give the breakers on clean captchas; columns as in breakers.csv."""
        return self.tables["breakers"]

    @property
    def failures(self) -> "pd.DataFrame":
        """Give the steps that failed or were skipped, and why; empty when all is done."""
        import pandas as pd

        rows = [(each.step, each.status, each.reason) for each in self.document.failures]
        return pd.DataFrame(rows, columns=["step", "status", "reason"])

    @property
    def warnings(self) -> dict[str, str]:
        """Give the codes that say why a figure must not be trusted yet, with their meanings."""
        return self.document.raised_warnings()

    def outcomes(self, breaker: str, attack: str, defense: str = UNDEFENDED) -> "pd.DataFrame":
        """Say what became of each captcha under an attack, a row for each captcha and radius.

        Args:
            breaker: its name in the sweep.
            attack: its name in the sweep.
            defense: its name in the sweep.

        Returns:
            Columns epsilon, captcha (its number in the test split), text, read, right (all
            characters), right_characters, linf and l2 (distances from the clean image).

        Raises:
            SpecError: the sweep has no such curve, or it is not done.
        """
        import pandas as pd

        entry, artifact = self._curve(breaker, attack, defense)
        split = self._split(entry)
        data, alphabet = labelled(split), str(split.notes["alphabet"])
        with np.load(artifact.path / CURVE, allow_pickle=False) as curve:
            columns = {name: curve[name] for name in ("epsilons", "classes", "right", "linf", "l2")}
        radii, captchas = columns["right"].shape
        labels = data.labels[:captchas]
        lengths = text_lengths(labels, data.blank)
        texts = [decode(row, alphabet) for row in labels]
        return pd.DataFrame(
            {
                "epsilon": np.repeat(columns["epsilons"], captchas),
                "captcha": np.tile(np.arange(captchas), radii),
                "text": texts * radii,
                "read": [decode(row, alphabet) for some in columns["classes"] for row in some],
                "right": (columns["right"] == lengths).ravel(),
                "right_characters": columns["right"].astype(np.int64).ravel(),
                "linf": columns["linf"].ravel(),
                "l2": columns["l2"].ravel(),
            }
        )

    def images(self, breaker: str, attack: str, epsilon: float) -> npt.NDArray[np.float32]:
        """Give the perturbed images of an undefended breaker at one radius, float32 in [0, 1].

        Raises:
            SpecError: there is no such curve or radius, or its images were not kept: they are where
                a transfer, a defense or a detector needs them.
        """
        entry, artifact = self._curve(breaker, attack, UNDEFENDED)
        if not (artifact.path / PERTURBED).is_file():
            raise SpecError(
                f"the images of {attack} on {breaker} were not kept; with `transfer = true` "
                "for the attack, a defense or a detector they are; or use harness.attack"
            )
        if epsilon not in entry.epsilons:
            radii = ", ".join(f"{radius:g}" for radius in entry.epsilons)
            raise SpecError(f"epsilon: {epsilon:g} is none of the radii {radii}")
        kept = np.load(artifact.path / PERTURBED, mmap_mode="r", allow_pickle=False)
        images = np.asarray(kept[entry.epsilons.index(epsilon)])
        full = np.float32(FULL) if images.dtype == np.uint16 else np.float32(1)
        return images.astype(np.float32) / full

    def _curve(self, breaker: str, attack: str, defense: str) -> tuple[CurveEntry, Artifact]:
        """Find the curve that was crafted on a breaker itself."""
        crafted = [
            entry for entry in self.run.plan.find(CurveEntry) if entry.knowledge != "transfer"
        ]
        names = {f"{entry.breaker}, {entry.attack}, {entry.defense}": entry for entry in crafted}
        asked = f"{breaker}, {attack}, {defense}"
        if asked not in names:
            raise SpecError(
                f"no curve of breaker, attack, defense {asked!r}; {suggestion(asked, names)}"
            )
        entry = names[asked]
        artifact = self.run.store.find("curves", entry.curve, read=True)
        if artifact is None:
            raise SpecError(f"{attack} on {breaker} is not done; see `failures`")
        return entry, artifact

    def _split(self, entry: CurveEntry) -> Artifact:
        """Find the captchas of a curve."""
        work = self.run.step(entry.curve).work
        split = self.run.store.find("datasets", work.test) if isinstance(work, Craft) else None
        if split is None:
            raise SpecError(f"the captchas of {entry.attack} on {entry.breaker} are gone")
        return split

    def _repr_html_(self) -> str:
        """Show the figures and the warnings in a notebook."""
        from harness.api.notebook import html

        shown = ["breaker", "defense", "attack", "norm", "epsilon", "captcha_accuracy",
                 "attack_success_rate", "status"]  # fmt: skip
        title = f"{self.document.title} ({self.id})"
        return html(title, self.results[shown], self.warnings)
