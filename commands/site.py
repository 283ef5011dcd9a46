"""The web site of `serve`, put together from runs of a home."""

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path

from commands.headlines import headlines
from commands.output import say_now
from harness.datasets.drawing.captcha_stream import captcha_stream
from harness.datasets.generator import Generator
from harness.detectors.judge import Judge
from harness.errors import SpecError
from harness.people.answers import HUMAN, note
from harness.pipeline.runner import finished
from harness.pipeline.step import Step
from harness.runs import detectors
from harness.runs.creation import start
from harness.runs.home import existing
from harness.runs.polls import gan_poll
from harness.runs.run import Run
from harness.sweep import sweepfile
from harness.web.app import Site, create
from harness.web.challenges import Challenges
from harness.web.label_page import LabelingTask
from harness.web.recognizer import recognizer
from harness.web.server import listening
from harness.web.trial_page import HumanTrial
from reports import run_index
from reports.page_script import source

DEFAULT = "serve"  # the sweep whose breaker answers where none is named
EACH = 10  # captchas of each variant on /try


@dataclass(frozen=True)
class AnsweringBreaker:
    """The breaker that answers on the pages.

    Attributes:
        run: the run that trains it.
        breaker: its name in the sweep.
    """

    run: Run
    breaker: str

    @property
    def name(self) -> str:
        """Name it for people: RUN/BREAKER."""
        return f"{self.run.id}/{self.breaker}"

    def missing(self) -> list[Step]:
        """List the steps that have to be carried out before it can answer."""
        needed = self.run.plan.behind(self.run.training(self.breaker))
        return [step for step in needed if finished(step, self.run.store) is None]


def answering_breaker(name: str | None, root: Path) -> AnsweringBreaker:
    """Choose the breaker that answers.

    Args:
        name: RUN/BREAKER, or RUN for its first one; None: the breaker of a built-in sweep,
            whose run begins now.
        root: the home folder.

    Raises:
        SpecError: there is no such breaker, it is not trained, or it reads sounds.
    """
    if name is None:
        run = start(sweepfile.locate(DEFAULT), root)
        return AnsweringBreaker(run, next(iter(run.sweep.breakers)))
    run_id, _, breaker = name.partition("/")
    run = existing(run_id, root)
    breaker = breaker or next(iter(run.sweep.breakers))
    run.trained(breaker)
    if run.sweep.breakers[breaker].hears_sounds:
        raise SpecError(
            f"{run.id}/{breaker} listens; the pages show pictures: name another breaker"
        )
    return AnsweringBreaker(run, breaker)


def judge(name: str | None, root: Path) -> tuple[str, Judge] | None:
    """Load the detector behind /judge, with its name; None: there is no such page.

    Raises:
        SpecError: there is no such detector, or it is not fitted.
    """
    if name is None:
        return None
    return name, detectors.judge_of(detectors.fitted_detector(name, root))


def labelling(name: str | None, root: Path) -> LabelingTask | None:
    """Put together what people are asked on /label; None: there is no such page.

    Raises:
        SpecError: there is no such GAN, or it is not trained.
    """
    if name is None:
        return None
    poll = gan_poll(name, root)
    unlabelled, alphabet = poll.pictures()
    return LabelingTask(poll.open(), unlabelled, poll.control(), alphabet)


def of_reports(root: Path) -> Site:
    """Give a site with the reports of a home alone."""
    return Site(
        None,
        None,
        runs=root / "runs",
        headlines=functools.partial(headlines, root),
        report_script=source(),
        index=functools.partial(run_index.render, root / "runs"),
    )


def of_breaker(
    answering: AnsweringBreaker,
    root: Path,
    judge: tuple[str, Judge] | None,
    labelling: LabelingTask | None,
) -> Site:
    """Give a site with all pages; challenges only where captchas can be drawn on demand.

    Args:
        answering: the breaker behind /predict; it is trained.
        root: the home folder.
        judge: see `judge`.
        labelling: see `labelling`.
    """
    run = answering.run
    dataset = run.sweep.datasets[run.sweep.breakers[answering.breaker].dataset]
    challenges = trial = None
    if isinstance(dataset.options, Generator) and dataset.is_drawn:
        alphabet = dataset.options.text_alphabet()
        caseless = alphabet.casefold() == alphabet or alphabet.upper() == alphabet
        captchas = captcha_stream(dataset.generator, dataset.options)
        challenges = Challenges(captchas, caseless=caseless)
        shown = dict.fromkeys(visit.variant for visit in run.sweep.visits.values())
        trial = HumanTrial(
            Challenges(captchas, attempts=None, caseless=caseless),
            tuple(shown) or ("plain",),
            EACH,
            functools.partial(note, run.folder / HUMAN),
        )
    return Site(
        recognizer(answering.name, run.trained(answering.breaker)),
        challenges,
        judge=judge,
        trial=trial,
        runs=root / "runs",
        headlines=functools.partial(headlines, root),
        labelling=labelling,
        report_script=source(),
        index=functools.partial(run_index.render, root / "runs"),
    )


def open_until_interrupted(site: Site, what: str, port: int) -> None:
    """Open the port, print the address, and serve until Ctrl-C.

    Args:
        site: what is served.
        what: for the line that is printed: "what on http://...".
        port: see `listening`.
    """
    server = listening(create(site), port)
    say_now(f"{what} on http://127.0.0.1:{server.effective_port}/  (Ctrl-C ends)")
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
