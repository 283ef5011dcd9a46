"""Appraisals of GANs, carried out: a judge looks at what they draw."""

import numpy as np

from harness.measurements.gans.work import Appraise
from harness.measurements.inputs import labelled
from harness.pipeline.context import StepContext

APPRAISAL = "appraisal.npz"


def appraise(work: Appraise, context: StepContext) -> None:
    """Let a judge look at what a GAN draws.

    Args:
        work: the GAN, the judge, the captchas that both learned from, and test captchas.
        context: gets appraisal.npz: see harness.gans.appraisal.Appraisal, and the labels.
    """
    from harness.breakers.reader import trained_reader
    from harness.gans import appraisal, trained_gan

    drawer = trained_gan.load(context.inputs[work.network].path)
    train, test = (labelled(context.inputs[name]) for name in (work.train, work.test))
    learned, real = train.images[: work.images], test.images[: work.count]
    # As many as there are real ones: the nearest of more pictures is nearer.
    labels = np.random.default_rng(work.seed).integers(0, len(drawer.alphabet), len(real))
    drawn = drawer.pictures(labels, work.seed)
    judge = trained_reader(context.inputs[work.judge].path)
    figures = appraisal.appraise_pictures(judge, drawn, learned, real, context.progress)
    np.savez(
        context.folder / APPRAISAL,
        allow_pickle=False,
        labels=labels.astype(np.uint8),
        real_labels=test.labels[: work.count, 0],
        **vars(figures),
    )
