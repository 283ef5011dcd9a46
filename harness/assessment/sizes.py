"""Sizes of an assessment: how many captchas are for tests, and how many for training."""

from dataclasses import dataclass

from harness.errors import SpecError
from harness.metrics import wilson

FEWEST_TESTS, MOST_TESTS = 30, 1_000
FEWEST_LABELS = 50  # the least that a breaker is trained on
HELD_OUT = 3  # one picture of a folder in three is for tests
DRAWN_LABELS, MOST_LABELS = 1_000, 2_000  # that a breaker is trained on in minutes
STEPS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
CURVE = 2  # trainings on few labels, at most: all must be done in minutes
FREE_TRIES = 2_000  # captchas that an attacker without labels tries


@dataclass(frozen=True)
class Sizes:
    """Captchas of each split, and the labels of each training.

    Attributes:
        train: captchas that are there for training, and for tries of an attacker without labels.
        test: captchas that no breaker has seen.
        labels: of the training on all labels.
        few: of the trainings on few labels, ascending.
    """

    train: int
    test: int
    labels: int
    few: tuple[int, ...]

    @property
    def tries(self) -> int:
        """Give the tries of an attacker whose labels the site gives away."""
        return min(self.train, FREE_TRIES)

    @property
    def widest(self) -> float:
        """Give half the width of a 95 % interval at a share of a half, where it is widest."""
        low, high = wilson(self.test // 2, self.test)
        return (high - low) / 2


def of_folder(pictures: int, labels: int) -> Sizes:
    """Divide the different pictures of a folder: a third is held out for tests.

    Args:
        pictures: that differ.
        labels: that an attacker has at most; 0: MOST_LABELS.

    Raises:
        SpecError: there are too few to say anything.
    """
    least = FEWEST_TESTS + FEWEST_LABELS
    if pictures < least:
        raise SpecError(
            f"{pictures} different captchas; an assessment needs {least}, of which "
            f"{FEWEST_TESTS} are for tests: label more, or name the function that draws them"
        )
    test = min(MOST_TESTS, max(FEWEST_TESTS, pictures // HELD_OUT))
    used = min(pictures - test, labels or MOST_LABELS)
    train = min(pictures - test, max(used, FREE_TRIES))
    return Sizes(train, test, _enough(used), _few(used))


def of_drawn(labels: int) -> Sizes:
    """Choose sizes where captchas are drawn: as many tests as make an interval narrow."""
    used = _enough(labels or DRAWN_LABELS)
    return Sizes(max(used, FREE_TRIES), MOST_TESTS, used, _few(used))


def of_page() -> Sizes:
    """Choose sizes of what stands for the captchas of a page: nothing is measured on it."""
    return Sizes(1, 1, 0, ())


def _enough(labels: int) -> int:
    if labels < FEWEST_LABELS:
        raise SpecError(f"--labels {labels}: a breaker learns from {FEWEST_LABELS} or more")
    return labels


def _few(labels: int) -> tuple[int, ...]:
    """Choose the few labels of trainings: 50, and the largest of STEPS well below all there are."""
    below = [number for number in STEPS if 1.3 * number < labels]
    return tuple(below[:1] + below[1:][-(CURVE - 1) :])
