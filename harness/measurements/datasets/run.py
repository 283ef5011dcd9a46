"""Drawings of data sets, carried out."""

import numpy as np

from harness.datasets.drawing.parallel import IMAGES, LABELS, draw
from harness.datasets.gan_captcha import GanCaptcha
from harness.datasets.generator import Generator
from harness.datasets.ready_made import Choice, ReadyMade
from harness.datasets.sanity_check import check_images
from harness.measurements.datasets.work import Draw
from harness.pipeline.context import StepContext
from harness.seeds import child_seed


def draw_split(work: Draw, context: StepContext) -> None:
    """Draw or choose one split of a data set.

    Args:
        work: the generator, the split, and the number of captchas.
        context: gets images, labels, and notes: the alphabet, the class that stands for no
            character, how many pictures are plain, and what is odd about the source.
    """
    if isinstance(work.options, GanCaptcha):
        _draw_with_gan(work, work.options, context)
    else:
        _draw(work, work.options, context)
    context.notes["plain"] = check_images(context.folder, context.notes["alphabet"])


def _draw(work: Draw, generator: Generator, context: StepContext) -> None:
    if isinstance(generator, ReadyMade):
        wanted = Choice(
            work.split, work.seed, work.count, work.skip, context.downloads, work.copies
        )
        chosen = generator.choose(wanted)
        np.save(context.folder / IMAGES, chosen.images)
        np.save(context.folder / LABELS, chosen.labels)
        context.notes.update(chosen.notes())
    else:
        generator.require()
        seed = child_seed(work.seed, work.split)
        draw(work.generator, generator, seed, work.count, context.folder, context.progress)
        context.notes["label_warnings"] = list(generator.warnings())
    context.notes["alphabet"] = generator.text_alphabet()
    context.notes["blank"] = generator.blank()


def _draw_with_gan(work: Draw, options: GanCaptcha, context: StepContext) -> None:
    from harness.gans import trained_gan

    if work.network is None:
        raise AssertionError("a GAN is trained before it draws")
    drawer = trained_gan.load(context.inputs[work.network].path)
    seed = child_seed(work.seed, work.split)
    trained_gan.draw_captchas(
        drawer, options.length, seed, work.count, context.folder, context.progress
    )
    context.notes["alphabet"] = drawer.alphabet
    context.notes["blank"] = None
