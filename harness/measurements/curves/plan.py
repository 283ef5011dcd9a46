"""Curves in a plan: an attack on a breaker, and its images carried to another one."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.attacks.attack import Attack, Knowledge
from harness.measurements.curves.spec import CurveEntry
from harness.defenses.defense import InputDefense
from harness.pipeline.builder import StepBuilder
from harness.sweep.specs import BreakerSpec
from harness.measurements.curves.spec import Craft, Transfer
from harness.measurements.reading.spec import Read
from harness.measurements.training.spec import BreakerRef


@dataclass(frozen=True)
class Defended:
    """One breaker with one defense, on the way through the expansion."""

    name: str
    victim: BreakerRef
    reading: str
    marks: tuple[str, ...]
    needs: tuple[str, ...]


class Crafting(StepBuilder):
    """Adds curves to an expansion, and lists them for the report."""

    def attacks_on(self, breaker: BreakerSpec) -> Iterable[str]:
        """Names of the attacks that a breaker takes part in."""
        return self.sweep.attacks if breaker.attacks is None else breaker.attacks

    def _epsilons(self, word: str) -> tuple[float, ...]:
        return tuple(sorted(set(self.sweep.attacks[word].epsilons or self.sweep.epsilons)))

    def craft(self, name: str, breaker: BreakerSpec, word: str, form: Defended, keep: bool) -> str:
        """Plan a curve, its images kept or not, and list it; the step's digest."""
        spec, dataset = self.sweep.attacks[word], self.sweep.datasets[breaker.dataset]
        victim, test = form.victim, self._test(form)
        work = Craft(
            attack=spec.attack,
            options=spec.options,
            epsilons=self._epsilons(word),
            victim=victim,
            test=test,
            captchas=min(spec.captchas or dataset.test, dataset.test),
            keep_images=keep and form.name == "none",
            seed=self.seed("craft", spec.attack, test),
        )
        against = name if form.name == "none" else f"{name} with {form.name}"
        curve = self.add(work, f"{word} on {against}", *form.needs)
        own = name if form.name == "none" else f"{name}+{form.name}"
        knowledge = spec.options.knowledge if isinstance(spec.options, Attack) else "white_box"
        self._cell(name, breaker, word, form, curve, own, knowledge)
        return curve

    def transfer(
        self,
        name: str,
        breaker: BreakerSpec,
        word: str,
        form: Defended,
        source: str,
        curve: str,
    ) -> None:
        """Give the images of a curve, read by another breaker, or by the same one defended."""
        test = self._test(form)
        carried = self.add(
            Transfer(curve=curve, victim=form.victim, test=test),
            f"{word} made on {source}, read with {name if form.name == 'none' else form.name}",
            curve,
            *form.needs,
        )
        self._cell(name, breaker, word, form, carried, source, "transfer")

    def _cell(
        self,
        name: str,
        breaker: BreakerSpec,
        word: str,
        form: Defended,
        curve: str,
        source: str,
        knowledge: Knowledge,
    ) -> None:
        attack = self.sweep.attacks[word].options
        self.cells.append(
            CurveEntry(
                dataset=breaker.dataset,
                breaker=name,
                source=source,
                knowledge=knowledge,
                defense=form.name,
                attack=word,
                norm=attack.norm if isinstance(attack, Attack) else "linf",
                epsilons=self._epsilons(word),
                curve=curve,
                reading=form.reading,
                marks=form.marks
                + (attack.marks() if isinstance(attack, Attack) else ())
                + self._trained_against(form.name, self.sweep.attacks[word].attack)
                + self._filtered(form.name, knowledge),
            )
        )

    def _test(self, form: Defended) -> str:
        work = self.steps[form.reading].work
        if not isinstance(work, Read):
            raise TypeError("a reading is made by a Read step")
        return work.test

    def _trained_against(self, defense: str, attack: str) -> tuple[str, ...]:
        """Give the mark of an attack that the defense has been trained against."""
        spec = self.sweep.defenses.get(defense)
        same = spec and attack in getattr(spec.options, "trains_against", ())
        return ("same_attack_as_training",) if same else ()

    def _filtered(self, defense: str, knowledge: Knowledge) -> tuple[str, ...]:
        """The marks of a filter: random, or one that gradients could not go through properly."""
        spec = self.sweep.defenses.get(defense)
        if not spec or not isinstance(spec.options, InputDefense):
            return ()
        random = ("random_filter",) if spec.options.random else ()
        return random + (spec.options.marks() if knowledge == "white_box" else ())
