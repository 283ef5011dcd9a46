"""The store's artifacts, gathered into the document that reports read."""

import importlib.metadata
import os
import platform
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness import checks, curves, pictures
from harness.attacks.attack import Attack
from harness.datasets.drawing import IMAGES
from harness.datasets.generator import decode
from harness.metrics import character_interval, histogram, right_characters, wilson
from harness.plan import Cell, Plan, Read, Reading
from harness.results import (
    WORST_CASE,
    Accuracy,
    BreakerResult,
    Document,
    Failure,
    Picture,
    Predictions,
    Provenance,
    ResultRow,
    SampleSheet,
    Tally,
)
from harness.seeds import child_seed
from harness.specs import SweepSpec, digest
from harness.steps import READING
from harness.store import Artifact, Store

RESULT = "result.json"
MISREAD_SHOWN = 24
CONFUSIONS_SHOWN = 30
NAMED_PACKAGES = (
    "captcha-harness", "tensorflow-cpu", "tensorflow", "keras", "numpy", "opencv-python-headless",
    "captcha", "claptcha", "pillow",
)  # fmt: skip


def assemble(
    run: str, sweep: SweepSpec, asked: str, plan: Plan, store: Store, failures: Sequence[Failure]
) -> Document:
    """Everything that a report shows, from what is in the store now.

    Args:
        run: the run's id.
        sweep: the request.
        asked: the text of the sweep file.
        plan: its plan.
        store: with the finished steps; those that are missing become failed or skipped rows.
        failures: what went wrong, by step label.

    Returns:
        The document; it is also kept in the store under results/.
    """
    inputs = {step.digest: store.find(step.kind, step.digest) for step in plan.steps}
    present = {name: artifact for name, artifact in inputs.items() if artifact}
    name = digest(
        {
            "run": run,
            "asked": asked,
            "made_of": {name: artifact.content for name, artifact in sorted(present.items())},
            "failures": [failure.model_dump() for failure in failures],
        }
    )
    kept = store.find("results", name)
    if kept:
        return Document.read((kept.path / RESULT).read_bytes())
    document = _Evidence(sweep, plan, present, failures).document(run, asked)
    contents = {name: artifact.content for name, artifact in present.items()}
    with store.writing("results", name, {"run": run}, contents) as (folder, _notes):
        (folder / RESULT).write_text(document.model_dump_json())
    return document


