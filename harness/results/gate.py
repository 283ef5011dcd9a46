"""The gate of a run: whether its figures keep to the limits of its sweep file.

A gate protects the owner of a captcha: what is not ruled out does not pass, and neither does what
was not measured. An upper limit is judged by the upper end of a 95 % interval, a lower one by the
lower end.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.detection import DetectionRow
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.verdict import Verdict, verdicts


@dataclass(frozen=True)
class LimitCheck:
    """One limit at one data set.

    Attributes:
        limit: its key in the sweep file.
        at: the data set; empty: the whole run.
        asked: what it asks for.
        reason: the figure, and what it comes from.
        kept: whether the figure keeps to it.
    """

    limit: str
    at: str
    asked: str
    reason: str
    kept: bool

    def __str__(self) -> str:
        """Write it in a line."""
        at = f" on {self.at}" if self.at else ""
        return f"limit {self.limit}{at}: {self.outcome}: {self.asked}; {self.reason}"

    @property
    def outcome(self) -> str:
        """Name what came of it."""
        return "kept" if self.kept else "crossed"

    def as_json(self) -> dict[str, object]:
        """Give it for programs."""
        return {
            "limit": self.limit,
            "at": self.at,
            "asked": self.asked,
            "reason": self.reason,
            "kept": self.kept,
        }


def gate(document: Document) -> list[LimitCheck]:
    """Hold the figures of a run against the limits of its sweep file; none set, none checked."""
    limits = document.limits
    checks: list[tuple[object, Callable[[Document], Iterator[LimitCheck]]]] = [
        (limits.captcha_accuracy, _captcha_accuracy),
        (limits.solved_per_day, _solved_per_day),
        (limits.robust_accuracy, _robust_accuracy),
        (limits.detected, _detected),
        (limits.warnings, _warnings),
    ]
    return [check for limit, judged in checks if limit is not None for check in judged(document)]


def _captcha_accuracy(document: Document) -> Iterator[LimitCheck]:
    limit = document.limits.captcha_accuracy or 0.0
    asked = f"at most {_percent(limit)} right answers"
    judged = verdicts(document)
    for each in judged:
        learned = each.complete or not any(attacker.labels for attacker in each.attackers)
        reason = f"up to {_percent(each.highest)} are not ruled out, by {_highest(each)}"
        if not learned:
            reason += "; no breaker has learned all it can from all labels"
        kept = each.highest <= limit and learned
        yield LimitCheck("captcha_accuracy", each.dataset, asked, reason, kept)
    if not judged:
        yield LimitCheck("captcha_accuracy", "", asked, "no captcha was read", kept=False)


def _highest(judged: Verdict) -> str:
    """Name the attacker whose upper end is the highest."""
    counted = [each for each in judged.attackers if each.means != "choice" or each.hits]
    return max(counted, key=lambda each: each.interval[1]).name


def _solved_per_day(document: Document) -> Iterator[LimitCheck]:
    limit = document.limits.solved_per_day or 0
    asked = f"at most {limit:,} solved a day"
    names = dict.fromkeys(row.dataset for row in document.attacker_costs)
    for name in names:
        rows = [row for row in document.attacker_costs if row.dataset == name]
        highest = [row for row in rows if row.solved_per_day_high is not None]
        if not highest or len(highest) < len(rows):
            missing = next(row.breaker for row in rows if row.solved_per_day_high is None)
            reason = f"{missing} was not measured"
            yield LimitCheck("solved_per_day", name, asked, reason, kept=False)
            continue
        most = max(highest, key=lambda row: row.solved_per_day_high or 0.0)
        solved = most.solved_per_day_high or 0.0
        reason = f"up to {solved:,.0f} are not ruled out, by {most.breaker}"
        yield LimitCheck("solved_per_day", name, asked, reason, solved <= limit)
    if not names:
        yield LimitCheck("solved_per_day", "", asked, "no captcha was read", kept=False)


def _robust_accuracy(document: Document) -> Iterator[LimitCheck]:
    limit = document.limits.robust_accuracy or 0.0
    asked = f"at least {_percent(limit)} right under attack"
    names = dict.fromkeys(row.dataset for row in document.rows)
    for name in names:
        rows = [row for row in document.rows if row.dataset == name and row.attack == WORST_CASE]
        radii = [row.epsilon for row in rows]
        radius = document.limits.epsilon
        epsilon = max(radii, default=0.0) if radius is None else radius
        measured = [row for row in rows if row.epsilon == epsilon and row.accuracy]
        if not measured:
            reason = f"no attack at epsilon {epsilon:g} was measured"
            yield LimitCheck("robust_accuracy", name, asked, reason, kept=False)
            continue
        best = max(measured, key=_low)
        after = "" if best.defense == "none" else f" with {best.defense}"
        reason = (
            f"{best.breaker}{after} is shown to hold {_percent(_low(best))} at epsilon {epsilon:g}"
        )
        yield LimitCheck("robust_accuracy", name, asked, reason, _low(best) >= limit)
    if not names:
        yield LimitCheck("robust_accuracy", "", asked, "nothing was attacked", kept=False)


def _low(row: ResultRow) -> float:
    """Give the lower end of what is left."""
    return row.accuracy.captcha_interval[0] if row.accuracy else 0.0


def _detected(document: Document) -> Iterator[LimitCheck]:
    limit = document.limits.detected or 0.0
    asked = f"at least {_percent(limit)} of perturbed captchas noticed"
    names = dict.fromkeys(row.dataset for row in document.detections)
    for name in names:
        detectors: dict[tuple[str, str], list[DetectionRow]] = {}
        for row in document.detections:
            if row.dataset == name and (row.n_adversarial or row.status != "ok"):
                detectors.setdefault((row.breaker, row.detector), []).append(row)
        hardest = [min(rows, key=_noticed) for rows in detectors.values()]
        if not hardest:
            yield LimitCheck("detected", name, asked, "nothing got past the breaker", kept=True)
            continue
        best = max(hardest, key=_noticed)
        reason = (
            f"{best.detector} over {best.breaker} is shown to notice {_percent(_noticed(best))} of "
            f"{best.attack} at epsilon {best.epsilon:g}"
        )
        yield LimitCheck("detected", name, asked, reason, _noticed(best) >= limit)
    if not names:
        yield LimitCheck("detected", "", asked, "no detector was measured", kept=False)


def _noticed(row: DetectionRow) -> float:
    """Give the lower end of what is noticed; 0 where it was not measured."""
    return row.noticed_interval[0] if row.n_adversarial else 0.0


def _warnings(document: Document) -> Iterator[LimitCheck]:
    allowed: Sequence[str] = document.limits.warnings or ()
    asked = f"no warnings but {', '.join(allowed)}" if allowed else "no warnings"
    others = [code for code in document.raised_warnings() if code not in allowed]
    reason = f"there are {', '.join(others)}" if others else "there are no others"
    yield LimitCheck("warnings", "", asked, reason, not others)


def _percent(share: float) -> str:
    """Write a share with the digits that tell it from a limit beside it."""
    return f"{100 * share:.4g} %"
