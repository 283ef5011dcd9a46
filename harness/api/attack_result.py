"""What harness.attack gives: a table, what became of each captcha, and the images."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from harness.api.inputs import Labelled
from harness.attacks.attack import FULL, Attack, Perturbed
from harness.metrics import (
    character_interval,
    constant_accuracy,
    histogram,
    right_characters,
    text_lengths,
    wilson,
)
from harness.results import checks
from harness.results.rows.result import ResultRow
from harness.results.tables import frame
from harness.results.tally import Accuracy, Tally
from harness.seeds import child_seed

if TYPE_CHECKING:
    import pandas as pd

    from harness.breakers.reader import Reader

COLUMNS = (
    "attack", "knowledge", "norm", "epsilon", "n_captchas", "n_characters",
    "captcha_accuracy", "captcha_accuracy_low", "captcha_accuracy_high",
    "character_accuracy", "character_accuracy_low", "character_accuracy_high",
    "clean_captcha_accuracy", "clean_character_accuracy", "attack_success_rate",
    "mean_linf", "mean_l2", "mean_ssim", "gradients", "seconds", "warnings",
)  # fmt: skip
SLACK = 1e-6  # by which float arithmetic may leave a ball


@dataclass(frozen=True)
class Radius:
    """The images of one radius, and what the model read there.

    Attributes:
        perturbed: as the attack gave them.
        classes: class numbers [n, length].
        seconds: for both.
    """

    perturbed: Perturbed
    classes: npt.NDArray[Any]
    seconds: float


@dataclass(frozen=True)
class AttackResult:
    """What an attack has left, at each radius in the order asked for.

    Attributes:
        attack: the attack.
        epsilons: the radii, as asked for.
        clean_right: bool [n]: all characters of the clean image are read right.
        right: bool [radii, n]: all characters of the perturbed image are.
        misled: bool [radii, n]: right before, and wrong now.
        classes: what is read from the perturbed images, class numbers [radii, n, length].
        exact: the perturbed images of each radius: uint16, 65535 = 1.0, where the clean images are
            uint8, and float32 where they are floats; in the shape of the clean images. What was
            read, and what the distances are of, are these very numbers.
        warnings: codes that say why a figure must not be trusted yet; `meanings` says what each is.
        rows: the same figures as the table, as in results.csv.
    """

    attack: Attack
    epsilons: tuple[float, ...]
    clean_right: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    misled: npt.NDArray[np.bool_]
    classes: npt.NDArray[Any]
    exact: tuple[npt.NDArray[Any], ...] = field(repr=False)
    warnings: tuple[str, ...]
    rows: tuple[ResultRow, ...] = field(repr=False)

    @property
    def images(self) -> npt.NDArray[np.float32]:
        """Give the perturbed images as float32 [radii, ...] in [0, 1]."""
        return np.stack([_unit(images) for images in self.exact])

    @property
    def meanings(self) -> dict[str, str]:
        """Say what the warnings mean, and what to do about each."""
        return {code: checks.MEANING[code] for code in self.warnings}

    @functools.cached_property
    def table(self) -> "pd.DataFrame":
        """Give the figures, a row for each radius; columns are those of results.csv."""
        return frame(ResultRow, COLUMNS, self.rows)

    def _repr_html_(self) -> str:
        """Show the table and the warnings in a notebook."""
        from harness.api.notebook import html

        shown = ["epsilon", "captcha_accuracy", "character_accuracy", "attack_success_rate",
                 "mean_linf", "mean_l2"]  # fmt: skip
        title = f"{type(self.attack).__name__} ({self.attack.norm}), {len(self.clean_right)} images"
        return html(title, self.table[shown], self.meanings)


def _unit(images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if images.dtype == np.float32:
        return images
    return images.astype(np.float32) / np.float32(FULL)


def result_of(
    attack: Attack,
    reader: "Reader",
    data: Labelled,
    measured: Sequence[Radius],
    asked: Sequence[float],
    notes: dict[str, Any],
    marks: Sequence[str],
    seed: int,
) -> AttackResult:
    """Make the result of an attack.

    Args:
        attack: the attack.
        reader: of the model.
        data: the clean images and their labels.
        measured: what became of them, at each radius in ascending order.
        asked: the radii in the order asked for.
        notes: of harness.measurements.curves.trust_checks.
        marks: codes that all rows carry.
        seed: of the bootstrap.
    """
    from harness.measurements.curves.run import measures

    full = text_lengths(data.labels, reader.blank)
    clean = right_characters(reader.read(data.images), data.labels, reader.blank)
    rows, kept = [], {}
    for number, radius in enumerate(measured):
        arrays = measures(radius.perturbed, data.images, radius.classes, data.labels, reader.blank)
        figures = {name: np.asarray(value) for name, value in arrays.items()}
        right = np.asarray(figures["right"], np.int64)
        epsilon = radius.perturbed.epsilon
        kept[epsilon] = number, right == full
        rows.append(
            ResultRow(
                dataset="",
                breaker="",
                source="",
                defense="",
                knowledge=attack.knowledge,
                attack=_name(attack),
                norm=attack.norm,
                epsilon=epsilon,
                accuracy=accuracy(right, full, child_seed(seed, number)),
                clean=Tally(counts=histogram(clean, full)),
                newly_wrong=int(((clean == full) & (right < full)).sum()),
                mean_linf=float(figures["linf"].mean()),
                mean_l2=float(figures["l2"].mean()),
                mean_ssim=float(figures["ssim"].mean()),
                gradients=radius.perturbed.gradients,
                seconds=round(radius.seconds, 3),
                warnings=_codes(attack, figures, notes, marks),
            )
        )
    warned = checks.warn(rows, [_name(attack)] if attack.iterative else [], {}, reader.classes)
    order = [kept[epsilon] for epsilon in asked]
    right_at = np.array([right for _number, right in order])
    before = clean == full
    chosen = tuple(warned[number] for number, _right in order)
    codes = [code for row in warned for code in row.warnings]
    return AttackResult(
        attack=attack,
        epsilons=tuple(asked),
        clean_right=before,
        right=right_at,
        misled=before & ~right_at,
        classes=np.array([measured[number].classes for number, _right in order]),
        exact=tuple(_shaped(measured[number], data.flat) for number, _right in order),
        warnings=tuple(dict.fromkeys([*_stuck(clean, full, data, reader, seed), *codes])),
        rows=chosen,
    )


def _name(attack: Attack) -> str:
    """Name an attack as its table does, else by its class."""
    from harness.registry import ATTACKS

    path = f"{type(attack).__module__}:{type(attack).__qualname__}"
    return next((name for name, row in ATTACKS.items() if row == path), type(attack).__name__)


def accuracy(right: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], seed: int) -> Accuracy:
    """Give tally and intervals of right characters [n] of [n]."""
    counts = histogram(right, lengths)
    tally = Tally(counts=counts)
    return Accuracy(
        tally=tally,
        captcha_interval=wilson(tally.right_captchas, tally.captchas),
        character_interval=character_interval(counts, seed),
    )


def _codes(
    attack: Attack, figures: dict[str, Any], notes: dict[str, Any], marks: Sequence[str]
) -> tuple[str, ...]:
    """Give the codes of one radius, as a sweep has them."""
    epsilon = figures["epsilons"]
    outside = attack.norm != "spatial" and figures[attack.norm].max() > epsilon + SLACK
    probed = [
        code
        for code in checks.probed(notes)
        if code != "more_steps_help" or epsilon == notes["more_steps_at"]
    ]
    return (*marks, *probed, *(("outside_ball",) if outside else ()))


def _stuck(
    clean: npt.NDArray[np.int64],
    full: npt.NDArray[np.int64],
    data: Labelled,
    reader: "Reader",
    seed: int,
) -> tuple[str, ...]:
    """Tell whether the clean images are read no better than by chance: wrong bounds, or labels."""
    interval = accuracy(clean, full, seed).character_interval
    return checks.stuck(interval, constant_accuracy(data.labels, reader.blank))


def _shaped(radius: Radius, flat: bool) -> npt.NDArray[Any]:
    """Give the images in the shape of the clean ones."""
    return radius.perturbed.images[..., 0] if flat else radius.perturbed.images
