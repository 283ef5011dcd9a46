"""Rounds of asking a site and training again, planned: how each follows from those before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.measurements.free_labels.work import Collect
from harness.measurements.training.work import BreakerRef
from harness.pipeline.builder import StepBuilder
from harness.sweep.specs import BreakerSpec

# Plans the training on what collections have labelled, besides what is labelled by hand.
PlanTraining = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Round:
    """A round in a plan; 0 is the training on labels by hand, before the site is asked.

    Attributes:
        number: of the round.
        readers: how many candidates answer in it.
        collections: the steps that have asked the site so far.
        trained: the step that trains the breaker after it.
    """

    number: int
    readers: int
    collections: tuple[str, ...]
    trained: str


def rounds(
    builder: StepBuilder,
    name: str,
    breaker: BreakerSpec,
    train: tuple[str, int],
    readers: Sequence[BreakerRef],
    fit: PlanTraining,
) -> list[Round]:
    """Plan the rounds of a breaker: the best reader so far asks, then the breaker is trained.

    Args:
        builder: gets the steps.
        name: of the breaker, for the steps' labels.
        breaker: with labels = "accepted".
        train: the step that draws its training split, and how many captchas that has.
        readers: who answers in the first round.
        fit: plans a training.

    Returns:
        The rounds in order; the last one's breaker is the breaker of the sweep.
    """
    split, captchas = train
    by_hand, tries = breaker.hand_labelled(captchas), breaker.tries_in_all(captchas)
    planned = [Round(0, 0, (), fit(()))] if by_hand else []
    candidates = [*readers, *(BreakerRef(breaker=each.trained) for each in planned)]
    collections: tuple[str, ...] = ()
    for number in range(1, breaker.rounds + 1):
        begin, end = (tries * n // breaker.rounds for n in (number - 1, number))
        work = Collect(
            readers=tuple(candidates),
            train=split,
            first=by_hand + begin,
            tries=end - begin,
            probes=breaker.probes,
            before=collections,
        )
        needs = [need for ref in candidates for need in (ref.breaker, ref.learned)]
        step = builder.add(work, f"collect for {name}, round {number}", split, *needs, *collections)
        collections = (*collections, step)
        planned.append(Round(number, len(candidates), collections, fit(collections)))
        candidates.append(BreakerRef(breaker=planned[-1].trained))
    return planned
