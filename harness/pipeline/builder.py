"""The steps of a sweep while it is expanded: each once, named by what it does."""

from typing import Any

from harness.measurements.certificates.spec import CertificateEntry
from harness.measurements.curves.spec import CurveEntry
from harness.measurements.datasets.spec import SplitEntry
from harness.measurements.detection.spec import DetectionEntry
from harness.measurements.gans.spec import GanEntry
from harness.measurements.reading.spec import ReadingEntry
from harness.measurements.visits.spec import VisitEntry
from harness.datasets.gan_captcha import GanCaptcha
from harness.options import Split
from harness.datasets.ready_made import ReadyMade, Window
from harness.seeds import child_seed
from harness.options import Options, asked_for, digest
from harness.sweep.specs import DatasetSpec
from harness.sweep.model import SweepSpec
from harness.measurements.datasets.spec import Draw, TrainGan
from harness.measurements.training.spec import Denoise
from harness.pipeline.step import Step, Work
from harness.work import KINDS

EDITION = 1  # raise it when all steps' results change for the same spec; of one row: its own


class Expansion:
    """What a sweep has become so far.

    Attributes:
        sweep: the request.
        steps: digest -> step, in an order that respects their needs.
        imitations: GANs, for the report.
        readings: breakers on clean captchas, for the report.
        cells: curves, for the report.
        guarded: detectors, for the report.
        certificates: what is certified, for the report.
        visited: captcha pages, for the report.
    """

    def __init__(self, sweep: SweepSpec) -> None:
        """Begin with nothing."""
        self.sweep = sweep
        self.steps: dict[str, Step] = {}
        self.labels: set[str] = set()
        self.drawn: dict[SplitEntry, None] = {}  # in their order, each once
        self.imitations: list[GanEntry] = []
        self.readings: list[ReadingEntry] = []
        self.cells: list[CurveEntry] = []
        self.guarded: list[DetectionEntry] = []
        self.certificates: list[CertificateEntry] = []
        self.visited: list[VisitEntry] = []

    def add(self, work: Work, label: str, *needs: str | None) -> str:
        """Add a step, unless it is there; its digest."""
        content = {"edition": EDITION, "step": work.step, "work": asked_for(work)}
        if work.edition > 1:
            content["step_edition"] = work.edition
        for own in (getattr(work, "options", None), getattr(work, "attack", None)):
            if isinstance(own, Options) and own.edition > 1:
                content["own_edition"] = own.edition
        name = digest(content)
        if name not in self.steps:
            self.steps[name] = Step(
                kind=KINDS[work.step],
                digest=name,
                label=self._label(label, work.step, name),
                needs=tuple((self.steps[need].kind, need) for need in needs if need),
                work=work,
            )
        return name

    def _label(self, label: str, kind: str, name: str) -> str:
        """A label that no other step has: a defense called train would give some twice."""
        tried = (label, f"{label} ({kind})", f"{label} ({kind} {name[:8]})")
        free = next(each for each in tried if each not in self.labels)
        self.labels.add(free)
        return free

    def seed(self, word: str, *content: Any) -> int:
        """Give the seed of a step, from the sweep's and from what the step is made of."""
        return child_seed(self.sweep.seed, word, digest(list(content)))

    def denoise(self, name: str, train: str) -> str:
        """Give the step that trains the autoencoder of a data set."""
        work = Denoise(train=train, seed=self.seed("denoise", train))
        return self.add(work, f"denoise {name}", train)

    def imitate(self, name: str) -> str:
        """Give the step that trains a GAN."""
        spec = self.sweep.gans[name]
        train = self.draw(spec.dataset, self.sweep.datasets[spec.dataset], "train")
        if train is None:
            raise AssertionError("a data set has training captchas")
        repeat = getattr(spec.options, "repeat", 0)
        work = TrainGan(
            gan=spec.gan,
            options=spec.options,
            train=train,
            images=spec.images,
            seed=self.seed("imitate", spec.gan, train, *([repeat] if repeat else [])),
        )
        return self.add(work, f"imitate {spec.dataset} with {name}", train)

    def draw(self, name: str, dataset: DatasetSpec, split: Split) -> str | None:
        """Give the step that draws one split; None where it has no captchas."""
        count: dict[Split, int] = {
            "train": dataset.train,
            "validation": dataset.validation,
            "test": dataset.test,
        }
        if not count[split]:
            return None
        drawer, network = dataset.options, None
        if isinstance(drawer, GanCaptcha):  # by whatever name: what counts is how it was trained
            network = self.imitate(drawer.gan)
            drawer = drawer.model_copy(update={"gan": ""})
        options = asked_for(drawer)
        # One stream per split for drawn captchas, one for all splits of a ready-made source.
        seed = self.seed("draw", dataset.generator, options, *([network] if network else []))
        source = dataset.options
        window = source.window(split, count) if isinstance(source, ReadyMade) else Window()
        work = Draw(
            generator=dataset.generator,
            options=drawer,
            split=split,
            count=count[split],
            skip=window.skip,
            copies=window.copies,
            seed=seed,
            network=network,
        )
        made = self.add(work, f"draw {name} {split}", network)
        self.drawn[SplitEntry(name, split, made)] = None
        return made
