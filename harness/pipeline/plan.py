"""SweepSpec -> Plan: the steps in order, each once, and what the report shows of them. Pure."""

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from harness.attacks.attack import Attack
from harness.breakers.architecture import Architecture
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.measurements.certificates.spec import CertificateEntry
from harness.measurements.curves.spec import CurveEntry
from harness.measurements.datasets.spec import SplitEntry
from harness.measurements.detection.spec import DetectionEntry
from harness.measurements.gans.spec import GanEntry
from harness.measurements.reading.spec import ReadingEntry
from harness.measurements.visits.spec import VisitEntry
from harness.measurements.training.spec import DefendedBreaker
from harness.defenses.defense import InputDefense, LearnedDefense, TrainingDefense
from harness.defenses.robust_training import RobustTraining
from harness.measurements.gans.plan import Imitating
from harness.options import Options
from harness.sweep.specs import BreakerSpec
from harness.sweep.model import SweepSpec
from harness.measurements.certificates.spec import Certify
from harness.measurements.reading.spec import Read
from harness.measurements.training.spec import BreakerRef, Strengthen, Train
from harness.measurements.visits.spec import Visit
from harness.pipeline.step import Step


class Plan(Options):
    """All steps of a sweep in an order that respects their needs."""

    steps: tuple[Step, ...]
    drawn: tuple[SplitEntry, ...] = Field(repr=False)
    readings: tuple[ReadingEntry, ...] = Field(repr=False)
    imitations: tuple[GanEntry, ...] = Field((), repr=False)
    cells: tuple[CurveEntry, ...] = Field(repr=False)
    guarded: tuple[DetectionEntry, ...] = Field((), repr=False)
    certificates: tuple[CertificateEntry, ...] = Field((), repr=False)
    visited: tuple[VisitEntry, ...] = Field((), repr=False)

    def behind(self, kind: str, label: str = "") -> list[Step]:
        """The steps of a kind (of one label, if it is given), and all that they need, in order."""
        wanted = {
            step.digest for step in self.steps if step.kind == kind and label in ("", step.label)
        }
        for step in reversed(self.steps):
            if step.digest in wanted:
                wanted |= {digest for _kind, digest in step.needs}
        return [step for step in self.steps if step.digest in wanted]


def plan(sweep: SweepSpec) -> Plan:
    """Expand a sweep. The same sweep gives the same plan, digests and seeds everywhere."""
    return _Breakers(sweep).plan()


def _repeat(breaker: BreakerSpec) -> tuple[int, ...]:
    """Say what makes the seed of a repeated training another one; nothing for the first."""
    repeat = breaker.options.repeat if isinstance(breaker.options, Architecture) else 0
    return (repeat,) if repeat else ()


