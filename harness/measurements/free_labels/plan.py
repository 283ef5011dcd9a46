"""Labels for free, planned: what a breaker reads after each round of asking the site."""

from harness.measurements.datasets.plan import draw
from harness.measurements.free_labels.work import FreeLabelsEntry, ReadHeldOut
from harness.measurements.reading.work import Read
from harness.measurements.training.plan import label_rounds
from harness.measurements.training.work import BreakerRef, DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.sweep.model import SweepSpec

ROUND = "round {}"  # names the breaker after a round; no breaker of a sweep can be called so


def plan_free_labels(builder: StepBuilder, sweep: SweepSpec, form: DefendedBreaker) -> None:
    """Plan the readings after each round: of fresh test captchas, and of held-out accepted ones."""
    breaker = sweep.breakers[form.breaker]
    if form.is_defended or not breaker.labelled_by_site:
        return
    train = draw(builder, sweep, form.dataset, "train")
    planned = label_rounds(builder, sweep, form.breaker)
    names = [*breaker.readers, *(ROUND.format(each.number) for each in planned)]
    for each in planned:
        after = f"{form.breaker} after round {each.number}"
        read = Read(victim=BreakerRef(breaker=each.trained), test=form.test)
        reading = builder.add(read, f"read with {after}", each.trained, form.test)
        held_out = None
        if each.collections:
            first = each.collections[0]
            again = ReadHeldOut(breaker=each.trained, train=train, collection=first)
            label = f"read held-out captchas with {after}"
            held_out = builder.add(again, label, each.trained, train, first)
        builder.enter(
            FreeLabelsEntry(
                dataset=form.dataset,
                breaker=form.breaker,
                round=each.number,
                readers=tuple(names[: each.readers]),
                labels_by_hand=breaker.hand_labelled(sweep.datasets[form.dataset].train),
                collections=each.collections,
                trained=each.trained,
                reading=reading,
                held_out=held_out,
            )
        )
