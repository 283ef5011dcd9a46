"""Rows of results.csv: every radius of every curve, and the worst case over attacks."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

import numpy as np
import numpy.typing as npt

from harness.measurements.curves import probes
from harness.measurements.curves import run as curves
from harness.measurements.curves.sample_sheets import sample_sheets
from harness.measurements.curves.spec import CurveEntry
from harness.measurements.curves.worst_case import Curve, worst_case
from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import histogram, right_characters, text_lengths, wilson
from harness.options import Options
from harness.pipeline.store import Artifact
from harness.results import checks
from harness.results.rows.result import ResultRow
from harness.results.tally import Interval, Tally

MORE_STEPS = "more_steps_help"


def gather_curves(finished: FinishedSteps) -> dict[str, Sequence[Options]]:
    """Gather the rows of all curves, and sheets of perturbed captchas."""
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
        flat = [row for curve_rows in several for row in curve_rows]
        warned = iter(checks.warn(flat, iterative, attack_of, classes))
        by_norm: dict[str, list[Curve]] = {}
        for cell, unwarned in zip(cells, several, strict=True):
            curve_rows = list(islice(warned, len(unwarned)))
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
    """Load what the worst case needs of a curve: right characters, and warnings of its rows."""
    with np.load(finished.artifacts[cell.curve].path / curves.CURVE, allow_pickle=False) as curve:
        return Curve(
            cell=cell,
            epsilons=tuple(map(float, curve["epsilons"])),
            right=finished.curve_right(curve, cell.reading),
            codes=tuple(row.warnings for row in rows),
        )


def _curve_rows(finished: FinishedSteps, cell: CurveEntry) -> list[ResultRow]:
    row = partial(
        ResultRow,
        dataset=cell.dataset,
        breaker=cell.breaker,
        source=cell.source,
        knowledge=cell.knowledge,
        defense=cell.defense,
        attack=cell.attack,
        norm=cell.norm,
    )
    if not _measured(finished, cell):
        status = finished.status(cell.curve)
        return [row(epsilon=epsilon, status=status) for epsilon in cell.epsilons]
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
            on_target, target_interval = _on_target(curve, number, blank)
            rows.append(
                row(
                    epsilon=epsilon,
                    accuracy=finished.accuracy(right, full, cell.curve, number),
                    clean=Tally(counts=histogram(before, full)),
                    newly_wrong=int(((before == full) & (right < full)).sum()),
                    on_target=on_target,
                    target_interval=target_interval,
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


def _on_target(
    curve: Mapping[str, npt.NDArray[np.generic]], number: int, blank: int | None
) -> tuple[int | None, Interval | None]:
    """Count the captchas read as a targeted attack wants, at one radius; None for other attacks."""
    if curves.AIMS not in curve:
        return None, None
    aims = np.asarray(curve[curves.AIMS], np.uint8)
    same = right_characters(np.asarray(curve["classes"][number], np.uint8), aims, blank)
    reached = same == text_lengths(aims, blank)
    hits = int(reached.sum())
    return hits, wilson(hits, len(reached))


def _row_warnings(
    cell: CurveEntry, artifact: Artifact, epsilon: float, epsilons: Sequence[float], outside: bool
) -> tuple[str, ...]:
    """List the warnings of one radius of a curve.

    Args:
        cell: the curve.
        artifact: its artifact.
        epsilon: the radius.
        epsilons: all radii of the curve.
        outside: whether an image lies outside of its ball.
    """
    probed = checks.probed(artifact.notes)
    # Older curves do not note at which radius more steps were tried; it was the middle one.
    asked_at = artifact.notes.get("more_steps_at", probes.middle(epsilons))
    codes = [*cell.marks, *(c for c in probed if c != MORE_STEPS or epsilon == asked_at)]
    codes += ["outside_ball"] if outside else []
    return tuple(codes)
