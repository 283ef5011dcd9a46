"""Readings, carried out: a breaker on clean test captchas."""

import time

import numpy as np

from harness.breakers.ready_made_reader import Transcriber
from harness.measurements.inputs import comparable, labelled, reader
from harness.measurements.reading.work import Read
from harness.pipeline.context import StepContext

READING = "reading.npz"


def read(work: Read, context: StepContext) -> None:
    """Read a clean split of captchas with a breaker.

    Args:
        work: the breaker and the captchas.
        context: gets reading.npz: classes and labels, uint8 [n, length], and the confidence in
            each text, float32 [n]; notes the seconds, the class that stands for no character, and
            the number of parameters, and the right bits of one-hot labels where they are asked for.

    Raises:
        HarnessError: the captchas are not of the kind that the breaker was trained on.
    """
    breaker, captchas = reader(work.victim, context, work.test), labelled(context.inputs[work.test])
    comparable(work.victim, context, work.test, breaker)
    # The first call compiles: it is not part of the speed.
    breaker.read_with_confidence(captchas.images[:1])
    start = time.perf_counter()
    classes, confidence = breaker.read_with_confidence(captchas.images, context.progress)
    context.notes["read_seconds"] = time.perf_counter() - start
    context.notes["blank"] = breaker.blank
    if not isinstance(breaker, Transcriber) and hasattr(breaker.model, "count_params"):
        context.notes["parameters"] = int(breaker.model.count_params())
    if work.bits and not isinstance(breaker, Transcriber):
        from harness.measurements.reading.bits import right_bits

        context.notes["right_bits"] = right_bits(breaker, captchas)
        context.notes["bits"] = captchas.labels.size * breaker.classes
    np.savez(
        context.folder / READING,
        allow_pickle=False,
        classes=classes,
        labels=captchas.labels,
        confidence=confidence,
    )
