"""Misfits of a sweep: names that no table has, sizes and counts that do not fit together."""

from collections.abc import Collection, Iterator, Mapping

from harness.breakers.architecture import Architecture
from harness.breakers.network import suffices
from harness.complaints import shown
from harness.datasets.generator import Generator
from harness.defenses.robust_training import RobustTraining
from harness.detectors.detector import Detector
from harness.registry import suggestion
from harness.sweep.captcha_kind import different, kind_of
from harness.sweep.free_labels import free_label_misfits
from harness.sweep.model import SweepSpec
from harness.sweep.specs import BreakerSpec, DatasetSpec, GanSpec, VisitSpec
from harness.sweep.starts import FOUNDATION, unfit_starts

FEWEST_TO_FIT = 100  # validation captchas behind a detector's threshold
HINTS = 50  # unknown names for which near ones are looked for
DIVIDES = 8  # height and width of what a GAN learns from
# Names that the report gives to rows of its own.
RESERVED = {
    "attacks": {"worst_case": "all attacks together", "aware": "what knows of a detector"},
    "defenses": {"none": "what is always measured"},
}
Named = Mapping[str, Collection[str]]


def misfits(sweep: SweepSpec, named: Named | None = None) -> list[str]:
    """List what does not fit together in a sweep, or in the part of it that is right.

    Args:
        sweep: its tables, each right in itself.
        named: the names of each kind that the file has, those of tables with mistakes included.
    """
    kinds = ("datasets", "gans", "breakers", "attacks", "defenses", "detectors", "visits", "audits")
    return list(_Fitting(sweep, named or {kind: getattr(sweep, kind) for kind in kinds}).all())


