"""Curves, planned: attacks on a breaker and its defended forms, and transfers of their images."""

from collections.abc import Iterable

from harness.attacks.attack import Knowledge
from harness.attacks.radii import radii
from harness.breakers.network import suffices
from harness.defenses.defense import TrainingDefense
from harness.measurements.curves.work import Craft, CurveEntry, Transfer
from harness.measurements.measurement import Forms
from harness.measurements.reading.plan import reading_of
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_curves(builder: StepBuilder, sweep: SweepSpec, forms: Forms) -> None:
    """Plan each attack on a breaker and its defended forms; the forms read white-box images too.

    A black box gets the attacks that ask for no more than it shows, and of the others the images
    that were crafted on the first breaker that is trained on the same data set (with `transfer`:
    on all of them).
    """
    undefended = forms[0]
    for attack in attacks_on(sweep, undefended.breaker):
        if sweep.breakers[undefended.breaker].is_black_box:
            _plan_on_black_box(builder, sweep, attack, undefended)
        else:
            _plan_on_trained(builder, sweep, attack, forms)


def plan_transfers(builder: StepBuilder, sweep: SweepSpec) -> None:
    """Plan the transfers of attacks with `transfer`: other trained breakers read their images."""
    forms = builder.entries(DefendedBreaker, defense=UNDEFENDED)
    curves = builder.entries(CurveEntry, defense=UNDEFENDED)
    for curve in curves:
        if not _is_tried_on_others(sweep, curve.breaker, curve.attack):
            continue
        for form in forms:
            takes_part = curve.attack in attacks_on(sweep, form.breaker)
            if form.breaker != curve.breaker and form.dataset == curve.dataset and takes_part:
                _transfer(builder, sweep, curve.attack, form, curve.breaker, curve.curve)


def attacks_on(sweep: SweepSpec, breaker: str) -> Iterable[str]:
    """List the attacks that a breaker takes part in."""
    chosen = sweep.breakers[breaker].attacks
    return sweep.attacks if chosen is None else chosen


def radii_of(sweep: SweepSpec, attack: str) -> tuple[float, ...]:
    """List the radii of an attack, ascending, each once."""
    return radii(sweep.epsilons, sweep.attacks[attack].epsilons)


def _plan_on_trained(builder: StepBuilder, sweep: SweepSpec, attack: str, forms: Forms) -> None:
    breaker, dataset = forms[0].breaker, forms[0].dataset
    carried = _is_tried_on_others(sweep, breaker, attack) or _has_black_box(sweep, dataset)
    keep = len(forms) > 1 or carried or bool(sweep.detectors)
    white_box = sweep.attacks[attack].options.knowledge == "white_box"
    first = ""
    for form in forms:
        curve = _craft(builder, sweep, attack, form, keep and not form.is_defended)
        if not form.is_defended:
            first = curve
        elif white_box:
            _transfer(builder, sweep, attack, form, breaker, first)


def _plan_on_black_box(
    builder: StepBuilder, sweep: SweepSpec, attack: str, form: DefendedBreaker
) -> None:
    if suffices(sweep.breakers[form.breaker].shows, sweep.attacks[attack].options.answers):
        _craft(builder, sweep, attack, form, keep=False)
        return
    crafted = builder.entries(
        CurveEntry,
        dataset=form.dataset,
        attack=attack,
        defense=UNDEFENDED,
        knowledge="white_box",
    )
    for curve in crafted if sweep.attacks[attack].transfer else crafted[:1]:
        _transfer(builder, sweep, attack, form, curve.breaker, curve.curve)


def _is_tried_on_others(sweep: SweepSpec, breaker: str, attack: str) -> bool:
    """Tell whether an attack's images are transferred, and there are other breakers."""
    peers = sweep.breakers_on(sweep.breakers[breaker].dataset)
    return sweep.attacks[attack].transfer and len(peers) > 1


def _has_black_box(sweep: SweepSpec, dataset: str) -> bool:
    """Tell whether a black box is to read the images that are crafted on a data set."""
    return any(breaker.is_black_box for breaker in sweep.breakers_on(dataset))


def _craft(
    builder: StepBuilder, sweep: SweepSpec, attack: str, form: DefendedBreaker, keep: bool
) -> str:
    """Plan a curve, whose images are kept or not; gives the step's digest."""
    spec, tests = sweep.attacks[attack], sweep.datasets[form.dataset].test
    work = Craft(
        attack=spec.attack,
        options=spec.options,
        epsilons=radii_of(sweep, attack),
        victim=form.ref,
        test=form.test,
        captchas=min(spec.captchas or tests, tests),
        keep_images=keep,
        seed=builder.seed("craft", spec.attack, form.test),
    )
    needs = (*form.needs, reading_of(builder, form))
    curve = builder.add(work, f"{attack} on {form.title}", *needs)
    source = f"{form.breaker}+{form.defense}" if form.is_defended else form.breaker
    _enter(builder, sweep, attack, form, curve, source, spec.options.knowledge)
    return curve


def _transfer(
    builder: StepBuilder,
    sweep: SweepSpec,
    attack: str,
    form: DefendedBreaker,
    source: str,
    curve: str,
) -> None:
    """Plan the reading of a curve's images by another breaker, or by the same one defended."""
    reader = form.defense if form.is_defended else form.breaker
    read = builder.add(
        Transfer(curve=curve, victim=form.ref, test=form.test),
        f"{attack} made on {source}, read with {reader}",
        curve,
        *form.needs,
        reading_of(builder, form),
    )
    _enter(builder, sweep, attack, form, read, source, "transfer")


def _enter(
    builder: StepBuilder,
    sweep: SweepSpec,
    attack: str,
    form: DefendedBreaker,
    curve: str,
    source: str,
    knowledge: Knowledge,
) -> None:
    options = sweep.attacks[attack].options
    builder.enter(
        CurveEntry(
            dataset=form.dataset,
            breaker=form.breaker,
            source=source,
            knowledge=knowledge,
            defense=form.defense,
            attack=attack,
            norm=options.norm,
            epsilons=radii_of(sweep, attack),
            curve=curve,
            reading=reading_of(builder, form),
            marks=form.marks
            + options.marks()
            + _marks_of_defense(sweep, form, sweep.attacks[attack].attack, knowledge),
        )
    )


def _marks_of_defense(
    sweep: SweepSpec, form: DefendedBreaker, attack: str, knowledge: Knowledge
) -> tuple[str, ...]:
    """List the warnings of a defense: trained against this attack, random, without gradient."""
    if not form.is_defended:
        return ()
    defense = sweep.defenses[form.defense].options
    if isinstance(defense, TrainingDefense):
        return ("same_attack_as_training",) if attack in defense.trains_against else ()
    random = ("random_filter",) if defense.random else ()
    return random + (defense.marks() if knowledge == "white_box" else ())
