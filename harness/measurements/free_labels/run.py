"""Labels for free, carried out: a site is asked, and held-out accepted captchas are read."""

import numpy as np
import numpy.typing as npt

from harness.images.labelled import LabelledImages
from harness.measurements.free_labels.tries import Record, Tries, held_out
from harness.measurements.free_labels.work import Collect, ReadHeldOut
from harness.measurements.inputs import labelled, reader
from harness.measurements.training.work import BreakerRef
from harness.metrics import right_characters, text_lengths
from harness.pipeline.context import StepContext
from harness.progress import Progress

HELD_OUT = "held_out.npz"


def collect(work: Collect, context: StepContext) -> None:
    """Answer fresh captchas with the best of some readers, and keep what the site accepts.

    Which reader is the best is decided by what its tries at this site have come to, in this round
    and in earlier ones. The site accepts an answer when it equals the label; nothing else of the
    labels is looked at.

    Args:
        work: the readers, the captchas, the record of earlier rounds.
        context: gets tries.npz; notes the number of the reader that was chosen.

    Raises:
        SkippedError: a ready-made reader is not installed.
    """
    earlier = [Tries.load(context.inputs[name]) for name in work.before]
    asked = _Round(work, context)
    record = Record.of(earlier, len(work.readers))
    fresh = np.flatnonzero(record.tries == 0)
    if len(work.readers) > 1:
        for number in fresh:
            asked.ask(int(number), min(work.probes, max(1, work.tries // (2 * len(fresh)))))
    record = Record.of([*earlier, asked.tries()], len(work.readers))
    best = context.notes["chosen"] = record.best()
    asked.ask(best, work.tries)
    tries = asked.tries()
    if not work.before:  # those of the first round, so that all rounds are read on the same ones
        tries.held_out[:] = held_out(tries.accepted)
    tries.save(context.folder)


class _Round:
    """A round of asking: captcha after captcha, each tried once."""

    def __init__(self, work: Collect, context: StepContext) -> None:
        self.work, self.context = work, context
        self.captchas = labelled(context.inputs[work.train])
        self.readers: list[int] = []
        self.accepted: list[bool] = []

    def ask(self, number: int, most: int) -> None:
        """Let a reader answer the next captchas, as long as tries are left."""
        done, total = len(self.readers), self.work.tries
        first = self.work.first + done
        rows = slice(first, first + min(most, total - done))
        captchas = LabelledImages(
            self.captchas.images[rows], self.captchas.labels[rows], self.captchas.blank
        )

        def progress(read: int, _of: int, note: str = "") -> None:
            self.context.progress(done + read, total, note)

        if len(captchas):
            victim = self.work.readers[number]
            right = _right(victim, self.context, self.work.train, captchas, progress)
            self.readers += [number] * len(captchas)
            self.accepted += right.tolist()

    def tries(self) -> Tries:
        """Give the tries so far."""
        rows = self.work.first + np.arange(len(self.readers))
        accepted = np.array(self.accepted, bool)
        return Tries(rows, np.array(self.readers, np.int64), accepted, np.zeros_like(accepted))


def read_held_out(work: ReadHeldOut, context: StepContext) -> None:
    """Read accepted captchas that a breaker has not learned from.

    They are those that an earlier reader could read: easier than others, so that the figure is too
    high. It is what an attacker sees who has no other labels.

    Args:
        work: the breaker, and the round whose held-out captchas it reads.
        context: gets held_out.npz: right, bool [n].
    """
    tries = Tries.load(context.inputs[work.collection])
    rows, captchas = tries.rows[tries.held_out], labelled(context.inputs[work.train])
    chosen = LabelledImages(captchas.images[rows], captchas.labels[rows], captchas.blank)
    right = np.zeros(0, bool)
    if len(chosen):
        victim = BreakerRef(breaker=work.breaker)
        right = _right(victim, context, work.train, chosen, context.progress)
    np.savez(context.folder / HELD_OUT, allow_pickle=False, right=right)


def _right(
    ref: BreakerRef,
    context: StepContext,
    train: str,
    captchas: LabelledImages,
    progress: Progress,
) -> npt.NDArray[np.bool_]:
    """Tell of each captcha whether a reader reads its very text, bool [n]."""
    breaker = reader(ref, context, train)
    classes = breaker.read(captchas.images, progress)
    right = right_characters(classes, captchas.labels, breaker.blank)
    return np.asarray(right == text_lengths(captchas.labels, breaker.blank), bool)
