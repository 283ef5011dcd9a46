"""Data sets, planned: the drawing of each split, and before it the training of a GAN that draws."""

from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.ready_made import ReadyMade, Window
from harness.measurements.datasets.work import Draw, SplitEntry, TrainGan
from harness.options import Split, asked_for
from harness.pipeline.builder import StepBuilder
from harness.sweep.model import SweepSpec


def draw(builder: StepBuilder, sweep: SweepSpec, name: str, split: Split) -> str:
    """Plan the drawing of a split that has captchas; gives the step's digest."""
    step = draw_if_any(builder, sweep, name, split)
    if step is None:
        raise AssertionError(f"datasets.{name} has no {split} captchas")
    return step


def draw_if_any(builder: StepBuilder, sweep: SweepSpec, name: str, split: Split) -> str | None:
    """Plan the drawing of a split; gives the step's digest, None where it has no captchas."""
    dataset = sweep.datasets[name]
    count: dict[Split, int] = {
        "train": dataset.train,
        "validation": dataset.validation,
        "test": dataset.test,
    }
    if not count[split]:
        return None
    source, network = dataset.options, None
    if isinstance(source, GanCaptcha):  # by whatever name: what counts is how it was trained
        network = train_gan(builder, sweep, source.gan)
        source = source.model_copy(update={"gan": ""})
    options = asked_for(source)
    # One stream per split for drawn captchas, one for all splits of a ready-made source.
    seed = builder.seed("draw", dataset.generator, options, *([network] if network else []))
    window = source.window(split, count) if isinstance(source, ReadyMade) else Window()
    work = Draw(
        generator=dataset.generator,
        options=source,
        split=split,
        count=count[split],
        skip=window.skip,
        copies=window.copies,
        seed=seed,
        network=network,
    )
    step = builder.add(work, f"draw {name} {split}", network)
    builder.enter(SplitEntry(name, split, step))
    return step


def train_gan(builder: StepBuilder, sweep: SweepSpec, name: str) -> str:
    """Plan the training of a GAN; gives the step's digest."""
    spec = sweep.gans[name]
    train = draw(builder, sweep, spec.dataset, "train")
    repeat = spec.options.repeat
    work = TrainGan(
        gan=spec.gan,
        options=spec.options,
        train=train,
        images=spec.images,
        seed=builder.seed("imitate", spec.gan, train, *([repeat] if repeat else [])),
    )
    return builder.add(work, f"imitate {spec.dataset} with {name}", train)
