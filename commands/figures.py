"""The figures of a run that can be compared: every rate that has an interval."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.metrics import wilson
from harness.results.document import Document
from harness.results.tally import Accuracy, Interval, share

BREAKER = "breaker"  # the kind of clean rates
Key = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One figure of a run.

    Attributes:
        value: a share or a distance; None: it was not measured.
        interval: 95 %.
        n: how many captchas it was measured on.
        status: ok, or why it was not measured.
        is_share: of n captchas; else it is a distance.
    """

    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    status: str = "ok"
    is_share: bool = True

    def __str__(self) -> str:
        """Write it with its interval and n."""
        if self.value is None:
            return self.status
        if self.interval is None:
            return f"{self.value:.4f}"
        low, high = self.interval
        return f"{self.value:.4f} ({low:.4f} to {high:.4f}, n {self.n:,})"


def figures(document: Document) -> dict[Key, Figure]:
    """List every rate of a run that has an interval, by its kind and names."""
    kinds = (
        _breakers, _free_labels, _rows, _targets, _certified, _detections, _alarms, _visits, _gans,
        _people, _precision,
    )  # fmt: skip
    return {
        tuple(str(part) for part in key): figure for kind in kinds for key, figure in kind(document)
    }


Named = Iterator[tuple[tuple[object, ...], Figure]]


def _accuracy(accuracy: Accuracy | None, status: str) -> Figure:
    """Give a share of captchas as a figure."""
    if accuracy is None:
        return Figure(status="not measured" if status == "ok" else status)
    tally = accuracy.tally
    return Figure(tally.captcha_accuracy, accuracy.captcha_interval, tally.captchas, status)


def _rate(hits: int | None, trials: int | None, status: str) -> Figure:
    """Give hits of trials as a figure, with its Wilson interval."""
    if hits is None or not trials:
        return Figure(status="not measured" if status == "ok" else status)
    return Figure(share(hits, trials), wilson(hits, trials), trials, status)


def _breakers(document: Document) -> Named:
    """List what breakers read clean."""
    for b in document.breakers:
        yield (BREAKER, b.dataset, b.breaker, b.defense), _accuracy(b.accuracy, b.status)


def _free_labels(document: Document) -> Named:
    """List what breakers read after each round of asking the site."""
    for r in document.free_labels:
        yield ("free labels", r.dataset, r.breaker, r.round), _accuracy(r.accuracy, r.status)


def _rows(document: Document) -> Named:
    """List what breakers read under attack."""
    for r in document.rows:
        names = (r.dataset, r.breaker, r.defense, r.attack, r.norm, r.epsilon, r.knowledge)
        # The same attack may come from several other breakers.
        source = (f"from {r.source}",) if r.knowledge == "transfer" else ()
        yield ("attack", *names, *source), _accuracy(r.accuracy, r.status)


def _targets(document: Document) -> Named:
    """List how often targeted attacks reach their target."""
    for r in document.rows:
        if r.on_target is not None and r.accuracy:
            names = (r.dataset, r.breaker, r.defense, r.attack, r.norm, r.epsilon, r.knowledge)
            source = (f"from {r.source}",) if r.knowledge == "transfer" else ()
            captchas = r.accuracy.tally.captchas
            yield ("target", *names, *source), _rate(r.on_target, captchas, r.status)


def _certified(document: Document) -> Named:
    """List what is certified."""
    for r in document.certified:
        names = (r.dataset, r.breaker, r.defense, r.norm, r.epsilon)
        yield ("certified", *names), _accuracy(r.accuracy, r.status)


def _detections(document: Document) -> Named:
    """List how much of an attack detectors notice."""
    for r in document.detections:
        aware = ("adaptive",) if r.adaptive else ()
        names = (r.dataset, r.breaker, r.detector, r.attack, r.norm, r.epsilon, *aware)
        yield ("detection", *names), _rate(r.noticed, r.n_adversarial, r.status)


def _alarms(document: Document) -> Named:
    """List false alarms of detectors."""
    for r in document.detections:
        if r.n_clean:
            names = ("false alarms", r.dataset, r.breaker, r.detector)
            yield names, _rate(r.false_alarms, r.n_clean, r.status)


def _visits(document: Document) -> Named:
    """List how often breakers pass captcha pages."""
    for r in document.visits:
        names = ("visit", r.dataset, r.variant, r.breaker, r.defense)
        yield names, _rate(r.passed, r.visits, r.status)


def _precision(document: Document) -> Named:
    """List how many of the submitted captchas are right, at each coverage and at the best one."""
    for r in document.precision:
        names = ("precision", r.dataset, r.breaker, "best" if r.best else f"{r.coverage:g}")
        yield names, _rate(r.n_right, r.n_submitted if r.is_measured else None, "ok")


def _gans(document: Document) -> Named:
    """List how GANs' pictures are read, and how far they are from real ones."""
    for r in document.gans:
        names = (r.gan, r.dataset, r.judge)
        yield ("gan", *names), _rate(r.agreed, r.drawn, r.status)
        if r.kid is not None:
            yield (
                ("kid", *names),
                Figure(r.kid, r.kid_interval, r.drawn or 0, r.status, is_share=False),
            )


def _people(document: Document) -> Named:
    """List what people read."""
    for r in document.people:
        yield ("people", r.variant), _rate(r.right, r.captchas, "ok")