class _Fitting:
    """One sweep while its misfits are looked for."""

    def __init__(self, sweep: SweepSpec, named: Named) -> None:
        self.sweep = sweep
        self.named = named
        self.hints = HINTS

    def all(self) -> Iterator[str]:
        """List all misfits, in the order of the tables."""
        for name, breaker in self.sweep.breakers.items():
            yield from self._breaker(name, breaker)
        yield from unfit_starts(self.sweep)
        yield from self._reserved()
        yield from self._radii()
        for name, detector in self.sweep.detectors.items():
            for data, dataset in self.sweep.datasets.items():
                yield from _fitted(name, detector.options, data, dataset)
        for name, gan in self.sweep.gans.items():
            yield from self._gan(name, gan)
        for name, dataset in self.sweep.datasets.items():
            yield from self._drawn_by_a_gan(name, dataset)
        for name, visit in self.sweep.visits.items():
            yield from self._visit(name, visit)
        for name, audit in self.sweep.audits.items():
            yield from self._unknown(f"audits.{name}.breaker", "breakers", audit.breaker)
        yield from self._predictions()

    def _unknown(self, where: str, kind: str, *names: str) -> Iterator[str]:
        """Refuse names that are no tables of the file."""
        for name in names:
            if name not in self.named[kind]:
                # Looking for near names takes long where very many are unknown.
                self.hints -= 1
                hint = suggestion(name, self.named[kind] if self.hints > 0 else ())
                choices = hint if self.named[kind] else "choices: none is defined"
                yield f"{where}: {shown(name)} is not a table of this file; {choices}"

    def _breaker(self, name: str, breaker: BreakerSpec) -> Iterator[str]:
        where = f"breakers.{name}"
        yield from self._unknown(f"{where}.dataset", "datasets", breaker.dataset)
        yield from self._unknown(f"{where}.reads", "datasets", *breaker.reads)
        yield from self._unknown(f"{where}.attacks", "attacks", *breaker.attacks or ())
        yield from self._unknown(f"{where}.defenses", "defenses", *breaker.defenses or ())
        readers = (reader for reader in breaker.readers if reader != FOUNDATION)
        yield from self._unknown(f"{where}.readers", "breakers", *readers)
        dataset = self.sweep.datasets.get(breaker.dataset)
        if dataset:
            yield from _trained(where, breaker, dataset)
        if breaker.labelled_by_site:
            yield from free_label_misfits(self.sweep, where, breaker)
        for number, other in enumerate(breaker.reads):
            if other == breaker.dataset or other in breaker.reads[:number]:
                yield f"{where}.reads: {other!r} is read anyway; name it once"
            elif other in self.sweep.datasets and dataset:
                yield from self._other(where, breaker, other)

    def _other(self, where: str, breaker: BreakerSpec, other: str) -> Iterator[str]:
        """Refuse a data set to read that has sounds, or captchas of another kind."""
        if self.sweep.datasets[other].has_sounds:
            yield f"{where}.reads: {other!r} has sounds; name pictures"
        elif not breaker.is_ready_made:  # which takes any
            theirs, ours = (kind_of(self.sweep, data) for data in (other, breaker.dataset))
            if different(theirs, ours):
                yield (
                    f"{where}.reads: {other!r} has captchas of another kind than "
                    f"{breaker.dataset!r}: {theirs} where the breaker learns {ours}; make them "
                    "alike, or train a breaker on each"
                )

    def _reserved(self) -> Iterator[str]:
        for kind, names in RESERVED.items():
            for name, meaning in names.items():
                if name in getattr(self.sweep, kind):
                    yield (
                        f"{kind}.{name}: {name!r} is the report's name for {meaning}; choose "
                        "another name"
                    )

    def _radii(self) -> Iterator[str]:
        """Ask for radii where something is measured at them."""
        if self.sweep.epsilons:
            return
        needy = [f"attacks.{n}" for n, spec in self.sweep.attacks.items() if not spec.epsilons]
        needy += [
            f"defenses.{name}"
            for name, spec in self.sweep.defenses.items()
            if isinstance(spec.options, RobustTraining) and spec.options.certifies
        ]
        needy += [f"detectors.{name}" for name in self.sweep.detectors]
        if needy:
            hint = "add it, as in epsilons = [0.0, 0.1]"
            yield f"epsilons: is missing; {needy[0]} needs radii: {hint}"

    def _gan(self, name: str, spec: GanSpec) -> Iterator[str]:
        """Refuse GANs without pictures to learn from."""
        where = f"gans.{name}"
        yield from self._unknown(f"{where}.dataset", "datasets", spec.dataset)
        if spec.judge is not None:
            yield from self._unknown(f"{where}.judge", "breakers", spec.judge)
        dataset = self.sweep.datasets.get(spec.dataset)
        if not dataset:
            return
        if spec.images and spec.images > dataset.train:
            yield (
                f"{where}.images = {spec.images}; datasets.{spec.dataset} has "
                f"train = {dataset.train}"
            )
        if isinstance(dataset.options, Generator) and dataset.options.text_length() > 1:
            yield (
                f"{where}.dataset: a GAN learns from single characters; captchas of "
                f"{spec.dataset!r} have {dataset.options.text_length()}: choose one of length 1"
            )
        if dataset.drawn_by is not None:
            yield f"{where}.dataset: {spec.dataset!r} is drawn by a GAN itself"
        else:
            yield from _refuse_untrainable(
                where, spec, dataset, kind_of(self.sweep, spec.dataset).shape
            )
        judge = self.sweep.breakers.get(spec.judge or "")
        if judge and not isinstance(judge.options, Architecture):
            yield f"{where}.judge: {spec.judge} is not trained here; name a breaker that is"
        if judge and judge.dataset != spec.dataset:
            yield (
                f"{where}.judge: {spec.judge} must be trained on {spec.dataset!r}, as the GAN is; "
                f"it is trained on {judge.dataset!r}"
            )

    def _drawn_by_a_gan(self, name: str, dataset: DatasetSpec) -> Iterator[str]:
        """Refuse captchas of an unknown GAN, or of a GAN whose pictures have no labels."""
        drawer = dataset.drawn_by
        if drawer is None:
            return
        yield from self._unknown(f"datasets.{name}.gan", "gans", drawer)
        gan = self.sweep.gans.get(drawer)
        if gan and not gan.options.conditional:
            yield (
                f"datasets.{name}.gan: what {drawer} ({gan.gan}) draws has no label; choose a "
                "conditional GAN, or let people name its pictures on /label and use the generator "
                "folder or side_by_side"
            )

    def _visit(self, name: str, visit: VisitSpec) -> Iterator[str]:
        """Refuse visits by unknown breakers, and to more captchas than the data set has."""
        where = f"visits.{name}"
        yield from self._unknown(f"{where}.breaker", "breakers", visit.breaker)
        if visit.attack is not None:
            yield from self._unknown(f"{where}.attack", "attacks", visit.attack)
        breaker = self.sweep.breakers.get(visit.breaker)
        dataset = self.sweep.datasets.get(breaker.dataset) if breaker else None
        if not breaker or not dataset:
            return
        if visit.url is None and visit.visits > dataset.test:
            yield (
                f"{where}.visits = {visit.visits}: each shows a test captcha of its own, and "
                f"datasets.{breaker.dataset} has test = {dataset.test}"
            )
        if dataset.has_sounds:
            yield f"{where}: pages show pictures; datasets.{breaker.dataset} has sounds"
        attack = self.sweep.attacks.get(visit.attack or "")
        if attack and not suffices(breaker.shows, attack.options.answers):
            yield (
                f"{where}.attack: {visit.attack} needs more of a breaker than its answers, and "
                f"{breaker.architecture} is a black box; name another breaker, or an attack that "
                "asks for answers alone"
            )

    def _predictions(self) -> Iterator[str]:
        """Refuse names that give two breakers the same file of predictions."""
        files: dict[str, tuple[str, str, str]] = {}
        for name, breaker in self.sweep.breakers.items():
            chosen = self.sweep.defenses if breaker.defenses is None else breaker.defenses
            cells = [(breaker.dataset, name, defense) for defense in ("none", *chosen)]
            for cell in (*cells, *((other, name, "none") for other in breaker.reads)):
                file = "-".join(cell)
                if files.setdefault(file, cell) != cell:
                    first, second = (
                        f"{after} on {data}" + ("" if defense == "none" else f" with {defense}")
                        for data, after, defense in (files[file], cell)
                    )
                    yield f"predictions/{file}.csv would be of {first} and of {second}; rename one"


