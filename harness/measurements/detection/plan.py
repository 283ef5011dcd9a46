"""Detectors in a plan: fitted over a breaker, looking at its curves, attacked themselves."""

from harness.attacks.attack import Attack
from harness.measurements.detection.spec import DetectionEntry
from harness.measurements.curves.plan import Crafting
from harness.measurements.training.spec import DefendedBreaker
from harness.detectors.detector import Detector
from harness.sweep.specs import BreakerSpec
from harness.measurements.detection.spec import Evade, Fit, Look

AWARE = "aware"  # the attack's name in detection.csv


class Guarding(Crafting):
    """Adds detectors to an expansion, and lists them for the report."""

    def guard(
        self, name: str, breaker: BreakerSpec, form: DefendedBreaker, curves: dict[str, str]
    ) -> None:
        """Plan every detector over one undefended breaker.

        Args:
            name: of the breaker.
            breaker: its spec.
            form: the breaker as trained.
            curves: attack -> digest of its curve, whose images are kept.
        """
        dataset = self.sweep.datasets[breaker.dataset]
        train = self.draw(breaker.dataset, dataset, "train")
        validation = self.draw(breaker.dataset, dataset, "validation")
        test = self.draw(breaker.dataset, dataset, "test")
        if train is None or validation is None or test is None:
            raise AssertionError("detectors are refused without validation captchas")
        for word, spec in self.sweep.detectors.items():
            detector = spec.options
            if not isinstance(detector, Detector):
                raise TypeError(f"{spec.detector} is not a detector")
            denoiser = None
            if detector.needs_denoiser():
                denoiser = self.denoise(breaker.dataset, train)
            fit = Fit(
                detector=spec.detector,
                options=detector,
                victim=form.victim,
                validation=validation,
                test=test,
                denoiser=denoiser,
            )
            fitted = self.add(fit, f"fit {word} over {name}", *form.needs, validation, denoiser)
            needs = (fitted, *form.needs, denoiser)
            marks = () if detector.aware else ("not_aware",)
            for attack, curve in curves.items():
                look = Look(fit=fit, fitted=fitted, curve=curve, test=test)
                found = self.add(look, f"{word} looks at {attack} on {name}", curve, *needs)
                self._list(name, breaker, form, word, attack, (fitted, found), marks)
            if detector.aware:
                evade = Evade(
                    fit=fit,
                    fitted=fitted,
                    epsilons=tuple(sorted({e for e in self.sweep.epsilons if e > 0})),
                    test=test,
                    captchas=min(detector.aware_captchas, dataset.test),
                    steps=detector.aware,
                    seed=self.seed("evade", fitted),
                )
                found = self.add(evade, f"{word} over {name} attacked", *needs)
                self._list(name, breaker, form, word, AWARE, (fitted, found), ())

    def _list(
        self,
        name: str,
        breaker: BreakerSpec,
        form: DefendedBreaker,
        detector: str,
        attack: str,
        made: tuple[str, str],
        marks: tuple[str, ...],
    ) -> None:
        spec = self.sweep.attacks.get(attack)
        norm = spec.options.norm if spec and isinstance(spec.options, Attack) else "linf"
        self.guarded.append(
            DetectionEntry(
                dataset=breaker.dataset,
                breaker=name,
                detector=detector,
                attack=attack,
                norm=norm,
                epsilons=self._epsilons(attack) if spec else self.sweep.epsilons,
                adaptive=attack == AWARE,
                fitted=made[0],
                detection=made[1],
                reading=form.reading,
                marks=marks,
            )
        )
