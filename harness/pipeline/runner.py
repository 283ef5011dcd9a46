"""Carries out one step. Present = done; done again only when its bytes or inputs changed."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from harness.measurements.certificates import run as certificates
from harness.measurements.curves import run as curves
from harness.measurements.detection import run as detections
from harness.measurements.gans import run as imitation
from harness.files.checkpoint import Checkpoint
from harness.datasets.drawing.parallel import IMAGES, LABELS, draw
from harness.datasets.generator import Generator
from harness.progress import Progress, no_progress
from harness.datasets.ready_made import Choice, ReadyMade
from harness.datasets.sanity_check import check_images
from harness.errors import HarnessError
from harness.measurements.inputs import comparable, endless, labelled, reader
from harness.pipeline.context import StepContext
from harness.seeds import child_seed
from harness.options import digest
from harness.pipeline.store import Artifact, Store
from harness.measurements.certificates.spec import Certify
from harness.measurements.curves.spec import Craft, Transfer
from harness.measurements.datasets.spec import Draw, TrainGan
from harness.measurements.detection.spec import Evade, Fit, Look
from harness.measurements.gans.spec import Appraise
from harness.measurements.reading.spec import Read
from harness.measurements.training.spec import Denoise, Strengthen, Train
from harness.measurements.visits.spec import Visit
from harness.pipeline.step import Step, StepName

READING = "reading.npz"


def finished(step: StepName, store: Store) -> Artifact | None:
    """Give the step's artifact, if it is whole and was made from the inputs that are there now."""
    artifact = store.find(step.kind, step.digest)
    if artifact is None:
        return None
    for kind, name in step.needs:
        needed = store.find(kind, name)
        if needed is not None and needed.content != artifact.inputs.get(name):
            return None
    return artifact


def carry_out(
    step: Step,
    store: Store,
    sources: Path,
    progress: Progress = no_progress,
    draws: Mapping[str, Draw] = MappingProxyType({}),
) -> Artifact:
    """Do the step, unless it is done.

    Args:
        step: of a plan; what it needs must be done before.
        store: where artifacts are found and put.
        sources: the folder of downloads.
        progress: told how far it is.
        draws: digest -> how the run draws a data set; a function may lie elsewhere than it did
            when the data set was drawn.

    Returns:
        The finished artifact.

    Raises:
        HarnessError: an input is missing, or the work itself failed for a known reason.
    """
    before = finished(step, store)
    if before is not None:
        return before
    inputs: dict[str, Artifact] = {}
    for kind, name in step.needs:
        needed = store.find(kind, name, read=True)
        if needed is None:
            store.discard(kind, name)
            raise HarnessError(
                f"{step.label}: its input {kind}/{name} is missing or damaged; run the sweep "
                "again, which makes it anew"
            )
        inputs[name] = needed
    contents = {name: artifact.content for name, artifact in inputs.items()}
    checkpoint = Checkpoint(store.checkpoint(digest([step.digest, contents])))
    start = time.perf_counter()
    spec = step.work.model_dump(mode="json")
    with store.writing(step.kind, step.digest, spec, contents) as (folder, notes):
        place = StepContext(folder, inputs, sources, notes, progress, checkpoint, draws)
        WORK[type(step.work)](step.work, place)
        notes["seconds"] = checkpoint.spent + time.perf_counter() - start
    checkpoint.drop()
    after = store.find(step.kind, step.digest)
    if after is None:
        raise HarnessError(f"{step.label}: its artifact cannot be read back; is the disk failing?")
    return after


def _draw(work: Draw, place: StepContext) -> None:
    generator = work.options
    if work.network:
        drawer = place.inputs[work.network].path
        place.notes["alphabet"] = imitation.draw(work, drawer, place.folder, place.progress)
        place.notes["blank"] = None
    elif isinstance(generator, ReadyMade):
        wanted = Choice(work.split, work.seed, work.count, work.skip, place.sources, work.copies)
        chosen = generator.choose(wanted)
        np.save(place.folder / IMAGES, chosen.images)
        np.save(place.folder / LABELS, chosen.labels)
        place.notes.update(chosen.notes())
    elif isinstance(generator, Generator):
        generator.require()
        seed = child_seed(work.seed, work.split)
        draw(work.generator, generator, seed, work.count, place.folder, place.progress)
        place.notes["label_warnings"] = list(generator.warnings())
    if isinstance(generator, Generator):
        place.notes["alphabet"] = generator.text_alphabet()
        place.notes["blank"] = generator.blank()
    place.notes["plain"] = check_images(place.folder, place.notes["alphabet"])


def _imitate(work: TrainGan, place: StepContext) -> None:
    source = place.inputs[work.train]
    imitation.imitate(
        work,
        labelled(source),
        source.notes["alphabet"],
        place.folder,
        place.notes,
        place.progress,
        place.checkpoint,
    )


def _appraise(work: Appraise, place: StepContext) -> None:
    network, judge = (place.inputs[name].path for name in (work.network, work.judge))
    train, test = (labelled(place.inputs[name]) for name in (work.train, work.test))
    imitation.appraise(work, network, judge, train, test, place.folder, place.progress)


