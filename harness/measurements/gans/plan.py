"""GANs in a plan, and breakers on captchas that they were not trained on."""

import dataclasses
from collections.abc import Mapping

from harness.measurements.gans.spec import GanEntry
from harness.measurements.training.spec import DefendedBreaker
from harness.datasets.ready_made import ReadyMade
from harness.errors import SpecError
from harness.measurements.detection.plan import Guarding
from harness.measurements.gans.spec import Appraise
from harness.measurements.reading.spec import Read


class Imitating(Guarding):
    """Adds GANs and readings of other data sets to an expansion, and lists them for the report."""

    def other_readings(self, forms: Mapping[str, DefendedBreaker]) -> None:
        """Plan breakers, as trained, on data sets that they have never seen."""
        for name, breaker in self.sweep.breakers.items():
            if not breaker.reads:
                continue
            own = next(one for one in self.readings if (one.breaker, one.defense) == (name, "none"))
            for other in breaker.reads:
                self._apart(name, breaker.dataset, other)
                test = self.draw(other, self.sweep.datasets[other], "test")
                if test is None:
                    raise AssertionError("a data set has test captchas")
                victim = forms[name].victim
                work = Read(victim=victim, test=test)
                made = self.add(work, f"read {other} with {name}", victim.breaker, test)
                self.readings.append(
                    dataclasses.replace(
                        own,
                        dataset=other,
                        reading=made,
                        train_images=0,  # of this data set
                        epochs=0,
                        trained_on=breaker.dataset if own.trained else "",
                    )
                )

    def _apart(self, breaker: str, own: str, other: str) -> None:
        """Refuse captchas of the very pool that a breaker was trained on: some it has seen."""
        one, two = (self.sweep.datasets[word].options for word in (own, other))
        first, second = (
            row.source_digest() if isinstance(row, ReadyMade) else None for row in (one, two)
        )
        if first is not None and first == second:
            raise SpecError(
                f"breakers.{breaker}.reads: {other!r} and {own!r} are cut from the same captchas, "
                "and the breaker has seen some of them"
            )

    def list_imitations(self, forms: Mapping[str, DefendedBreaker]) -> None:
        """Plan GANs, and what their judges make of them."""
        for name, spec in self.sweep.gans.items():
            made = self.imitate(name)
            looked = self._appraise(name, made, forms) if spec.judge else None
            self.imitations.append(
                GanEntry(name, spec.gan, spec.dataset, spec.judge or "", made, looked)
            )

    def _appraise(self, name: str, network: str, forms: Mapping[str, DefendedBreaker]) -> str:
        spec = self.sweep.gans[name]
        dataset = self.sweep.datasets[spec.dataset]
        train, test = (self.draw(spec.dataset, dataset, split) for split in ("train", "test"))
        judge = forms[spec.judge or ""].victim.breaker
        if judge is None:
            raise SpecError(f"gans.{name}.judge: {spec.judge} is ready-made; name a trained one")
        if train is None or test is None:
            raise AssertionError("a data set has training and test captchas")
        work = Appraise(
            network=network,
            judge=judge,
            train=train,
            images=spec.images,
            test=test,
            count=spec.appraised,
            seed=self.seed("appraise", network),
        )
        return self.add(work, f"appraise {name}", network, judge, train, test)
