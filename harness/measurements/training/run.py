"""Trainings, carried out: of breakers, by training defenses, and of filters that learn."""

import contextlib
from collections.abc import Iterator

import numpy as np

from harness.breakers.architecture import Architecture, layers
from harness.breakers.architecture_spec import ArchitectureSpec
from harness.breakers.foundation import FOLDER
from harness.errors import SkippedError
from harness.images.labelled import LabelledImages
from harness.measurements.free_labels.tries import labelled_rows
from harness.measurements.inputs import endless, labelled, labelled_if_any, picked
from harness.measurements.training.work import Adapt, Denoise, Import, Strengthen, Train
from harness.pipeline.context import StepContext
from harness.pipeline.store import Artifact


def train(work: Train, context: StepContext) -> None:
    """Train one breaker.

    Args:
        work: the architecture, and the captchas that it learns from.
        context: gets the weights; notes the layers, the history and the precision.
    """
    with _labelled(work, context) as data:
        _train(work, context, data)


@contextlib.contextmanager
def _labelled(work: Train, context: StepContext) -> Iterator[LabelledImages]:
    """Open the captchas that a breaker learns from: labelled by hand, and by a site.

    Raises:
        SkippedError: there is none.
    """
    data = labelled(context.inputs[work.train])
    if not work.accepted:
        yield LabelledImages(data.images[: work.images], data.labels[: work.images], data.blank)
        return
    collections = [context.inputs[name] for name in work.accepted]
    rows = np.concatenate([np.arange(work.images or 0), labelled_rows(collections)])
    if not len(rows):
        raise SkippedError(
            "no answer was accepted, so that there is nothing to learn from; name a reader that "
            "reads more of these captchas, or label some by hand (`images`)"
        )
    with picked(data, rows, context.folder) as labels:
        yield labels


def _train(work: Train, context: StepContext, data: LabelledImages) -> None:
    """Train one breaker on labelled captchas; see `train`."""
    from harness.breakers import adaptation, saved_breaker, training

    architecture, source = work.options, context.inputs[work.train]
    context.notes["images"] = len(data)
    validation = labelled_if_any(context, work.validation)
    spec = _spec(work.architecture, architecture, source)
    classes = len(spec["alphabet"]) + (spec["blank"] is not None)
    precision = context.notes["precision"] = architecture.training_precision()
    model = architecture.build(data.images.shape[1:], spec["length"], classes, work.seed, precision)
    context.notes["layers"] = layers(model)
    recipe: Architecture = architecture
    if work.start:
        recipe = architecture.begun()
        adaptation.adapt(model, spec, context.inputs[work.start].path)

    def fit(supply: training.EpochSupply | None = None) -> list[dict[str, float]]:
        return training.fit(
            model,
            recipe,
            data,
            validation,
            work.seed,
            context.progress,
            supply,
            checkpoint=context.checkpoint,
        )

    if architecture.endless:
        with endless(context, work.train, work.seed, len(data)) as captchas:
            context.notes["history"] = fit(
                lambda *epoch: LabelledImages(*captchas.epoch(*epoch), data.blank)
            )
    else:
        context.notes["history"] = fit()
    saved_breaker.save(model, context.folder, spec)


def adapt_foundation(work: Adapt, context: StepContext) -> None:
    """Bring the foundation breaker to the captchas of a data set, without training.

    Args:
        work: its options, and captchas of the data set.
        context: gets the weights; notes the layers.

    Raises:
        HarnessError: its weights are not those that the run was begun with.
    """
    from harness.breakers import adaptation, saved_breaker
    from harness.breakers.whole_image import WholeImage

    if work.start is None:
        work.options.check()
    source = context.inputs[work.test]
    spec = _spec("whole_image", WholeImage(), source)
    classes = len(spec["alphabet"]) + (spec["blank"] is not None)
    model = WholeImage().build(spec["shape"], spec["length"], classes, 0)
    weights = context.inputs[work.start].path if work.start else FOLDER
    adaptation.adapt(model, spec, weights)
    context.notes["layers"] = layers(model)
    saved_breaker.save(model, context.folder, spec)


def _spec(name: str, architecture: Architecture, source: Artifact) -> ArchitectureSpec:
    """Describe a network for the captchas of a data set."""
    data = labelled(source)
    return {
        "architecture": name,
        "options": architecture.model_dump(mode="json"),
        "shape": data.images.shape[1:],
        "length": int(data.labels.shape[1]),
        "alphabet": source.notes["alphabet"],
        "blank": source.notes.get("blank"),
    }


def import_file(work: Import, context: StepContext) -> None:
    """Take a model that somebody else has trained into the store.

    Args:
        work: the file, and the captchas that it is to read.
        context: gets the file, and what it reads.

    Raises:
        HarnessError: it has changed, or reads other captchas.
    """
    from harness.breakers.imported import import_model

    data, notes = labelled(context.inputs[work.test]), context.inputs[work.test].notes
    import_model(work.architecture, work.options, data, notes["alphabet"], context.folder)


def strengthen(work: Strengthen, context: StepContext) -> None:
    """Train a breaker further, by a training defense; see `train` for what is written."""
    from harness.breakers import saved_breaker

    precision = context.notes["precision"] = work.options.training_precision()
    model, spec = saved_breaker.load(context.inputs[work.breaker].path, precision)
    data = labelled(context.inputs[work.data])
    validation = labelled_if_any(context, work.validation)
    context.notes["history"] = work.options.strengthen(
        model, data, validation, work.seed, context.progress, context.checkpoint
    )
    saved_breaker.save(model, context.folder, spec)
    saved_breaker.copy_imported(context.inputs[work.breaker].path, context.folder)


def train_denoiser(work: Denoise, context: StepContext) -> None:
    """Train a denoising autoencoder on clean captchas, and write its weights."""
    from harness.defenses import autoencoder_training

    images = labelled(context.inputs[work.train]).images
    autoencoder_training.save(
        autoencoder_training.train(images, work.seed, context.progress), context.folder
    )
