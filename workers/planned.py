"""What a person should know of a plan before it is run."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.datasets.generator import Generator
from harness.pipeline.step import Step
from harness.sweep.model import SweepSpec

MANY = 5_000  # steps beyond which hardly anybody meant it
FEWER = {
    "transfer": "read the images of an attack again; fewer breakers, `attacks = [...]` of a "
    "breaker, or `transfer = false` make fewer",
    "craft": "attack a breaker; `attacks = [...]` and `defenses = [...]` of a breaker make fewer",
    "train": "train a breaker; shorter lists below `vary` make fewer",
    "read": "read clean captchas; shorter lists below `vary` make fewer",
}


def remarks(sweep: SweepSpec, steps: Sequence[Step]) -> Iterator[str]:
    """Write lines on a plan: what is odd about its folders; that it is very large, and why."""
    for name, dataset in sweep.datasets.items():
        if isinstance(dataset.options, Generator):
            for warning in dataset.options.warnings():
                yield f"datasets.{name}: {warning}"
    if len(steps) <= MANY:
        return
    counts = Counter(str(getattr(step.work, "step", "")) for step in steps)
    kind, count = counts.most_common(1)[0]
    yield f"{len(steps):,} steps: {count:,} of them {FEWER.get(kind, f'are of the kind {kind}')}"
