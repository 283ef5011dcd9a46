"""Labels for free, carried out: a site is asked, and held-out accepted captchas are read."""

from collections.abc import Sequence

import numpy as np

from harness.array_types import Rows
from harness.measurements.free_labels.exploration import Answer, Exploration
from harness.measurements.free_labels.tries import Record, Tries, held_out
from harness.measurements.free_labels.work import Collect, ReadHeldOut
from harness.measurements.inputs import labelled, reader
from harness.measurements.training.work import BreakerRef
from harness.metrics import right_characters, text_lengths
from harness.pipeline.context import StepContext

HELD_OUT = "held_out.npz"


def collect(work: Collect, context: StepContext) -> None:
    """Answer fresh captchas with the best of some readers, and keep what the site accepts.

    Which reader is the best is decided by what its tries at this site have come to, in this round
    and in earlier ones. The site accepts an answer when it equals the label; nothing else of the
    labels is looked at. Some answers try characters that were never accepted; see Exploration.

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
    asked.ask(best, work.tries, Exploration(_labels(work, context, [*earlier, asked.tries()])))
    tries = asked.tries()
    if not work.before:  # those of the first round, so that all rounds are read on the same ones
        tries.held_out[:] = held_out(tries.accepted)
    tries.save(context.folder)


def _labels(work: Collect, context: StepContext, rounds: Sequence[Tries]) -> Rows:
    """Count the labels that have each character, by hand and accepted, int64 [alphabet]."""
    source = context.inputs[work.train]
    by_hand = int(rounds[0].rows[0]) if len(rounds[0].rows) else work.first
    rows = np.concatenate([np.arange(by_hand), *(each.rows[each.accepted] for each in rounds)])
    texts = labelled(source).labels[rows.astype(np.int64)]
    return np.array([(texts == n).any(1).sum() for n in range(len(source.notes["alphabet"]))])


class _Round:
    """A round of asking: captcha after captcha, each tried once."""

    def __init__(self, work: Collect, context: StepContext) -> None:
        self.work, self.context = work, context
        self.captchas = labelled(context.inputs[work.train])
        self.readers: list[int] = []
        self.accepted: list[bool] = []
        self.explored: list[bool] = []

    def ask(self, number: int, most: int, exploration: Exploration | None = None) -> None:
        """Let a reader answer the next captchas, as long as tries are left.

        Args:
            number: of the reader.
            most: captchas.
            exploration: may change its answers; None: they stay.
        """
        done, total = len(self.readers), self.work.tries
        first = self.work.first + done
        rows = slice(first, first + min(most, total - done))
        images, labels = self.captchas.images[rows], self.captchas.labels[rows]
        if not len(images):
            return

        def progress(read: int, _of: int, note: str = "") -> None:
            self.context.progress(done + read, total, note)

        breaker = reader(self.work.readers[number], self.context, self.work.train)
        for read, label in zip(breaker.read(images, progress), labels, strict=True):
            answer, swap = exploration.answer(read) if exploration else (read, None)
            accepted = _same_text(answer, label, breaker.blank)
            if exploration:
                exploration.learn(answer, swap, accepted)
            self.readers.append(number)
            self.accepted.append(accepted)
            self.explored.append(swap is not None)

    def tries(self) -> Tries:
        """Give the tries so far."""
        rows = self.work.first + np.arange(len(self.readers))
        accepted = np.array(self.accepted, bool)
        return Tries(
            rows=rows,
            readers=np.array(self.readers, np.int64),
            accepted=accepted,
            held_out=np.zeros_like(accepted),
            explored=np.array(self.explored, bool),
        )


def _same_text(answer: Answer, label: Answer, blank: int | None) -> bool:
    """Tell whether an answer is a captcha's very text; blanks are no characters."""
    if blank is not None:
        answer, label = answer[answer != blank], label[label != blank]
    return np.array_equal(answer, label)


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
    right = np.zeros(0, bool)
    if len(rows):
        breaker = reader(BreakerRef(breaker=work.breaker), context, work.train)
        labels = captchas.labels[rows]
        classes = breaker.read(captchas.images[rows], context.progress)
        lengths = text_lengths(labels, breaker.blank)
        right = np.asarray(right_characters(classes, labels, breaker.blank) == lengths)
    np.savez(context.folder / HELD_OUT, allow_pickle=False, right=right)
