"""Misfits of breakers whose labels a site gives away: who answers first, and how often."""

from collections.abc import Iterator

from harness.breakers.architecture import Architecture
from harness.sweep.model import SweepSpec
from harness.sweep.specs import BreakerSpec, DatasetSpec
from harness.sweep.starts import FOUNDATION, unsuited


def free_label_misfits(sweep: SweepSpec, where: str, breaker: BreakerSpec) -> Iterator[str]:
    """List what does not fit in a breaker with labels = "accepted".

    Args:
        sweep: its other tables, as far as they are right.
        where: the breaker's key in the file.
        breaker: with labels = "accepted".
    """
    if not breaker.readers and not breaker.images:
        yield (
            f"{where}.readers: is missing; name a breaker of this file that answers first, as in "
            "readers = ['ddddocr'], or set images to what is labelled by hand"
        )
    dataset = sweep.datasets.get(breaker.dataset)
    for number, name in enumerate(breaker.readers):
        reader = sweep.breakers.get(name)
        if name in breaker.readers[:number]:
            yield f"{where}.readers: {name!r} is there twice; take one out"
        elif reader is not None:
            yield from _reader(where, breaker, name, reader)
            yield from _more_labels(sweep, f"{where}.readers", breaker, name)
        elif name == FOUNDATION:
            yield from unsuited(sweep, f"{where}.readers", breaker.dataset)
    if breaker.start_from in sweep.breakers:
        yield from _more_labels(sweep, f"{where}.start_from", breaker, breaker.start_from)
    if dataset is not None:
        yield from _tries(where, breaker, dataset)


def _reader(where: str, breaker: BreakerSpec, name: str, reader: BreakerSpec) -> Iterator[str]:
    """Refuse a reader that asks the site itself, or reads other captchas."""
    if reader is breaker or reader.labelled_by_site:
        yield (
            f"{where}.readers: {name!r} learns from accepted answers itself; name who answers "
            "before anything is learned"
        )
    elif reader.dataset != breaker.dataset:
        yield (
            f"{where}.readers: {name!r} is a breaker of {reader.dataset!r}, and this one of "
            f"{breaker.dataset!r}; name a breaker of the same data set"
        )


def _more_labels(sweep: SweepSpec, where: str, breaker: BreakerSpec, name: str) -> Iterator[str]:
    """Refuse a breaker behind which there are more labels than this attacker has by hand."""
    dataset, behind, seen = sweep.datasets.get(breaker.dataset), name, set[str]()
    while dataset is not None and behind in sweep.breakers and behind not in seen:
        seen.add(behind)
        other = sweep.breakers[behind]
        labelled = other.hand_labelled(dataset.train)
        same = other.dataset == breaker.dataset and not other.labelled_by_site
        if same and isinstance(other.options, Architecture):
            if other.options.endless:
                yield (
                    f"{where}: {behind!r} is endless: it draws its labels, which a site does not "
                    "give away; leave out endless"
                )
            elif labelled > breaker.hand_labelled(dataset.train):
                yield (
                    f"{where}: {behind!r} learns from {labelled} captchas labelled by hand, which "
                    f"are labels of this attacker as well; set images = {labelled}, or fewer "
                    f"images of {behind!r}"
                )
        behind = other.start_from


def _tries(where: str, breaker: BreakerSpec, dataset: DatasetSpec) -> Iterator[str]:
    """Refuse more tries than there are captchas, and fewer than it takes to compare readers."""
    by_hand, tries = breaker.hand_labelled(dataset.train), breaker.tries_in_all(dataset.train)
    if breaker.images and breaker.images > dataset.train:
        return  # has a line already
    if by_hand + tries > dataset.train:
        besides = f" besides images = {by_hand}" if by_hand else ""
        yield (
            f"{where}.tries = {tries}: each is another captcha, and datasets.{breaker.dataset} has "
            f"train = {dataset.train}{besides}; raise train, or lower tries"
        )
    least = 2 * breaker.rounds * (len(breaker.readers) + breaker.rounds)
    if tries < least:
        yield (
            f"{where}.tries = {tries}: too few to compare readers in {breaker.rounds} rounds; "
            f"choose {least} or more, or fewer rounds"
        )
