"""GANs, planned: their training, and their appraisal by a breaker."""

from harness.errors import SpecError
from harness.measurements.datasets.plan import draw, train_gan
from harness.measurements.gans.work import Appraise, GanEntry
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_gans(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan the training of all GANs of a sweep, and their appraisal by their judges."""
    for name, spec in sweep.gans.items():
        network = train_gan(builder, sweep, name)
        judged = _appraise(builder, sweep, name, network, spec.judge) if spec.judge else None
        builder.enter(GanEntry(name, spec.gan, spec.dataset, spec.judge or "", network, judged))


def _appraise(builder: StepBuilder, sweep: SweepSpec, name: str, network: str, judge: str) -> str:
    spec = sweep.gans[name]
    train = draw(builder, sweep, spec.dataset, "train")
    test = draw(builder, sweep, spec.dataset, "test")
    (form,) = builder.entries(DefendedBreaker, breaker=judge, defense=UNDEFENDED)
    if form.ref.breaker is None:
        raise SpecError(f"gans.{name}.judge: {judge} is ready-made; name a trained one")
    work = Appraise(
        network=network,
        judge=form.ref.breaker,
        train=train,
        images=spec.images,
        test=test,
        count=spec.appraised,
        seed=builder.seed("appraise", network),
    )
    return builder.add(work, f"appraise {name}", network, form.ref.breaker, train, test)
