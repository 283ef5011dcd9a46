"""GANs in a plan, and breakers on captchas that they were not trained on."""

import dataclasses
from collections.abc import Mapping

from harness.cells import Imitation
from harness.crafting import Defended
from harness.errors import SpecError
from harness.guarding import Guarding
from harness.work import Appraise, Read


class Imitating(Guarding):
    """Adds GANs and readings of other data sets to an expansion, and lists them for the report."""

    def other_readings(self, forms: Mapping[str, Defended]) -> None:
        """Plan breakers, as trained, on data sets that they have never seen."""
        for name, breaker in self.sweep.breakers.items():
            own = next(one for one in self.readings if (one.breaker, one.defense) == (name, "none"))
            for other in breaker.reads:
                test = self.draw(other, self.sweep.datasets[other], "test")
                if test is None:
                    raise AssertionError("a data set has test captchas")
                victim = forms[name].victim
                work = Read(victim=victim, test=test)
                made = self.add(work, f"read {other} with {name}", victim.breaker, test)
                self.readings.append(
                    dataclasses.replace(
                        own, dataset=other, reading=made, trained_on=breaker.dataset
                    )
                )

    def list_imitations(self, forms: Mapping[str, Defended]) -> None:
        """Plan GANs, and what their judges make of them."""
        for name, spec in self.sweep.gans.items():
            made = self.imitate(name)
            looked = self._appraise(name, made, forms) if spec.judge else None
            self.imitations.append(
                Imitation(name, spec.gan, spec.dataset, spec.judge or "", made, looked)
            )

    def _appraise(self, name: str, network: str, forms: Mapping[str, Defended]) -> str:
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
            test=test,
            count=spec.appraised,
            seed=self.seed("appraise", network),
        )
        return self.add(work, f"appraise {name}", network, judge, train, test)
