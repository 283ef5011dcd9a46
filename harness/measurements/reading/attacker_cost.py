"""The costs of a breaker for an attacker: labels, time of training and reading, tries and loads."""

from harness.measurements.datasets.work import Draw
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.reading.work import ReadingEntry
from harness.measurements.training.work import Train
from harness.results.document import BreakerResult
from harness.results.rows.attacker_cost import AttackerCostRow, Attempts
from harness.results.rows.precision import PrecisionRow
from harness.selective_prediction import Budgets


def attacker_cost(
    finished: FinishedSteps,
    entry: ReadingEntry,
    result: BreakerResult,
    choice: PrecisionRow | None = None,
) -> AttackerCostRow:
    """Gather the costs of a breaker without a defense.

    Args:
        finished: the finished steps of the run.
        entry: the breaker's entry in the plan.
        result: what it reads.
        choice: what it solves where only the surest texts are submitted, as it pays best.
    """
    sweep = finished.sweep
    plain = attempts(result)
    chosen = chosen_attempts(choice)
    budgets = Budgets(sweep.tries_per_day, sweep.loads)
    helps = plain and chosen and _solved(budgets, chosen) > _solved(budgets, plain)
    return AttackerCostRow(
        dataset=entry.dataset,
        breaker=entry.breaker,
        architecture=entry.architecture,
        status=result.status,
        labels_by_hand=labels_by_hand(finished, entry),
        training_seconds=training_seconds(finished, entry),
        milliseconds_per_captcha=result.milliseconds_per_captcha,
        attempts=chosen if helps else plain,
        tries_per_day=sweep.tries_per_day,
        loads_per_day=sweep.loads,
        price_per_thousand=sweep.price_per_thousand,
        price_per_label=sweep.price_per_label,
        price_per_hour=sweep.price_per_hour,
        warnings=result.warnings,
    )


def attempts(result: BreakerResult) -> Attempts | None:
    """Count what an attacker looks at, answers, and answers right, who answers all captchas."""
    if result.accuracy is None:
        return None
    tally = result.accuracy.tally
    return Attempts(
        loads=tally.captchas,
        tries=tally.captchas,
        solved=tally.right_captchas,
        interval=result.accuracy.captcha_interval,
    )


def chosen_attempts(choice: PrecisionRow | None) -> Attempts | None:
    """Count the same for who answers the surest alone; None where these are too few to tell."""
    if choice is None or not choice.is_measured:
        return None
    return Attempts(
        loads=choice.n_shown,
        tries=choice.n_submitted,
        solved=choice.n_right,
        interval=choice.interval,
    )


def _solved(budgets: Budgets, spent: Attempts) -> float:
    return budgets.solved(spent.solved, spent.tries, spent.loads)


def labels_by_hand(finished: FinishedSteps, entry: ReadingEntry) -> int | None:
    """Count the captchas whose answers a breaker's training has used.

    Validation captchas count where they decide which epoch is kept, or when the training ends. None
    where it is not known, or draws its captchas itself: that takes the generator, and no hands.
    """
    if finished.sweep.breakers[entry.breaker].is_pretrained:
        return None
    most: dict[str, int] = {}  # of one split, the first N: who has more has those as well
    for _step, work in _trainings(finished, entry):
        if work.options.endless:
            return None
        counts = {work.train: work.images}
        if work.validation and (work.options.patience or work.options.schedule == "plateau"):
            counts[work.validation] = None
        for split, images in counts.items():
            drawn = finished.steps[split].work
            count = drawn.count if isinstance(drawn, Draw) else 0
            labels = count if images is None else min(images, count)
            most[split] = max(most.get(split, 0), labels)
    return sum(most.values())


def training_seconds(finished: FinishedSteps, entry: ReadingEntry) -> float | None:
    """Add the seconds of all trainings behind a breaker; None where they are not known."""
    if finished.sweep.breakers[entry.breaker].is_pretrained:
        return None
    steps = [step for step, _work in _trainings(finished, entry)]
    if not finished.has(*steps):
        return None
    return round(sum(float(finished.artifacts[step].notes["seconds"]) for step in steps), 3)


def _trainings(finished: FinishedSteps, entry: ReadingEntry) -> list[tuple[str, Train]]:
    """List the trainings behind a breaker: its own, and that of the breaker that it starts from."""
    behind = finished.plan.behind(entry.trained) if entry.trained else []
    return [(step.digest, step.work) for step in behind if isinstance(step.work, Train)]
