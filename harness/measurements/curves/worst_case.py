"""The worst case over attacks: for each captcha, the fewest right characters that any leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.measurements.curves.work import CurveEntry
from harness.measurements.finished_steps import FinishedSteps
from harness.metrics import histogram
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.tally import Tally

UNEQUAL = "unequal_captchas"
# Warnings of an attack that the worst case does not take over: another attack decides it then, or
# it counts its captchas itself.
APART = {
    "few_captchas",
    "success_falls",
    "weaker_than_fgsm",
    "weaker_than_noise",
    "above_chance_at_largest",
}
AT_ONE_RADIUS = {"more_steps_help"}  # holds for its radius only, not for larger ones


@dataclass(frozen=True)
class Curve:
    """The curve of one attack: right characters that it leaves at each radius.

    Attributes:
        entry: its entry in the plan.
        epsilons: its radii, ascending.
        right: right characters of each captcha [radii, n].
        codes: the warnings of each radius.
    """

    entry: CurveEntry
    epsilons: tuple[float, ...]
    right: npt.NDArray[np.int64]
    codes: tuple[tuple[str, ...], ...]

    @property
    def captchas(self) -> int:
        """Count the captchas that were attacked: the first N of the test split."""
        return len(self.right[0])

    def within(self, epsilon: float) -> list[int]:
        """List the indices of its radii up to a radius."""
        return [number for number, radius in enumerate(self.epsilons) if radius <= epsilon]

    def tried(self, epsilon: float) -> bool:
        """Tell whether it moved captchas at this radius or below; at 0, whether it was read there.

        A reading at radius 0 is no attack.
        """
        return any(radius > 0 or epsilon == 0 for radius in self.epsilons if radius <= epsilon)

    def concerns(self, epsilon: float, left: npt.NDArray[np.int64]) -> Iterator[str]:
        """List the warnings of the radii that decide a captcha, leaving as little as any attack."""
        within = self.within(epsilon)
        for number in within:
            if (self.right[number] == left[: self.captchas]).any():
                passing = AT_ONE_RADIUS if number != within[-1] else set()
                yield from (c for c in self.codes[number] if c not in APART | passing)


def worst_case(finished: FinishedSteps, curves: Sequence[Curve]) -> list[ResultRow]:
    """Count, for each captcha and radius, the fewest right characters that any attack leaves.

    An image of a smaller radius lies in the larger ball as well, so it counts there too. Attacks
    may have been tried on fewer captchas than others: the row counts all that were attacked, and
    carries a warning.

    Args:
        finished: the finished steps.
        curves: of one breaker, one defense and one norm.
    """
    entry = curves[0].entry
    clean, full = finished.right(entry.reading), finished.lengths(entry.reading)
    rows = []
    for epsilon in sorted({radius for curve in curves for radius in curve.epsilons}):
        tried = [curve for curve in curves if curve.tried(epsilon)]
        left = _least(tried, epsilon, full)
        before, whole = clean[: len(left)], full[: len(left)]
        codes = [code for curve in tried for code in curve.concerns(epsilon, left)]
        if epsilon > 0 and len({curve.captchas for curve in tried}) > 1:
            codes.append(UNEQUAL)
        rows.append(
            ResultRow(
                dataset=entry.dataset,
                breaker=entry.breaker,
                source="all",
                knowledge="all",
                defense=entry.defense,
                attack=WORST_CASE,
                norm=entry.norm,
                epsilon=epsilon,
                accuracy=finished.accuracy(left, whole, WORST_CASE, entry.reading),
                clean=Tally(counts=histogram(before, whole)),
                newly_wrong=int(((before == whole) & (left < whole)).sum()),
                warnings=tuple(dict.fromkeys(codes)),
            )
        )
    return rows


def _least(
    curves: Sequence[Curve], epsilon: float, full: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Count the right characters left of each captcha that some attack was tried on [n]."""
    left = full[: max(curve.captchas for curve in curves)].copy()
    for curve in curves:
        least = curve.right[curve.within(epsilon)].min(axis=0)
        left[: curve.captchas] = np.minimum(left[: curve.captchas], least)
    return left
