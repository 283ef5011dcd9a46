"""Rows of results.csv: every radius of every curve, and the worst case over attacks."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from harness.measurements.curves import probes
from harness.measurements.curves import run as curves
from harness.measurements.curves.sample_sheets import sample_sheets
from harness.measurements.curves.spec import CurveEntry
from harness.measurements.curves.worst_case import Curve, worst_case
from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import histogram, right_characters, text_lengths, wilson
from harness.pipeline.store import Artifact
from harness.results import checks
from harness.results.rows.result import ResultRow
from harness.results.tally import Tally

MORE_STEPS = "more_steps_help"


def gather_curves(finished: FinishedSteps) -> dict[str, Sequence[Any]]:
    """Gather the rows of all curves, and captchas to look at."""
    return {"rows": result_rows(finished), "samples": sample_sheets(finished)}


def result_rows(finished: FinishedSteps) -> list[ResultRow]:
    """Gather the rows of all curves, each group of one breaker and defense with its worst case."""
    groups: dict[tuple[str, str, str], list[CurveEntry]] = {}
    for cell in finished.plan.find(CurveEntry):
        groups.setdefault((cell.dataset, cell.breaker, cell.defense), []).append(cell)
    attacks = finished.sweep.attacks
    attack_of = {name: spec.attack for name, spec in attacks.items()}
    iterative = [
        name
        for name, spec in attacks.items()
        if spec.options.iterative
        and getattr(spec.options, "target", None) is None  # it looks for one wrong text only
    ]
    rows: list[ResultRow] = []
    for cells in groups.values():
        alphabets = [finished.alphabet(c.reading) for c in cells if c.reading in finished.artifacts]
        classes = max((len(alphabet) for alphabet in alphabets), default=2)
        several = [_curve_rows(finished, cell) for cell in cells]
        flat = [row for each in several for row in each]
        warned = iter(checks.warn(flat, iterative, attack_of, classes))
        by_norm: dict[str, list[Curve]] = {}
        for cell, each in zip(cells, several, strict=True):
            curve_rows = list(islice(warned, len(each)))
            rows += curve_rows
            if _measured(finished, cell) and "outside_range" not in cell.marks:
                by_norm.setdefault(cell.norm, []).append(_curve(finished, cell, curve_rows))
        for _norm, attacked in sorted(by_norm.items()):
            worst = worst_case(finished, attacked)
            rows += checks.warn(worst, iterative, attack_of, classes)
    return rows


def _measured(finished: FinishedSteps, cell: CurveEntry) -> bool:
    return cell.curve in finished.artifacts and cell.reading in finished.artifacts


def _curve(finished: FinishedSteps, cell: CurveEntry, rows: Sequence[ResultRow]) -> Curve:
    """Say what the worst case needs of a curve: its captchas, and the warnings of its rows."""
    with np.load(finished.artifacts[cell.curve].path / curves.CURVE, allow_pickle=False) as curve:
        return Curve(
            cell=cell,
            epsilons=tuple(map(float, curve["epsilons"])),
            right=finished.curve_right(curve, cell.reading),
            codes=tuple(row.warnings for row in rows),
        )


def _curve_rows(finished: FinishedSteps, cell: CurveEntry) -> list[ResultRow]:
    known: dict[str, Any] = {
        "dataset": cell.dataset,
        "breaker": cell.breaker,
        "source": cell.source,
        "knowledge": cell.knowledge,
        "defense": cell.defense,
        "attack": cell.attack,
        "norm": cell.norm,
    }
    if not _measured(finished, cell):
        status = finished.status(cell.curve)
        return [ResultRow(**known, epsilon=e, status=status) for e in cell.epsilons]
    artifact = finished.artifacts[cell.curve]
    clean, lengths = finished.right(cell.reading), finished.lengths(cell.reading)
    rows = []
    with np.load(artifact.path / curves.CURVE, allow_pickle=False) as curve:
        epsilons = [float(epsilon) for epsilon in curve["epsilons"]]
        blank = finished.blank(cell.reading)
        all_right = finished.curve_right(curve, cell.reading)
        for number, (epsilon, right) in enumerate(zip(epsilons, all_right, strict=True)):
            before, full = clean[: len(right)], lengths[: len(right)]
            # What is turned and moved lies in no ball of pixels.
            reach = 0.0 if cell.norm == "spatial" else curve[cell.norm][number].max()
            rows.append(
                ResultRow(
                    **known,
                    epsilon=epsilon,
                    accuracy=finished.accuracy(right, full, cell.curve, number),
                    clean=Tally(counts=histogram(before, full)),
                    newly_wrong=int(((before == full) & (right < full)).sum()),
                    **_on_target(curve, number, blank),
                    mean_linf=float(curve["linf"][number].mean()),
                    mean_l2=float(curve["l2"][number].mean()),
                    mean_ssim=float(curve["ssim"][number]),
                    gradients=int(curve["gradients"][number]),
                    seconds=round(artifact.notes["radius_seconds"][number], 3),
                    warnings=_row_warnings(
                        cell, artifact, epsilon, epsilons, reach > epsilon + 1e-6
                    ),
                )
            )
    return rows


def _on_target(curve: Any, number: int, blank: int | None) -> dict[str, Any]:
    """Captchas read as a targeted attack wants, at one radius; nothing for other attacks."""
    if curves.AIMS not in curve:
        return {}
    aims = curve[curves.AIMS]
    same = right_characters(curve["classes"][number], aims, blank)
    reached = same == text_lengths(aims, blank)
    hits = int(reached.sum())
    return {"on_target": hits, "target_interval": wilson(hits, len(reached))}


def _row_warnings(
    cell: CurveEntry, artifact: Artifact, epsilon: float, epsilons: Sequence[float], outside: bool
) -> tuple[str, ...]:
    """Give the codes of one radius of a curve.

    Args:
        cell: the curve.
        artifact: its artifact.
        epsilon: the radius.
        epsilons: all radii of the curve.
        outside: whether an image lies outside of its ball.
    """
    probed = checks.probed(artifact.notes)
    # Curves of old have not noted where more steps were tried; it was at the middle radius.
    asked_at = artifact.notes.get("more_steps_at", probes.middle(epsilons))
    codes = [*cell.marks, *(c for c in probed if c != MORE_STEPS or epsilon == asked_at)]
    codes += ["outside_ball"] if outside else []
    return tuple(codes)
