"""Exploration: characters that are never accepted are tried where others are refused too often.

A reader that takes every l for an i has no l accepted. Nothing that learns from its answers knows
an l, so that the next reader takes it for an i again, however many rounds there are. Whoever asks a
site sees both: answers with i are refused more often than others, and no label has an l.

Source: optimism in the face of uncertainty, as in Auer, Cesa-Bianchi and Fischer 2002, in that what
was not tried yet counts as accepted.
"""

import numpy as np
import numpy.typing as npt

from harness.metrics import wilson

BLOCK = 50  # answers between two looks at the record
SCARCE = 0.25  # of the labels that a character has on average: with fewer it is tried
ENOUGH = 6  # labels of a character on average, before which none is called scarce
IN_VAIN = 12  # tries of a character in the place of another, none accepted, after which it is left
Answer = npt.NDArray[np.integer]  # class numbers of one text
Swap = tuple[int, int]  # the character that was read, and the scarce one that was answered


class Exploration:
    """The answers of one reader in one round, as far as they are known, and what to try next."""

    def __init__(self, labels: npt.NDArray[np.int64]) -> None:
        """Begin with the labels that there are.

        Args:
            labels: how many have each character, int64 [alphabet].
        """
        self.labels = labels.copy()
        self.answered, self.let_in = (np.zeros(len(labels), np.int64) for _ in range(2))
        self.plain = self.plain_let_in = 0
        self.swaps: dict[Swap, list[bool]] = {}
        self.turns: dict[int, int] = {}
        self.suspects: set[int] = set()
        self.scarce: list[int] = []

    def answer(self, read: Answer) -> tuple[Answer, Swap | None]:
        """Choose the answer for a captcha: what was read, or a scarce character in it.

        Every other answer with a suspect character is changed, in one place.

        Args:
            read: class numbers [length].

        Returns:
            The answer, and what was changed in it; None: nothing.
        """
        for position in np.flatnonzero(np.isin(read, list(self.suspects))):
            suspect = int(read[position])
            scarce = self._most_promising(suspect)
            self.turns[suspect] = self.turns.get(suspect, 0) + 1
            if scarce is not None and self.turns[suspect] % 2:
                changed = read.copy()
                changed[position] = scarce
                return changed, (suspect, scarce)
        return read, None

    def learn(self, answer: Answer, swap: Swap | None, accepted: bool) -> None:
        """Take note of what the site said to an answer."""
        characters = np.unique(answer[answer < len(self.labels)])
        if accepted:
            self.labels[characters] += 1
        if swap:
            self.swaps.setdefault(swap, []).append(accepted)
            return
        self.plain += 1
        self.plain_let_in += accepted
        self.answered[characters] += 1
        self.let_in[characters] += accepted
        if self.plain % BLOCK == 0:
            self._look()

    def _look(self) -> None:
        """Look for scarce characters, and for those whose answers are refused too often."""
        mean = self.labels.mean()
        few = self.labels < SCARCE * mean if mean >= ENOUGH else np.zeros(len(self.labels), bool)
        self.scarce = [int(number) for number in np.flatnonzero(few)]
        usual = self.plain_let_in / self.plain
        self.suspects = {
            int(number)
            for number in np.flatnonzero(self.answered)
            if wilson(int(self.let_in[number]), int(self.answered[number]))[1] < usual
        }

    def _most_promising(self, suspect: int) -> int | None:
        """Give the scarce character that was accepted most often in the place of another one."""
        rates: dict[int, float] = {}
        for scarce in self.scarce:
            tried = self.swaps.get((suspect, scarce), [])
            if scarce != suspect and (any(tried) or len(tried) < IN_VAIN):
                rates[scarce] = (sum(tried) + 1) / (len(tried) + 1)
        return max(rates, key=lambda scarce: rates[scarce]) if rates else None
