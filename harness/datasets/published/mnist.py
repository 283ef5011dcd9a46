"""Generator `mnist`: 70,000 real handwritten digits of 28 x 28 (LeCun, Cortes, Burges)."""

import numpy as np

from harness.array_types import Shape
from harness.datasets.ready_made import Choice, Chosen, ReadyMade
from harness.seeds import child_seed

TRAIN, TEST = 60_000, 10_000


class Mnist(ReadyMade):
    """MNIST: real handwritten digits, captchas of one character, for experiments on classifiers."""

    def text_alphabet(self) -> str:
        """Give the ten digits."""
        return "0123456789"

    def text_length(self) -> int:
        """Give one digit."""
        return 1

    def image_shape(self) -> Shape:
        """Give 28 x 28 gray pixels."""
        return 28, 28, 1

    def check_counts(self, train: int, validation: int, test: int) -> None:
        """Refuse more than 60,000 training and validation images, or 10,000 test images."""
        if train + validation > TRAIN:
            raise ValueError(f"train + validation = {train + validation}; MNIST has {TRAIN}")
        if test > TEST:
            raise ValueError(f"test = {test}; MNIST has {TEST}")

    def choose(self, wanted: Choice) -> Chosen:
        """Choose digits; see ReadyMade.choose.

        A part is a random sample, because the first half of MNIST's test images is easier than
        the second. Training images come from one end of a shuffle, validation ones from the other.
        """
        from harness.datasets.published.mnist_source import fetch

        with np.load(fetch(wanted.sources), allow_pickle=False) as file:
            where = "test" if wanted.split == "test" else "train"
            images, labels = file[f"{where}_images"], file[f"{where}_labels"]
        order = np.random.default_rng(child_seed(wanted.seed, "mnist", where)).permutation(
            len(images)
        )
        chosen = np.sort(
            order[-wanted.count :] if wanted.split == "validation" else order[: wanted.count]
        )
        return Chosen(images[chosen][..., None], labels[chosen][:, None])
