"""Sweeps carried out for a bench, and the rates that its tables show."""

from dataclasses import dataclass
from pathlib import Path

from commands.progress import Lines
from commands.report import write_report
from harness.results.document import BreakerResult, Document
from harness.results.tally import Accuracy, percent
from harness.runs.creation import start, start_text
from harness.runs.local_execution import carry_out_all
from harness.runs.run import Run
from harness.sweep import sweepfile

HOME = Path(__file__).parents[1] / "runs"


def document(name: str) -> Document:
    """Give the results of a sweep of fixtures/sweeps; steps that are done are not done again."""
    return carried_out(start(sweepfile.locate(name), HOME))


def document_of(text: str, home: Path) -> Document:
    """Give the results of the text of a sweep file."""
    return carried_out(start_text(text, home))


def carried_out(run: Run) -> Document:
    """Carry out all steps of a run, then write its report."""
    carry_out_all(run, Lines())
    return write_report(run)[0]


def captchas_read(accuracy: Accuracy | None, otherwise: str = "-") -> str:
    """Show the share of captchas; or `otherwise` where nothing was measured."""
    if accuracy is None:
        return otherwise
    return percent(accuracy.tally.right_captchas, accuracy.tally.captchas)


@dataclass(frozen=True)
class CleanRates:
    """What a breaker reads of clean captchas, for people; or its status, where it reads none."""

    dataset: str
    breaker: str
    architecture: str
    characters: str
    captchas: str
    interval: str
    train_images: int
    parameters: int
    seconds: float
    milliseconds: float | None

    @classmethod
    def of(cls, breaker: BreakerResult) -> "CleanRates":
        """Take them from a breaker's result."""
        characters: str = breaker.status
        captchas: str = breaker.status
        interval = ""
        if breaker.accuracy:
            tally, (low, high) = breaker.accuracy.tally, breaker.accuracy.captcha_interval
            characters = percent(tally.right_characters, tally.characters, 2)
            captchas = percent(tally.right_captchas, tally.captchas, 2)
            interval = f"{100 * low:.2f} to {100 * high:.2f}"
        return cls(
            dataset=breaker.dataset,
            breaker=breaker.breaker,
            architecture=breaker.architecture,
            characters=characters,
            captchas=captchas,
            interval=interval,
            train_images=breaker.train_images,
            parameters=breaker.parameters or 0,
            seconds=breaker.seconds or 0.0,
            milliseconds=breaker.milliseconds_per_captcha,
        )
