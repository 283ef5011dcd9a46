"""Data sets whose images exist already: they are chosen and copied, not drawn."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from harness.datasets.generator import Generator, Images, Labels
from harness.options import Split


@dataclass(frozen=True)
class Window:
    """Part of a pool of images, shared by all splits, that one split takes.

    Attributes:
        skip: captchas that other splits take before it; of images with copies, groups of copies.
        copies: whether copies count as captchas.
    """

    skip: int = 0
    copies: bool = False


@dataclass(frozen=True)
class Choice:
    """Request for captchas of one split of a ready-made data set.

    Attributes:
        split: train, validation or test.
        seed: decides which captchas, when the split has more than `count`.
        count: captchas.
        skip: captchas that other splits take before this one, where all come from one pool.
        sources: the folder where downloads are kept.
        copies: see Window.
    """

    split: Split
    seed: int
    count: int
    skip: int
    sources: Path
    copies: bool = False


@dataclass(frozen=True)
class Chosen:
    """Captchas of one split of a ready-made data set.

    Attributes:
        images: uint8 [count, height, width, channels].
        labels: their class numbers, uint8 [count, length].
        unreadable: files of the source that were left out.
        files: names of the captchas, as their owner knows them; empty where they have none.
        warnings: of the labels and the files, a line each.
    """

    images: Images
    labels: Labels
    unreadable: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def notes(self) -> dict[str, list[str]]:
        """Give what is stored with the images: unreadable files, names and warnings if any."""
        notes = {"files": self.files, "label_warnings": self.warnings}
        kept = {name: list(lines) for name, lines in notes.items() if lines}
        return {"unreadable": list(self.unreadable), **kept}


class ReadyMade(Generator):
    """Base of generators whose images exist already and are only chosen and copied."""

    one_pool: ClassVar[bool] = False  # all splits come from the same images

    def contents_digest(self) -> str | None:
        """Give a digest that tells the source from others; None where there is only one."""
        return None

    def draw(self, seed: int, index: int) -> tuple[Images, Labels]:
        """Refuse to draw: images that exist already are chosen.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"{type(self).__name__} has images already: choose some")

    def window(self, split: Split, counts: Mapping[Split, int]) -> Window:
        """Give the part of the pool that a split takes: tests come first, training last.

        Args:
            split: of these.
            counts: captchas of each split.
        """
        if not self.one_pool:
            return Window()
        before: Mapping[Split, tuple[Split, ...]] = {
            "test": (),
            "validation": ("test",),
            "train": ("test", "validation"),
        }
        return Window(sum(counts[other] for other in before[split]))

    @abstractmethod
    def choose(self, wanted: Choice) -> Chosen:
        """Choose captchas of one split; the splits share no image.

        Raises:
            RequirementError: the source cannot be reached.
            HarnessError: fewer of its images can be read than are asked for.
        """
