"""Carries out readings in the dark."""

import numpy as np

from darkened.work import ReadDarkened
from harness.measurements.inputs import labelled, reader
from harness.metrics import right_characters, text_lengths
from harness.pipeline.context import StepContext

RIGHT = "right.npz"


def read_darkened(work: ReadDarkened, context: StepContext) -> None:
    """Read the captchas at each share of their brightness; which were read right [shares, n]."""
    breaker, captchas = reader(work.victim, context, work.test), labelled(context.inputs[work.test])
    full = text_lengths(captchas.labels, captchas.blank)
    right = []
    for number, share in enumerate(work.shares):
        context.progress(number, len(work.shares), "reading in the dark")
        dark = (captchas.images * share).astype(np.uint8)
        read = right_characters(breaker.read(dark), captchas.labels, captchas.blank)
        right.append(read == full)
    np.savez(context.folder / RIGHT, allow_pickle=False, right=np.array(right))
