"""Trainings of GANs that draw data sets, carried out."""

from harness.errors import HarnessError
from harness.images.labelled import LabelledImages
from harness.measurements.datasets.work import TrainGan
from harness.measurements.inputs import labelled
from harness.pipeline.context import StepContext

DIVIDES = 8  # height and width of a picture


def train_gan(work: TrainGan, context: StepContext) -> None:
    """Train a GAN on pictures of single characters.

    Args:
        work: the GAN, and how many pictures it learns from.
        context: gets the network and a sheet per epoch; notes the history, and the number of
            parameters.

    Raises:
        HarnessError: pictures have several characters, or a size that a GAN cannot learn.
    """
    from harness.gans import trained_gan
    from harness.gans.gan_training import GanTraining

    source = context.inputs[work.train]
    data, alphabet = labelled(source), source.notes["alphabet"]
    height, width, channels = data.images.shape[1:]
    if data.labels.shape[1] != 1 or height % DIVIDES or width % DIVIDES:
        raise HarnessError(
            f"a GAN learns from single characters whose size {DIVIDES} divides; these have "
            f"{data.labels.shape[1]} characters on {width} x {height} pixels"
        )
    data = LabelledImages(data.images[: work.images], data.labels[: work.images])
    if len(data) < work.options.batch_size:
        raise HarnessError(
            f"{len(data)} pictures are less than a batch of {work.options.batch_size}; lower "
            "batch_size, or draw more"
        )
    training = GanTraining(work.options, (height, width, channels), len(alphabet), work.seed)
    training.train(data, context.progress, context.checkpoint)
    context.notes["history"] = training.history
    context.notes["parameters"] = int(training.generator.count_params())
    trained_gan.save(work.gan, training, data.images.shape[1:], alphabet, context.folder)
