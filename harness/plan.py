"""SweepSpec -> Plan: the steps in order, each once, and what the report shows of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from harness.attacks.attack import Attack, Knowledge
from harness.datasets.generator import Split
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.seeds import child_seed
from harness.specs import BreakerSpec, DatasetSpec, Norm, Options, SweepSpec, digest
from harness.work import KINDS, Craft, Draw, Read, Step, Strengthen, Train, Transfer, Victim, Work

EDITION = 1  # raise it when a step's result changes for the same spec, a changed default included


@dataclass(frozen=True)
class Reading:
    """A breaker with a defense, as the report lists it."""

    dataset: str
    breaker: str
    defense: str
    architecture: str
    trained: str
    reading: str
    train_images: int
    epochs: int
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A curve, as the report lists it; `reading` is the same breaker on clean images."""

    dataset: str
    breaker: str
    source: str
    knowledge: Knowledge
    defense: str
    attack: str
    norm: Norm
    epsilons: tuple[float, ...]
    curve: str
    reading: str
    marks: tuple[str, ...]


class Plan(Options):
    """All steps of a sweep in an order that respects their needs."""

    steps: tuple[Step, ...]
    readings: tuple[Reading, ...] = Field(repr=False)
    cells: tuple[Cell, ...] = Field(repr=False)


def plan(sweep: SweepSpec) -> Plan:
    """Expand a sweep. The same sweep gives the same plan, digests and seeds everywhere."""
    return _Expansion(sweep).plan()


@dataclass(frozen=True)
class _Defended:
    """One breaker with one defense, on the way through the expansion."""

    name: str
    victim: Victim
    reading: str
    marks: tuple[str, ...]
    needs: tuple[str, ...]


class _Expansion:
    def __init__(self, sweep: SweepSpec) -> None:
        self.sweep = sweep
        self.steps: dict[str, Step] = {}
        self.readings: list[Reading] = []
        self.cells: list[Cell] = []

    def plan(self) -> Plan:
        for name, breaker in self.sweep.breakers.items():
            defended = list(self._defended(name, breaker))
            self._curves(name, breaker, defended)
        return Plan(
            steps=tuple(self.steps.values()),
            readings=tuple(self.readings),
            cells=tuple(self.cells),
        )

    def _add(self, work: Work, label: str, *needs: str | None) -> str:
        # Defaults are left out: an option that is added later must not undo what people have.
        said = work.model_dump(mode="json", exclude_defaults=True)
        name = digest({"edition": EDITION, "step": work.step, "work": said})
        self.steps.setdefault(
            name,
            Step(
                kind=KINDS[work.step],
                digest=name,
                label=label,
                needs=tuple((self.steps[need].kind, need) for need in needs if need),
                work=work,
            ),
        )
        return name

    def _seed(self, word: str, *content: Any) -> int:
        return child_seed(self.sweep.seed, word, digest(list(content)))

    def _draw(self, name: str, dataset: DatasetSpec, split: Split) -> str | None:
        count = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
        if not count[split]:
            return None
        options = dataset.options.model_dump(mode="json", exclude_defaults=True)
        # One stream per split for drawn captchas, one for all splits of a ready-made source.
        seed = self._seed("draw", dataset.generator, options)
        work = Draw(
            generator=dataset.generator,
            options=dataset.options,
            split=split,
            count=count[split],
            seed=seed,
        )
        return self._add(work, f"draw {name} {split}")

    def _defended(self, name: str, breaker: BreakerSpec) -> Iterator[_Defended]:
        """The breaker as trained, then with each of its defenses."""
        dataset = self.sweep.datasets[breaker.dataset]
        train = self._draw(breaker.dataset, dataset, "train")
        validation = self._draw(breaker.dataset, dataset, "validation")
        test = self._draw(breaker.dataset, dataset, "test")
        if train is None or test is None:
            raise AssertionError("a data set has training and test captchas")
        work = Train(
            architecture=breaker.architecture,
            options=breaker.options,
            train=train,
            validation=validation,
            seed=self._seed("train", breaker.architecture, train),
        )
        trained = self._add(work, f"train {name}", train, validation)
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
                    seed=self._seed("strengthen", defense.defense, trained),
                )
                stronger = self._add(further, f"{word} {name}", trained, used, validation)
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
        reading = self._add(
            Read(victim=victim, test=test), f"read with {after}", victim.breaker, test
        )
        options = breaker.options.model_dump()
        dataset = self.sweep.datasets[breaker.dataset]
        train_images, epochs = dataset.train, options["epochs"]
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
        return _Defended(defense, victim, reading, marks, (victim.breaker, test, reading))

    def _curves(self, name: str, breaker: BreakerSpec, defended: list[_Defended]) -> None:
        """Each attack on the breaker and on each defended form of it; and carried over."""
        chosen = self.sweep.attacks if breaker.attacks is None else breaker.attacks
        for word in chosen:
            first: str | None = None
            for form in defended:
                curve = self._craft(name, breaker, word, form, keep=len(defended) > 1)
                attack = self.sweep.attacks[word].options
                if form.name == "none":
                    first = curve
                elif first and isinstance(attack, Attack) and attack.knowledge == "white_box":
                    self._transfer(name, breaker, word, form, first)

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
            seed=self._seed("craft", spec.attack, test),
        )
        against = name if form.name == "none" else f"{name} with {form.name}"
        curve = self._add(work, f"{word} on {against}", *form.needs)
        own = name if form.name == "none" else f"{name}+{form.name}"
        knowledge = spec.options.knowledge if isinstance(spec.options, Attack) else "white_box"
        self._cell(name, breaker, word, form, curve, own, knowledge)
        return curve

    def _transfer(
        self, name: str, breaker: BreakerSpec, word: str, form: _Defended, curve: str
    ) -> None:
        test = self._test(form)
        carried = self._add(
            Transfer(curve=curve, victim=form.victim, test=test),
            f"{word} made on {name}, read with {form.name}",
            curve,
            *form.needs,
        )
        self._cell(name, breaker, word, form, carried, name, "transfer")

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
