"""What captchas are worth without labels, and with few: the sweep `few-labels`."""

from dataclasses import dataclass

from benchmarks.measured import document
from harness.results.document import BreakerResult, Document
from reports.rates import captcha_rate

LABELS = (20, 50, 100, 300, 1000)
READY_MADE = ("ddddocr", "whisperer")


@dataclass(frozen=True)
class Captcha:
    """One kind of captcha: what each reader reads of it, as shown to people.

    Attributes:
        dataset: its name in the sweep.
        ready_made: by each of READY_MADE.
        unseen: without labels, by a network that has seen no captcha of a package.
        foundation: without labels, by the breaker that is shipped, which has.
        labelled: from the network that has seen none, by each number of LABELS.
    """

    dataset: str
    ready_made: tuple[str, ...]
    unseen: str
    foundation: str
    labelled: tuple[str, ...]


@dataclass(frozen=True)
class FewLabels:
    """All kinds, and how often the network that has seen none beats both ready-made readers."""

    captchas: tuple[Captcha, ...]
    labels: tuple[int, ...]
    ready_made: tuple[str, ...]
    above: int


def measure() -> FewLabels:
    """Read each kind of captcha without labels, then train on few."""
    run = document("few-labels")
    names = list(dict.fromkeys(row.dataset for row in run.breakers if row.dataset != "composed"))
    above = sum(
        all(_share(run, "unseen", name) > _share(run, reader, name) for reader in READY_MADE)
        for name in names
    )
    return FewLabels(tuple(_captcha(run, name) for name in names), LABELS, READY_MADE, above)


def _captcha(run: Document, name: str) -> Captcha:
    def shown(reader: str, images: int = 0) -> str:
        row = _row(run, reader, name, images)
        if row is None or row.accuracy is None:
            return row.status if row else "-"
        rate = captcha_rate(row.accuracy)
        return f"{rate.shown} ({rate.span})"

    return Captcha(
        name,
        tuple(shown(reader) for reader in READY_MADE),
        shown("unseen"),
        shown("foundation"),
        tuple(shown("labelled", images) for images in LABELS),
    )


def _row(run: Document, reader: str, dataset: str, images: int = 0) -> BreakerResult | None:
    """Find what a reader reads of a data set, after a number of labels."""
    for row in run.breakers:
        named = row.breaker.split("-")[0] == reader
        if row.dataset == dataset and named and row.train_images == images:
            return row
    return None


def _share(run: Document, reader: str, dataset: str) -> float:
    row = _row(run, reader, dataset)
    return -1.0 if row is None or row.captcha_accuracy is None else row.captcha_accuracy