def _train(work: Train, place: StepContext) -> None:
    from harness.breakers import saved_breaker
    from harness.breakers.architecture import Architecture, layers
    from harness.breakers.training import fit
    from harness.images.labelled import LabelledImages

    architecture = work.options
    if not isinstance(architecture, Architecture):
        raise TypeError(f"{work.architecture} is not an architecture")
    source = place.inputs[work.train]
    data = labelled(source)
    data = LabelledImages(data.images[: work.images], data.labels[: work.images], data.blank)
    validation = labelled(place.inputs[work.validation]) if work.validation else None
    made = {
        "architecture": work.architecture,
        "options": architecture.model_dump(mode="json"),
        "shape": list(data.images.shape[1:]),
        "length": int(data.labels.shape[1]),
        "alphabet": source.notes["alphabet"],
        "blank": source.notes.get("blank"),
    }
    classes = len(made["alphabet"]) + (made["blank"] is not None)
    precision = place.notes["precision"] = architecture.training_precision()
    model = architecture.build(data.images.shape[1:], made["length"], classes, work.seed, precision)
    place.notes["layers"] = layers(model)
    told = (model, architecture, data, validation, work.seed, place.progress)
    if architecture.endless:
        with endless(place, work.train, work.seed, len(data)) as captchas:
            place.notes["history"] = fit(
                *told,
                lambda *epoch: LabelledImages(*captchas.epoch(*epoch), data.blank),
                checkpoint=place.checkpoint,
            )
    else:
        place.notes["history"] = fit(*told, checkpoint=place.checkpoint)
    saved_breaker.save(model, place.folder, made)


def _strengthen(work: Strengthen, place: StepContext) -> None:
    from harness.breakers import saved_breaker
    from harness.defenses.defense import TrainingDefense

    if not isinstance(work.options, TrainingDefense):
        raise TypeError(f"{work.defense} is not a training defense")
    precision = place.notes["precision"] = work.options.training_precision()
    model, made = saved_breaker.load(place.inputs[work.breaker].path, precision)
    data = labelled(place.inputs[work.data])
    validation = labelled(place.inputs[work.validation]) if work.validation else None
    place.notes["history"] = work.options.strengthen(
        model, data, validation, work.seed, place.progress, place.checkpoint
    )
    saved_breaker.save(model, place.folder, made)


def _read(work: Read, place: StepContext) -> None:
    captchas = reader(work.victim, place, work.test)
    data = labelled(place.inputs[work.test])
    comparable(work.victim, place, work.test, captchas)
    captchas.read(data.images[:1])  # the first call compiles: not part of the speed
    start = time.perf_counter()
    classes = captchas.read(data.images, place.progress)
    place.notes["read_seconds"] = time.perf_counter() - start
    place.notes["blank"] = captchas.blank
    if work.victim.ready_made is None:
        place.notes["parameters"] = int(captchas.model.count_params())
    np.savez(place.folder / READING, allow_pickle=False, classes=classes, labels=data.labels)


def _certify(work: Certify, place: StepContext) -> None:
    from harness.breakers import saved_breaker

    model, _made = saved_breaker.load(place.inputs[work.breaker].path)
    certificates.certify(work, model, labelled(place.inputs[work.test]), place.folder, place.progress)


def _craft(work: Craft, place: StepContext) -> None:
    data = labelled(place.inputs[work.test])
    captchas = reader(work.victim, place, work.test)
    curves.craft(work, captchas, data, place.folder, place.notes, place.progress)


def _transfer(work: Transfer, place: StepContext) -> None:
    data = labelled(place.inputs[work.test])
    captchas = reader(work.victim, place, work.test)
    source = place.inputs[work.curve]
    curves.transfer(source.path, captchas, data, place.folder, place.notes, place.progress)


def _denoise(work: Denoise, place: StepContext) -> None:
    from harness.defenses import denoiser

    images = labelled(place.inputs[work.train]).images
    denoiser.save(denoiser.train(images, work.seed, place.progress), place.folder)


def _over(work: Fit, place: StepContext, test: str) -> Any:
    """Give the detector of a Fit step over its breaker, not yet fitted."""
    return detections.guard(work, place.inputs, reader(work.victim, place, test))


def _fit(work: Fit, place: StepContext) -> None:
    guard = _over(work, place, work.validation)
    guard.fit(labelled(place.inputs[work.validation]).images, place.progress)
    guard.save(place.folder)
    detections.clean(guard, labelled(place.inputs[work.test]), place.folder, place.progress)


def _look(work: Look, place: StepContext) -> None:
    guard, data = _over(work.fit, place, work.test), labelled(place.inputs[work.test])
    guard.load(place.inputs[work.fitted].path)
    detections.look(guard, data, place.inputs[work.curve].path, place.folder, place.progress)


def _evade(work: Evade, place: StepContext) -> None:
    guard, data = _over(work.fit, place, work.test), labelled(place.inputs[work.test])
    guard.load(place.inputs[work.fitted].path)
    detections.evade(work, guard, data, place.folder, place.progress)


def _visit(work: Visit, place: StepContext) -> None:
    from harness.measurements.visits import run as visits

    data, alphabet = labelled(place.inputs[work.test]), place.inputs[work.test].notes["alphabet"]
    captchas = reader(work.victim, place, work.test)
    visits.visit(work, captchas, data, alphabet, place.folder, place.notes, place.progress)


WORK: dict[type, Callable[[Any, StepContext], None]] = {
    Draw: _draw,
    TrainGan: _imitate,
    Appraise: _appraise,
    Train: _train,
    Strengthen: _strengthen,
    Read: _read,
    Certify: _certify,
    Craft: _craft,
    Transfer: _transfer,
    Denoise: _denoise,
    Fit: _fit,
    Look: _look,
    Evade: _evade,
    Visit: _visit,
}
