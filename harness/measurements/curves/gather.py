"""Rows of results.csv: every radius of every curve, and the worst case over attacks."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

import numpy as np
import numpy.typing as npt

from harness.measurements.curves import run as curves
from harness.measurements.curves import trust_checks
from harness.measurements.curves.attacked_readings import attacked_readings
from harness.measurements.curves.sample_sheets import sample_sheets
from harness.measurements.curves.work import CurveEntry
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
    """Gather the rows of all curves, sheets of perturbed captchas, and what was read of each."""
    return {
        "rows": result_rows(finished),
        "samples": sample_sheets(finished),
        "attacked": attacked_readings(finished),
    }


def result_rows(finished: FinishedSteps) -> list[ResultRow]:
    """Gather the rows of all curves, each group of one breaker and defense with its worst case."""
    groups: dict[tuple[str, str, str], list[CurveEntry]] = {}
    for entry in finished.plan.find(CurveEntry):
        groups.setdefault((entry.dataset, entry.breaker, entry.defense), []).append(entry)
    attacks = finished.sweep.attacks
    attack_of = {name: spec.attack for name, spec in attacks.items()}
    iterative = [
        name
        for name, spec in attacks.items()
        if spec.options.iterative
        and getattr(spec.options, "target", None) is None  # it looks for one wrong text only
    ]
    rows: list[ResultRow] = []
    for entries in groups.values():
        alphabets = [
            finished.alphabet(c.reading) for c in entries if c.reading in finished.artifacts
        ]
        classes = max((len(alphabet) for alphabet in alphabets), default=2)
        several = [_curve_rows(finished, entry) for entry in entries]
        flat = [row for curve_rows in several for row in curve_rows]
        warned = iter(checks.warn(flat, iterative, attack_of, classes))
        by_norm: dict[str, list[Curve]] = {}
        for entry, unwarned in zip(entries, several, strict=True):
            curve_rows = list(islice(warned, len(unwarned)))
            rows += curve_rows
            if _measured(finished, entry) and "outside_range" not in entry.marks:
                by_norm.setdefault(entry.norm, []).append(_curve(finished, entry, curve_rows))
        for _norm, attacked in sorted(by_norm.items()):
            worst = worst_case(finished, attacked)
            rows += checks.warn(worst, iterative, attack_of, classes)
    return rows


def _measured(finished: FinishedSteps, entry: CurveEntry) -> bool:
    return entry.curve in finished.artifacts and entry.reading in finished.artifacts


def _curve(finished: FinishedSteps, entry: CurveEntry, rows: Sequence[ResultRow]) -> Curve:
    """Load what the worst case needs of a curve: right characters, and warnings of its rows."""
    with np.load(finished.artifacts[entry.curve].path / curves.CURVE, allow_pickle=False) as curve:
        return Curve(
            entry=entry,
            epsilons=tuple(map(float, curve["epsilons"])),
            right=finished.curve_right(curve, entry.reading),
            codes=tuple(row.warnings for row in rows),
        )


def _curve_rows(finished: FinishedSteps, entry: CurveEntry) -> list[ResultRow]:
    row = partial(
        ResultRow,
        dataset=entry.dataset,
        breaker=entry.breaker,
        source=entry.source,
        knowledge=entry.knowledge,
        defense=entry.defense,
        attack=entry.attack,
        norm=entry.norm,
    )
    if not _measured(finished, entry):
        status = finished.status(entry.curve)
        return [row(epsilon=epsilon, status=status) for epsilon in entry.epsilons]
    artifact = finished.artifacts[entry.curve]
    clean, lengths = finished.right(entry.reading), finished.lengths(entry.reading)
    rows = []
    with np.load(artifact.path / curves.CURVE, allow_pickle=False) as curve:
        epsilons = [float(epsilon) for epsilon in curve["epsilons"]]
        blank = finished.blank(entry.reading)
        all_right = finished.curve_right(curve, entry.reading)
        for number, (epsilon, right) in enumerate(zip(epsilons, all_right, strict=True)):
            before, full = clean[: len(right)], lengths[: len(right)]
            # What is turned and moved lies in no ball of pixels.
            reach = 0.0 if entry.norm == "spatial" else curve[entry.norm][number].max()
            on_target, target_interval = _on_target(curve, number, blank)
            rows.append(
                row(
                    epsilon=epsilon,
                    accuracy=finished.accuracy(right, full, entry.curve, number),
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
                        entry, artifact, epsilon, epsilons, reach > epsilon + 1e-6
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
    entry: CurveEntry, artifact: Artifact, epsilon: float, epsilons: Sequence[float], outside: bool
) -> tuple[str, ...]:
    """List the warnings of one radius of a curve.

    Args:
        entry: the curve.
        artifact: its artifact.
        epsilon: the radius.
        epsilons: all radii of the curve.
        outside: whether an image lies outside of its ball.
    """
    probed = checks.probed(artifact.notes)
    # Older curves do not note at which radius more steps were tried; it was the middle one.
    tried_at = artifact.notes.get("more_steps_at", trust_checks.middle(epsilons))
    codes = [*entry.marks, *(c for c in probed if c != MORE_STEPS or epsilon == tried_at)]
    codes += ["outside_ball"] if outside else []
    return tuple(codes)
