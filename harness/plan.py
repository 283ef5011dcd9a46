"""SweepSpec -> Plan: the steps in order, each once, and what the report shows of them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import Field

from harness.attacks.attack import Attack, Knowledge
from harness.breakers.architecture import Architecture
from harness.breakers.ready_made import ReadyMadeReader
from harness.cells import Cell, Drawn, Reading
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.expansion import Expansion
from harness.specs import BreakerSpec, Options, SweepSpec
from harness.work import Craft, Read, Step, Strengthen, Train, Transfer, Victim


class Plan(Options):
    """All steps of a sweep in an order that respects their needs."""

    steps: tuple[Step, ...]
    drawn: tuple[Drawn, ...] = Field(repr=False)
    readings: tuple[Reading, ...] = Field(repr=False)
    cells: tuple[Cell, ...] = Field(repr=False)


def plan(sweep: SweepSpec) -> Plan:
    """Expand a sweep. The same sweep gives the same plan, digests and seeds everywhere."""
    return _Breakers(sweep).plan()


@dataclass(frozen=True)
class _Defended:
    """One breaker with one defense, on the way through the expansion."""

    name: str
    victim: Victim
    reading: str
    marks: tuple[str, ...]
    needs: tuple[str, ...]


def _repeat(breaker: BreakerSpec) -> tuple[int, ...]:
    """What makes the seed of a repeated training another one; nothing for the first."""
    repeat = breaker.options.repeat if isinstance(breaker.options, Architecture) else 0
    return (repeat,) if repeat else ()


class _Breakers(Expansion):
    """Each breaker, its defended forms, and the attacks on them."""

    def plan(self) -> Plan:
        for name, breaker in self.sweep.breakers.items():
            if not isinstance(breaker.options, ReadyMadeReader):
                self._curves(name, breaker, list(self._defended(name, breaker)))
        for name, breaker in self.sweep.breakers.items():
            if isinstance(breaker.options, ReadyMadeReader):
                self._ready_made(name, breaker)
        return Plan(
            steps=tuple(self.steps.values()),
            drawn=tuple(self.drawn),
            readings=tuple(self.readings),
            cells=tuple(self.cells),
        )

    def _ready_made(self, name: str, breaker: BreakerSpec) -> None:
        """A reader that nobody trains: black-box attacks, and the images made on the first breaker
        that is trained on the same data set.
        """
        test = self.draw(breaker.dataset, self.sweep.datasets[breaker.dataset], "test")
        if test is None:
            raise AssertionError("a data set has test captchas")
        victim = Victim(ready_made=breaker.architecture, options=breaker.options)
        form = self._reading(name, breaker, "none", victim, test, ())
        for word in self._attacks(breaker):
            attack = self.sweep.attacks[word].options
            if isinstance(attack, Attack) and attack.answers == "classes":
                self._craft(name, breaker, word, form, keep=False)
                continue
            source = next(
                (
                    cell
                    for cell in self.cells
                    if (cell.dataset, cell.attack, cell.defense, cell.knowledge)
                    == (breaker.dataset, word, "none", "white_box")
                ),
                None,
            )
            if source:
                self._transfer(name, breaker, word, form, source.breaker, source.curve)

    def _attacks(self, breaker: BreakerSpec) -> Iterable[str]:
        return self.sweep.attacks if breaker.attacks is None else breaker.attacks

    def _carried(self, breaker: BreakerSpec) -> bool:
        """Whether a ready-made reader is to read the images made on the breaker."""
        return any(
            other.dataset == breaker.dataset and isinstance(other.options, ReadyMadeReader)
            for other in self.sweep.breakers.values()
        )

    def _defended(self, name: str, breaker: BreakerSpec) -> Iterator[_Defended]:
        """The breaker as trained, then with each of its defenses."""
        dataset = self.sweep.datasets[breaker.dataset]
        train = self.draw(breaker.dataset, dataset, "train")
        validation = self.draw(breaker.dataset, dataset, "validation")
        test = self.draw(breaker.dataset, dataset, "test")
        if train is None or test is None:
            raise AssertionError("a data set has training and test captchas")
        work = Train(
            architecture=breaker.architecture,
            options=breaker.options,
            train=train,
            images=breaker.images,
            validation=validation,
            seed=self.seed("train", breaker.architecture, train, *_repeat(breaker)),
        )
        trained = self.add(work, f"train {name}", train, validation)
        yield self._reading(name, breaker, "none", Victim(breaker=trained), test, ())
        chosen = self.sweep.defenses if breaker.defenses is None else breaker.defenses
        for word in chosen:
            defense = self.sweep.defenses[word]
            if isinstance(defense.options, InputDefense):
                victim = Victim(breaker=trained, before=defense.options)
                yield self._reading(name, breaker, word, victim, test, ())
            elif isinstance(defense.options, TrainingDefense):
                data = {"train": train, "validation": validation or train, "test": test}
                used = data[defense.options.split()]
                further = Strengthen(
                    defense=defense.defense,
                    options=defense.options,
                    breaker=trained,
                    data=used,
                    validation=validation,
                    seed=self.seed("strengthen", defense.defense, trained),
                )
                stronger = self.add(further, f"{word} {name}", trained, used, validation)
                marks = ("leaking_protocol",) if used == test else ()
                yield self._reading(name, breaker, word, Victim(breaker=stronger), test, marks)

    def _reading(
        self,
        name: str,
        breaker: BreakerSpec,
        defense: str,
        victim: Victim,
        test: str,
        marks: tuple[str, ...],
    ) -> _Defended:
        """Plan the clean reading, and list it."""
        after = name if defense == "none" else f"{name} with {defense}"
        reading = self.add(
            Read(victim=victim, test=test), f"read with {after}", victim.breaker, test
        )
        dataset = self.sweep.datasets[breaker.dataset]
        train_images, epochs = 0, 0
        if isinstance(breaker.options, Architecture):
            train_images = breaker.images or dataset.train
            epochs = breaker.options.passes(train_images)
        if defense != "none":
            defended = self.sweep.defenses[defense].options
            if isinstance(defended, TrainingDefense):
                available = dataset.test if "leaking_protocol" in marks else dataset.train
                train_images, epochs = min(defended.images, available), defended.epochs
        self.readings.append(
            Reading(
                dataset=breaker.dataset,
                breaker=name,
                defense=defense,
                architecture=breaker.architecture,
                trained=victim.breaker,
                reading=reading,
                train_images=train_images,
                epochs=epochs,
                marks=marks,
            )
        )
        needs = tuple(need for need in (victim.breaker, test, reading) if need)
        return _Defended(defense, victim, reading, marks, needs)

    def _curves(self, name: str, breaker: BreakerSpec, defended: list[_Defended]) -> None:
        """Each attack on the breaker and on each defended form of it; and carried over."""
        keep = len(defended) > 1 or self._carried(breaker)
        for word in self._attacks(breaker):
            first: str | None = None
            for form in defended:
                curve = self._craft(name, breaker, word, form, keep)
                attack = self.sweep.attacks[word].options
                if form.name == "none":
                    first = curve
                elif first and isinstance(attack, Attack) and attack.knowledge == "white_box":
                    self._transfer(name, breaker, word, form, name, first)

    def _craft(
        self, name: str, breaker: BreakerSpec, word: str, form: _Defended, keep: bool
    ) -> str:
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

    def _transfer(
        self,
        name: str,
        breaker: BreakerSpec,
        word: str,
        form: _Defended,
        source: str,
        curve: str,
    ) -> None:
        """The images of a curve, read by another breaker, or by the same one defended."""
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
        form: _Defended,
        curve: str,
        source: str,
        knowledge: Knowledge,
    ) -> None:
        attack = self.sweep.attacks[word].options
        self.cells.append(
            Cell(
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
                marks=form.marks + (attack.marks() if isinstance(attack, Attack) else ()),
            )
        )

    def _test(self, form: _Defended) -> str:
        work = self.steps[form.reading].work
        if not isinstance(work, Read):
            raise TypeError("a reading is made by a Read step")
        return work.test

    def _epsilons(self, word: str) -> tuple[float, ...]:
        return tuple(sorted(set(self.sweep.attacks[word].epsilons or self.sweep.epsilons)))