class _Evidence:
    def __init__(
        self,
        sweep: SweepSpec,
        plan: Plan,
        present: dict[str, Artifact],
        failures: Sequence[Failure],
    ) -> None:
        self.sweep, self.plan, self.present, self.failures = sweep, plan, present, failures
        self.steps = {step.digest: step for step in plan.steps}

    def document(self, run: str, asked: str) -> Document:
        return Document(
            run=run,
            name=self.sweep.name,
            title=self.sweep.title or self.sweep.name,
            asked=asked,
            breakers=tuple(self._breaker(reading) for reading in self.plan.readings),
            rows=tuple(self._rows()),
            samples=tuple(self._samples()),
            failures=tuple(self.failures),
            warning_meanings=checks.MEANING,
            provenance=self._provenance(),
        )

    def _status(self, name: str) -> str:
        failed = {failure.step: failure.status for failure in self.failures}
        return failed.get(self.steps[name].label, "skipped")

    def _alphabet(self, reading: Reading) -> str:
        return str(self._data(reading.reading).notes["alphabet"])

    def _data(self, reading: str) -> Artifact:
        """The test split that a reading read."""
        work = self.steps[reading].work
        if not isinstance(work, Read):
            raise TypeError("a reading is made by a Read step")
        return self.present[work.test]

    def _classes(self, reading: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        with np.load(self.present[reading].path / READING, allow_pickle=False) as arrays:
            return arrays["classes"], arrays["labels"]

    def _accuracy(self, right: npt.NDArray[np.int64], length: int, *name: str | int) -> Accuracy:
        counts = histogram(right, length)
        return Accuracy(
            tally=Tally(counts=counts),
            captcha_interval=wilson(counts[-1], sum(counts)),
            character_interval=character_interval(counts, child_seed(self.sweep.seed, *name)),
        )

    def _breaker(self, reading: Reading) -> BreakerResult:
        known: dict[str, Any] = {
            "dataset": reading.dataset,
            "breaker": reading.breaker,
            "defense": reading.defense,
            "architecture": reading.architecture,
            "train_images": reading.train_images,
            "epochs": reading.epochs,
            "warnings": reading.marks,
        }
        if reading.reading not in self.present:
            return BreakerResult(**known, status=self._status(reading.reading))
        classes, labels = self._classes(reading.reading)
        alphabet = self._alphabet(reading)
        trained, notes = self.present[reading.trained], self.present[reading.reading].notes
        right = right_characters(classes, labels)
        length = labels.shape[1]
        texts = [decode(row, alphabet) for row in classes]
        targets = [decode(row, alphabet) for row in labels]
        files = [f"test-{number:06d}.png" for number in range(len(targets))]
        wrong = np.flatnonzero(right < length)[:MISREAD_SHOWN]
        images = np.load(self._data(reading.reading).path / IMAGES, mmap_mode="r")
        confusions = Counter(
            (alphabet[target], alphabet[read])
            for target, read in zip(labels.ravel(), classes.ravel(), strict=True)
            if target != read
        )
        ranked = sorted(confusions.items(), key=lambda item: (-item[1], item[0]))
        return BreakerResult(
            **known,
            parameters=notes["parameters"],
            seconds=round(trained.notes["seconds"], 3),
            milliseconds_per_captcha=1000 * notes["read_seconds"] / len(labels),
            accuracy=self._accuracy(right, length, "reading", reading.reading),
            alphabet=alphabet,
            history=tuple(trained.notes["history"]),
            predictions=Predictions(
                files=tuple(files),
                predictions=tuple(texts),
                targets=tuple(targets),
                match=tuple(bool(row == length) for row in right),
            ),
            misread=tuple(
                Picture(
                    file=files[n],
                    target=targets[n],
                    prediction=texts[n],
                    clean=pictures.shown(images[n]),
                )
                for n in wrong
            ),
            confusions=tuple((*pair, count) for pair, count in ranked[:CONFUSIONS_SHOWN]),
        )

    def _rows(self) -> list[ResultRow]:
        """Rows of all cells, each (dataset, breaker, defense) followed by its worst case."""
        groups: dict[tuple[str, str, str], list[Cell]] = {}
        for cell in self.plan.cells:
            groups.setdefault((cell.dataset, cell.breaker, cell.defense), []).append(cell)
        attacks = self.sweep.attacks
        attack_of = {name: spec.attack for name, spec in attacks.items()}
        iterative = [
            name
            for name, spec in attacks.items()
            if isinstance(spec.options, Attack) and spec.options.iterative
        ]
        rows: list[ResultRow] = []
        for cells in groups.values():
            own = [row for cell in cells for row in self._curve_rows(cell)]
            measured = [
                cell
                for cell in cells
                if cell.curve in self.present and "outside_range" not in cell.marks
            ]
            for norm in sorted({cell.norm for cell in measured}):
                own += self._worst_case([cell for cell in measured if cell.norm == norm])
            classes = max((len(b) for b in self._alphabets(cells)), default=2)
            rows += checks.warn(own, iterative, attack_of, classes)
        return rows

    def _alphabets(self, cells: Sequence[Cell]) -> list[str]:
        return [
            str(self._data(cell.reading).notes["alphabet"])
            for cell in cells
            if cell.reading in self.present
        ]

    def _curve_rows(self, cell: Cell) -> list[ResultRow]:
        known: dict[str, Any] = {
            "dataset": cell.dataset,
            "breaker": cell.breaker,
            "source": cell.source,
            "knowledge": cell.knowledge,
            "defense": cell.defense,
            "attack": cell.attack,
            "norm": cell.norm,
        }
        if cell.curve not in self.present or cell.reading not in self.present:
            status = self._status(cell.curve)
            return [ResultRow(**known, epsilon=e, status=status) for e in cell.epsilons]
        artifact = self.present[cell.curve]
        clean = self._clean_right(cell)
        rows = []
        with np.load(artifact.path / curves.CURVE, allow_pickle=False) as curve:
            length = curve["classes"].shape[2]
            for number, epsilon in enumerate(curve["epsilons"]):
                right = curve["right"][number].astype(np.int64)
                before = clean[: len(right)]
                reach = curve["linf" if cell.norm == "linf" else "l2"][number].max()
                rows.append(
                    ResultRow(
                        **known,
                        epsilon=float(epsilon),
                        accuracy=self._accuracy(right, length, cell.curve, number),
                        clean=Tally(counts=histogram(before, length)),
                        newly_wrong=int(((before == length) & (right < length)).sum()),
                        mean_linf=float(curve["linf"][number].mean()),
                        mean_l2=float(curve["l2"][number].mean()),
                        mean_ssim=float(curve["ssim"][number]),
                        gradients=int(curve["gradients"][number]),
                        seconds=round(artifact.notes["radius_seconds"][number], 3),
                        warnings=self._row_warnings(cell, artifact, reach > epsilon + 1e-6),
                    )
                )
        return rows

    def _clean_right(self, cell: Cell) -> npt.NDArray[np.int64]:
        return right_characters(*self._classes(cell.reading))

    def _row_warnings(self, cell: Cell, artifact: Artifact, outside: bool) -> tuple[str, ...]:
        gradients = artifact.notes.get("gradients", {"zero": 0.0, "bad": 0.0})
        codes = list(cell.marks)
        codes += ["zero_gradients"] if gradients["zero"] > checks.MANY_ZERO else []
        codes += ["bad_gradients"] if gradients["bad"] > 0 else []
        codes += ["outside_ball"] if outside else []
        return tuple(codes)

    def _worst_case(self, cells: Sequence[Cell]) -> list[ResultRow]:
        """Per captcha, the fewest right characters under any attack within each radius.

        An image of a smaller radius lies in the larger ball as well, so it counts there too.
        """
        at_radius: dict[float, list[npt.NDArray[np.int64]]] = {}
        for cell in cells:
            with np.load(self.present[cell.curve].path / curves.CURVE) as curve:
                for epsilon, right in zip(curve["epsilons"], curve["right"], strict=True):
                    at_radius.setdefault(float(epsilon), []).append(right.astype(np.int64))
        least = min(len(right) for several in at_radius.values() for right in several)
        clean = self._clean_right(cells[0])[:least]
        length = self._classes(cells[0].reading)[1].shape[1]
        so_far = np.full(least, length, np.int64)
        rows = []
        for epsilon in sorted(at_radius):
            for right in at_radius[epsilon]:
                so_far = np.minimum(so_far, right[:least])
            rows.append(
                ResultRow(
                    dataset=cells[0].dataset,
                    breaker=cells[0].breaker,
                    source="all",
                    knowledge="all",
                    defense=cells[0].defense,
                    attack=WORST_CASE,
                    norm=cells[0].norm,
                    epsilon=epsilon,
                    accuracy=self._accuracy(so_far, length, WORST_CASE, cells[0].reading),
                    clean=Tally(counts=histogram(clean, length)),
                    newly_wrong=int(((clean == length) & (so_far < length)).sum()),
                    warnings=cells[0].marks,
                )
            )
        return rows

    def _samples(self) -> list[SampleSheet]:
        """The first captchas under each direct attack, at a middle and at the largest radius."""
        sheets = []
        for cell in self.plan.cells:
            if cell.knowledge == "transfer" or cell.curve not in self.present:
                continue
            moved = [n for n, epsilon in enumerate(cell.epsilons) if epsilon > 0]
            for number in sorted({moved[(len(moved) - 1) // 2], moved[-1]} if moved else set()):
                sheets.append(self._sheet(cell, number))
        return sheets

    def _sheet(self, cell: Cell, number: int) -> SampleSheet:
        data, (before, labels) = self._data(cell.reading), self._classes(cell.reading)
        alphabet = str(data.notes["alphabet"])
        images = np.load(data.path / IMAGES, mmap_mode="r")
        folder = self.present[cell.curve].path
        with np.load(folder / curves.CURVE) as curve, np.load(folder / curves.SAMPLES) as samples:
            classes, perturbed = curve["classes"][number], samples["perturbed"][number]
        return SampleSheet(
            dataset=cell.dataset,
            breaker=cell.breaker,
            defense=cell.defense,
            attack=cell.attack,
            epsilon=cell.epsilons[number],
            pictures=tuple(
                Picture(
                    file=f"test-{n:06d}.png",
                    target=decode(labels[n], alphabet),
                    prediction=decode(classes[n], alphabet),
                    clean=pictures.shown(images[n]),
                    clean_prediction=decode(before[n], alphabet),
                    perturbed=pictures.shown(perturbed[n]),
                    difference=pictures.difference(images[n], perturbed[n]),
                )
                for n in range(len(perturbed))
            ),
        )

    def _provenance(self) -> Provenance:
        versions = {}
        for package in NAMED_PACKAGES:
            try:
                versions[package] = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                continue
        spent = sum(float(artifact.notes["seconds"]) for artifact in self.present.values())
        return Provenance(
            seed=self.sweep.seed,
            sweep_digest=digest(self.sweep),
            versions={"python": platform.python_version(), **versions},
            machine={
                "processor": processor(),
                "cores": str(os.cpu_count()),
                "system": f"{platform.system()} {platform.release()}",
            },
            step_seconds=round(spent, 1),
            artifacts={
                f"{step.kind}/{step.digest}": step.label
                for step in self.plan.steps
                if step.digest in self.present
            },
        )


def processor() -> str:
    """The processor's name, as the system tells it."""
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