class _Breakers(Imitating):
    """Each breaker, its defended forms, and the attacks on them."""

    def __init__(self, sweep: SweepSpec) -> None:
        """Begin with nothing."""
        super().__init__(sweep)
        self.forms: dict[str, DefendedBreaker] = {}  # of the undefended breakers
        # Breaker, attack, and the curve whose images are tried on other breakers.
        self.crafted: list[tuple[str, str, str]] = []
        breakers = sweep.breakers.values()
        self.peers = Counter(breaker.dataset for breaker in breakers)
        self.ready_made = {b.dataset for b in breakers if isinstance(b.options, ReadyMadeReader)}

    def plan(self) -> Plan:
        for name, breaker in self.sweep.breakers.items():
            if not isinstance(breaker.options, ReadyMadeReader):
                self._curves(name, breaker, list(self._defended(name, breaker)))
        self._transfers()
        for name, breaker in self.sweep.breakers.items():
            if isinstance(breaker.options, ReadyMadeReader):
                self._ready_made(name, breaker)
        self.other_readings(self.forms)
        self.list_imitations(self.forms)
        self._visits()
        return Plan(
            steps=tuple(self.steps.values()),
            drawn=tuple(self.drawn),
            readings=tuple(self.readings),
            imitations=tuple(self.imitations),
            cells=tuple(self.cells),
            guarded=tuple(self.guarded),
            certificates=tuple(self.certificates),
            visited=tuple(self.visited),
        )

    def _transfers(self) -> None:
        """Images of attacks with `transfer`, read by the other trained breakers of the data set."""
        for source, word, curve in self.crafted:
            dataset = self.sweep.breakers[source].dataset
            for name, form in self.forms.items():
                other = self.sweep.breakers[name]
                if name != source and other.dataset == dataset and word in self.attacks_on(other):
                    self.transfer(name, other, word, form, source, curve)

    def _ready_made(self, name: str, breaker: BreakerSpec) -> None:
        """A reader that nobody trains: attacks that ask for its answers alone, and the images made
        on the first breaker that is trained on the same data set (with `transfer`: on all).
        """
        test = self.draw(breaker.dataset, self.sweep.datasets[breaker.dataset], "test")
        if test is None:
            raise AssertionError("a data set has test captchas")
        victim = BreakerRef(ready_made=breaker.architecture, options=breaker.options)
        form = self.forms[name] = self._reading(name, breaker, "none", victim, test, ())
        for word in self.attacks_on(breaker):
            attack = self.sweep.attacks[word].options
            if isinstance(attack, Attack) and attack.answers == "classes":
                self.craft(name, breaker, word, form, keep=False)
                continue
            made = [
                cell
                for cell in self.cells
                if (cell.dataset, cell.attack, cell.defense, cell.knowledge)
                == (breaker.dataset, word, "none", "white_box")
            ]
            for cell in made if self.sweep.attacks[word].transfer else made[:1]:
                self.transfer(name, breaker, word, form, cell.breaker, cell.curve)

    def _visits(self) -> None:
        """Chromium before a captcha page, with an undefended breaker, and list it."""
        for name, spec in self.sweep.visits.items():
            form = self.forms[spec.breaker]
            attack = self.sweep.attacks[spec.attack].options if spec.attack else None
            test = self._test(form)
            work = Visit(
                visit=spec.model_copy(update={"breaker": ""}),
                victim=form.victim,
                test=test,
                attack=attack,
                seed=self.seed("visit", test),
            )
            made = self.add(work, f"visit {name} with {spec.breaker}", *form.needs)
            noisy = f"{spec.attack} {spec.epsilon:g}" if spec.attack else "none"
            dataset = self.sweep.breakers[spec.breaker].dataset
            self.visited.append(VisitEntry(dataset, spec.breaker, name, noisy, made, form.reading))

    def _carried(self, breaker: BreakerSpec) -> bool:
        """Tell whether a ready-made reader is to read the images made on the breaker."""
        return breaker.dataset in self.ready_made

    def _tried_on_others(self, breaker: BreakerSpec, word: str) -> bool:
        """Tell whether the attack's images are tried on other breakers, and there are some."""
        return self.sweep.attacks[word].transfer and self.peers[breaker.dataset] > 1

    def _defended(self, name: str, breaker: BreakerSpec) -> Iterator[DefendedBreaker]:
        """Give the breaker as trained, then with each of its defenses."""
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
        yield self._reading(name, breaker, "none", BreakerRef(breaker=trained), test, ())
        chosen = self.sweep.defenses if breaker.defenses is None else breaker.defenses
        for word in chosen:
            defense = self.sweep.defenses[word]
            if isinstance(defense.options, InputDefense):
                learned = None
                if isinstance(defense.options, LearnedDefense):
                    learned = self.denoise(breaker.dataset, train)
                victim = BreakerRef(breaker=trained, before=defense.options, learned=learned)
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
                form = self._reading(name, breaker, word, BreakerRef(breaker=stronger), test, marks)
                if isinstance(defense.options, RobustTraining) and defense.options.certifies:
                    self._certify(name, breaker, form, stronger, test)
                yield form

    def _reading(
        self,
        name: str,
        breaker: BreakerSpec,
        defense: str,
        victim: BreakerRef,
        test: str,
        marks: tuple[str, ...],
    ) -> DefendedBreaker:
        """Plan the clean reading, and list it."""
        after = name if defense == "none" else f"{name} with {defense}"
        needs = tuple(need for need in (victim.breaker, victim.learned, test) if need)
        reading = self.add(Read(victim=victim, test=test), f"read with {after}", *needs)
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
            ReadingEntry(
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
        return DefendedBreaker(defense, victim, reading, marks, (*needs, reading))

    def _certify(
        self, name: str, breaker: BreakerSpec, form: DefendedBreaker, trained: str, test: str
    ) -> None:
        """Plan what a breaker certifies at the sweep's radii, and list it."""
        radii = tuple(sorted(set(self.sweep.epsilons)))
        work = Certify(breaker=trained, test=test, epsilons=radii, boxes=self.sweep.boxes)
        made = self.add(work, f"certify {name} with {form.name}", trained, test)
        self.certificates.append(CertificateEntry(breaker.dataset, name, form.name, made, form.reading))

    def _curves(self, name: str, breaker: BreakerSpec, defended: list[DefendedBreaker]) -> None:
        """Give each attack on the breaker and on each defended form of it; and carried over."""
        keep = len(defended) > 1 or self._carried(breaker) or bool(self.sweep.detectors)
        own: dict[str, str] = {}
        self.forms[name] = defended[0]
        for word in self.attacks_on(breaker):
            first: str | None = None
            others = self._tried_on_others(breaker, word)
            for form in defended:
                curve = self.craft(name, breaker, word, form, keep or others)
                attack = self.sweep.attacks[word].options
                if form.name == "none":
                    first = own[word] = curve
                    self.crafted += [(name, word, curve)] if others else []
                elif first and isinstance(attack, Attack) and attack.knowledge == "white_box":
                    self.transfer(name, breaker, word, form, name, first)
        if self.sweep.detectors:
            self.guard(name, breaker, defended[0], own)
