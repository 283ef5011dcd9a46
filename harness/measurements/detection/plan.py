"""Detection, planned: detectors fitted, looking at a breaker's curves, and attacked themselves."""

from harness.attacks.radii import radii
from harness.detectors.detector import Detector
from harness.measurements.curves.plan import attacks_on, radii_of
from harness.measurements.curves.work import CurveEntry
from harness.measurements.datasets.plan import draw
from harness.measurements.detection.work import DetectionEntry, Evade, Fit, Look
from harness.measurements.measurement import Forms
from harness.measurements.reading.plan import reading_of
from harness.measurements.training.plan import denoise
from harness.measurements.training.work import DefendedBreaker
from harness.pipeline.builder import StepBuilder
from harness.results.rows.detection import ADAPTIVE
from harness.results.rows.row import UNDEFENDED
from harness.sweep.model import SweepSpec


def plan_detectors(builder: StepBuilder, sweep: SweepSpec, forms: Forms) -> None:
    """Plan every detector over a breaker as it was trained; black boxes have none."""
    if not sweep.breakers[forms[0].breaker].is_black_box:
        for name in sweep.detectors:
            _plan_detector(builder, sweep, forms[0], name)


def _plan_detector(
    builder: StepBuilder, sweep: SweepSpec, form: DefendedBreaker, name: str
) -> None:
    spec = sweep.detectors[name]
    denoiser = None
    validation = draw(builder, sweep, form.dataset, "validation")
    if spec.options.needs_denoiser():
        denoiser = denoise(builder, sweep, form.dataset)
    fit = Fit(
        detector=spec.detector,
        options=spec.options,
        victim=form.ref,
        validation=validation,
        test=form.test,
        denoiser=denoiser,
    )
    behind = (*form.needs, reading_of(builder, form))
    fitted = builder.add(fit, f"fit {name} over {form.breaker}", *behind, validation, denoiser)
    needs = (fitted, *behind, denoiser)
    for attack in attacks_on(sweep, form.breaker):
        (curve,) = builder.entries(
            CurveEntry, breaker=form.breaker, attack=attack, defense=UNDEFENDED, source=form.breaker
        )
        work = Look(fit=fit, fitted=fitted, curve=curve.curve, test=form.test)
        step = builder.add(work, f"{name} looks at {attack} on {form.breaker}", curve.curve, *needs)
        _enter(builder, sweep, form, name, attack, fitted, step)
    if spec.options.aware:
        step = builder.add(
            _evade(builder, sweep, form, fit, fitted),
            f"{name} over {form.breaker} attacked",
            *needs,
        )
        _enter(builder, sweep, form, name, ADAPTIVE, fitted, step)


def _evade(
    builder: StepBuilder, sweep: SweepSpec, form: DefendedBreaker, fit: Fit, fitted: str
) -> Evade:
    """Describe the work of the adaptive attack, which knows of the detector."""
    detector: Detector = fit.options
    return Evade(
        fit=fit,
        fitted=fitted,
        epsilons=_moved(sweep),
        test=form.test,
        captchas=min(detector.aware_captchas, sweep.datasets[form.dataset].test),
        steps=detector.aware,
        seed=builder.seed("evade", fitted),
    )


def _moved(sweep: SweepSpec) -> tuple[float, ...]:
    """List the sweep's radii above 0, ascending, each once."""
    return radii(sweep.epsilons, above_zero=True)


def _enter(
    builder: StepBuilder,
    sweep: SweepSpec,
    form: DefendedBreaker,
    detector: str,
    attack: str,
    fitted: str,
    detection: str,
) -> None:
    adaptive = attack == ADAPTIVE
    unaware = not (adaptive or sweep.detectors[detector].options.aware)
    builder.enter(
        DetectionEntry(
            dataset=form.dataset,
            breaker=form.breaker,
            detector=detector,
            attack=attack,
            norm="linf" if adaptive else sweep.attacks[attack].options.norm,
            epsilons=_moved(sweep) if adaptive else radii_of(sweep, attack),
            adaptive=adaptive,
            fitted=fitted,
            detection=detection,
            reading=reading_of(builder, form),
            marks=("not_aware",) if unaware else (),
        )
    )