def _fitted(name: str, detector: Detector, data: str, dataset: DatasetSpec) -> Iterator[str]:
    """Refuse a detector without the clean captchas that its threshold comes from."""
    if dataset.has_sounds:
        yield (
            f"detectors.{name} looks at pictures; datasets.{data} has sounds: give them a sweep of "
            "their own"
        )
    elif dataset.validation < FEWEST_TO_FIT:
        yield (
            f"detectors.{name} needs clean validation captchas: datasets.{data} has "
            f"validation = {dataset.validation}; choose {FEWEST_TO_FIT} or more"
        )
    elif detector.fpr * dataset.validation < 1:
        least = 1 / dataset.validation
        yield (
            f"detectors.{name}.fpr = {detector.fpr:g}: less than one of the "
            f"{dataset.validation} validation captchas of datasets.{data}; choose {least:.2g} or "
            f"more, or validation = {-int(-1 // detector.fpr)}"
        )


def _trained(where: str, breaker: BreakerSpec, dataset: DatasetSpec) -> Iterator[str]:
    """Refuse more training captchas than the data set has, and sounds for readers of pictures."""
    if breaker.images and breaker.images > dataset.train:
        yield (
            f"{where}.images = {breaker.images}; datasets.{breaker.dataset} has "
            f"train = {dataset.train}"
        )
    sound = dataset.has_sounds
    if sound != breaker.hears_sounds and not breaker.is_pretrained:
        text = "sounds; choose 'spectrogram'" if sound else "pictures; choose 'whole_image'"
        chosen = f"{where}.architecture = {breaker.architecture!r}"
        yield f"{chosen}: datasets.{breaker.dataset} has {text}"
    endless = isinstance(breaker.options, Architecture) and breaker.options.endless
    if endless and not dataset.is_drawn:
        yield (
            f"{where}.endless: {dataset.generator} draws no fresh captchas, it has what it has; "
            "leave endless out"
        )


def _refuse_untrainable(
    where: str, spec: GanSpec, dataset: DatasetSpec, shape: tuple[int, int, int] | None
) -> Iterator[str]:
    """Refuse pictures of a size that a GAN cannot learn, and fewer than a batch of them."""
    if shape and (shape[0] % DIVIDES or shape[1] % DIVIDES):
        yield (
            f"{where}.dataset: pictures of {spec.dataset!r} have {shape[1]} x {shape[0]} pixels; a "
            f"GAN needs sides that {DIVIDES} divides"
        )
    there = spec.images or dataset.train
    if there < spec.options.batch_size:
        yield (
            f"{where}.batch_size = {spec.options.batch_size}: it learns from {there} pictures; "
            "lower it, or draw more"
        )
