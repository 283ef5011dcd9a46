"""Rows of results.csv: every radius of every curve, and the worst case over attacks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from harness import checks, curves
from harness.attacks.attack import Attack
from harness.cells import Cell
from harness.evidence.present import Present
from harness.metrics import histogram, wilson
from harness.plan import Plan
from harness.rows.result import WORST_CASE, ResultRow
from harness.store import Artifact
from harness.tally import Tally


def result_rows(present: Present, plan: Plan) -> list[ResultRow]:
    """Rows of all cells, each (dataset, breaker, defense) followed by its worst case."""
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in plan.cells:
        groups.setdefault((cell.dataset, cell.breaker, cell.defense), []).append(cell)
    attacks = present.sweep.attacks
    attack_of = {name: spec.attack for name, spec in attacks.items()}
    iterative = [
        name
        for name, spec in attacks.items()
        if isinstance(spec.options, Attack)
        and spec.options.iterative
        and getattr(spec.options, "target", None) is None  # it looks for one wrong text only
    ]
    rows: list[ResultRow] = []
    for cells in groups.values():
        own = [row for cell in cells for row in _curve_rows(present, cell)]
        measured = [
            cell
            for cell in cells
            if cell.curve in present.artifacts and "outside_range" not in cell.marks
        ]
        for norm in sorted({cell.norm for cell in measured}):
            own += _worst_case(present, [cell for cell in measured if cell.norm == norm])
        alphabets = [present.alphabet(c.reading) for c in cells if c.reading in present.artifacts]
        classes = max((len(alphabet) for alphabet in alphabets), default=2)
        rows += checks.warn(own, iterative, attack_of, classes)
    return rows


def _curve_rows(present: Present, cell: Cell) -> list[ResultRow]:
    known: dict[str, Any] = {
        "dataset": cell.dataset,
        "breaker": cell.breaker,
        "source": cell.source,
        "knowledge": cell.knowledge,
        "defense": cell.defense,
        "attack": cell.attack,
        "norm": cell.norm,
    }
    if cell.curve not in present.artifacts or cell.reading not in present.artifacts:
        status = present.status(cell.curve)
        return [ResultRow(**known, epsilon=e, status=status) for e in cell.epsilons]
    artifact = present.artifacts[cell.curve]
    clean, lengths = present.right(cell.reading), present.lengths(cell.reading)
    rows = []
    with np.load(artifact.path / curves.CURVE, allow_pickle=False) as curve:
        for number, epsilon in enumerate(curve["epsilons"]):
            right = curve["right"][number].astype(np.int64)
            before, full = clean[: len(right)], lengths[: len(right)]
            # What is turned and moved lies in no ball of pixels.
            reach = 0.0 if cell.norm == "spatial" else curve[cell.norm][number].max()
            rows.append(
                ResultRow(
                    **known,
                    epsilon=float(epsilon),
                    accuracy=present.accuracy(right, full, cell.curve, number),
                    clean=Tally(counts=histogram(before, full)),
                    newly_wrong=int(((before == full) & (right < full)).sum()),
                    **_on_target(curve, number),
                    mean_linf=float(curve["linf"][number].mean()),
                    mean_l2=float(curve["l2"][number].mean()),
                    mean_ssim=float(curve["ssim"][number]),
                    gradients=int(curve["gradients"][number]),
                    seconds=round(artifact.notes["radius_seconds"][number], 3),
                    warnings=_row_warnings(cell, artifact, reach > epsilon + 1e-6),
                )
            )
    return rows


def _on_target(curve: Any, number: int) -> dict[str, Any]:
    """Captchas read as a targeted attack wants, at one radius; nothing for other attacks."""
    if curves.AIMS not in curve:
        return {}
    reached = (curve["classes"][number] == curve[curves.AIMS]).all(axis=1)
    hits = int(reached.sum())
    return {"on_target": hits, "target_interval": wilson(hits, len(reached))}


def _row_warnings(cell: Cell, artifact: Artifact, outside: bool) -> tuple[str, ...]:
    codes = [*cell.marks, *checks.probed(artifact.notes)]
    codes += ["outside_ball"] if outside else []
    return tuple(codes)


def _worst_case(present: Present, cells: Sequence[Cell]) -> list[ResultRow]:
    """Per captcha, the fewest right characters under any attack within each radius.

    An image of a smaller radius lies in the larger ball as well, so it counts there too.
    """
    at_radius: dict[float, list[npt.NDArray[np.int64]]] = {}
    for cell in cells:
        with np.load(present.artifacts[cell.curve].path / curves.CURVE) as curve:
            for epsilon, right in zip(curve["epsilons"], curve["right"], strict=True):
                at_radius.setdefault(float(epsilon), []).append(right.astype(np.int64))
    least = min(len(right) for several in at_radius.values() for right in several)
    clean = present.right(cells[0].reading)[:least]
    full = present.lengths(cells[0].reading)[:least]
    so_far = full.copy()
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
                accuracy=present.accuracy(so_far, full, WORST_CASE, cells[0].reading),
                clean=Tally(counts=histogram(clean, full)),
                newly_wrong=int(((clean == full) & (so_far < full)).sum()),
                warnings=cells[0].marks,
            )
        )
    return rows
