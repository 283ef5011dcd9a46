"""Sweeps carried out for a bench: what they found, as cells of a table."""

from pathlib import Path

from harness.results.document import BreakerResult, Document
from harness.results.tally import Accuracy, percent
from harness.sweep import sweepfile
from workers.here import carry_out_all
from workers.home import start, start_text
from workers.progress import Lines
from workers.run import Run

HOME = Path(__file__).parents[1] / "runs"


def document(name: str) -> Document:
    """What a sweep of fixtures/sweeps finds; steps that are done are not done again."""
    return carried_out(start(sweepfile.locate(name), HOME))


def document_of(text: str, home: Path) -> Document:
    """What the text of a sweep file finds."""
    return carried_out(start_text(text, home))


def carried_out(run: Run) -> Document:
    """All steps of a run, then its report."""
    carry_out_all(run, Lines())
    return run.report()[0]


def captchas_read(accuracy: Accuracy | None, otherwise: str = "-") -> str:
    """The share of captchas; or what to say where nothing was measured."""
    if accuracy is None:
        return otherwise
    return percent(accuracy.tally.right_captchas, accuracy.tally.captchas)


def rates(one: BreakerResult) -> tuple[str, str, str]:
    """Characters, captchas, and the 95 % interval of the captchas; or why there are none."""
    if one.accuracy is None:
        return one.status, one.status, ""
    tally, (low, high) = one.accuracy.tally, one.accuracy.captcha_interval
    return (
        percent(tally.right_characters, tally.characters, 2),
        percent(tally.right_captchas, tally.captchas, 2),
        f"{100 * low:.2f} to {100 * high:.2f}",
    )
