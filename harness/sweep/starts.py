"""Misfits of `start_from`: breakers that no training can begin with."""

from collections.abc import Iterator

from harness.breakers.architecture import Architecture
from harness.breakers.foundation import LONGEST, SHORTEST, Foundation
from harness.breakers.whole_image import WholeImage
from harness.complaints import shown
from harness.registry import suggestion
from harness.sweep.captcha_kind import kind_of
from harness.sweep.model import SweepSpec

FOUNDATION, RANDOM = "foundation", "none"


def unfit_starts(sweep: SweepSpec) -> Iterator[str]:
    """List the breakers whose training cannot begin as asked, and the foundation where unsuited."""
    for name, breaker in sweep.breakers.items():
        where = f"breakers.{name}"
        start = breaker.start_from
        foundation = start == FOUNDATION and FOUNDATION not in sweep.breakers
        if isinstance(breaker.options, Foundation) or foundation:
            key = f"{where}.start_from" if start else f"{where}.architecture"
            yield from unsuited(sweep, key, breaker.dataset)
        if not start or start == RANDOM:
            continue
        if not isinstance(breaker.options, Architecture | Foundation):
            yield f"{where}.start_from: {breaker.architecture} is not trained; leave it out"
        elif foundation:
            if not isinstance(breaker.options, WholeImage | Foundation):
                yield (
                    f"{where}.start_from: the foundation breaker has the layers of whole_image, "
                    f"not of {breaker.architecture}; choose architecture = 'whole_image'"
                )
        else:
            yield from _other(sweep, name, start)


def unsuited(sweep: SweepSpec, where: str, dataset: str) -> Iterator[str]:
    """Refuse the foundation breaker for captchas of lengths that it has not learned."""
    if dataset not in sweep.datasets:
        return
    length = kind_of(sweep, dataset).length
    if length is not None and not SHORTEST <= length <= LONGEST:
        yield (
            f"{where}: the foundation breaker reads captchas of {SHORTEST} to {LONGEST} "
            f"characters, and those of datasets.{dataset} have {length}; choose 'whole_image', "
            "trained without it (start_from = 'none')"
        )


def _other(sweep: SweepSpec, name: str, start: str) -> Iterator[str]:
    """Refuse a start that is unknown, of other layers, or goes in a circle."""
    where, breaker = f"breakers.{name}.start_from", sweep.breakers[name]
    begun = sweep.breakers.get(start)
    if begun is None:
        hint = suggestion(start, [FOUNDATION, RANDOM, *sweep.breakers])
        yield f"{where}: {shown(start)} is not a breaker of this file; {hint}"
        return
    same = begun.architecture == breaker.architecture
    alike = {type(begun.options), type(breaker.options)} <= {Foundation, WholeImage}
    if not same and not alike:
        yield (
            f"{where}: {start} is {begun.architecture!r}, which has other layers than "
            f"{breaker.architecture!r}; name a breaker of the same architecture"
        )
    seen, at = [name], start
    while at in sweep.breakers and at not in seen:
        seen.append(at)
        at = sweep.breakers[at].start_from
    if at == name:
        yield f"{where}: {' starts from '.join([*seen, name])}: a circle; let one start from 'none'"


def start_of(sweep: SweepSpec, name: str) -> str:
    """Name the breaker whose weights a training begins with; empty: random ones.

    By default that is the foundation breaker for whole_image with few labels.
    """
    breaker = sweep.breakers[name]
    if breaker.start_from:
        return "" if breaker.start_from == RANDOM else breaker.start_from
    if not isinstance(breaker.options, WholeImage):
        return ""
    images = breaker.hand_labelled(sweep.datasets[breaker.dataset].train)
    length = kind_of(sweep, breaker.dataset).length
    suited = length is not None and SHORTEST <= length <= LONGEST
    return FOUNDATION if suited and images <= breaker.options.few_labels else ""
