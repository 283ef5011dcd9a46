"""serve: the web pages on this machine, with a breaker of a run behind them."""

import contextlib
import functools
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.datasets.drawing.captcha_stream import captcha_stream
from harness.datasets.generator import Generator
from harness.datasets.ready_made import ReadyMade
from harness.errors import SpecError
from harness.loopback import CLOSED_PORTS
from harness.measurements.execution import carry_out
from harness.measurements.reading.spec import ReadingEntry
from harness.measurements.training.spec import UNDEFENDED
from harness.people.answers import HUMAN, note
from harness.pipeline.runner import finished
from harness.sweep import sweepfile
from workers import home as homes
from workers.headlines import headlines
from workers.home import chosen_home
from workers.judge import fitted
from workers.options import Home, Quiet, say
from workers.polls import controls, pictures, poll, polled
from workers.progress import screen
from workers.run import Run

DEFAULT = "serve"  # the sweep whose breaker is trained when there is none
PORT = 8765
EACH = 10  # captchas of each variant on /try


def serve(
    breaker: Annotated[
        str | None, typer.Option(help="RUN/BREAKER; else a small one is trained once.")
    ] = None,
    detector: Annotated[
        str | None, typer.Option(help="RUN/NAME: the detector behind /judge; else no such page.")
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="RUN/GAN: people name what it draws, on /label.")
    ] = None,
    reports: Annotated[
        bool, typer.Option("--reports", help="The reports alone: no breaker is needed.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = PORT,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Serve /predict, a challenge page and the reports on 127.0.0.1, until Ctrl-C."""
    from harness.web.server import free

    root = chosen_home(home)
    if port in CLOSED_PORTS:
        raise SpecError(f"--port {port}: browsers do not open it; choose another, as {PORT}")
    if reports and (breaker or detector or label):
        raise SpecError("--reports shows the reports alone; leave --breaker, --detector, --label")
    free(port)  # before anything is trained for it
    if reports:
        from harness.web.app import Site

        _serve(Site(None, None, **_shelf(root)), "the reports are", port)
        return
    run, name = _chosen(breaker, root)
    judge, labelling = _judge(detector, home), _poll(label, home)
    _train(run, name, quiet)
    from harness.web.recognizer import recognizer

    site = _site(run, name, recognizer(f"{run.id}/{name}", run.trained(name)), root)
    _serve(replace(site, judge=judge, labelling=labelling), f"{run.id}/{name} answers", port)


def _serve(site: Any, what: str, port: int) -> None:
    """Open the port, say so, and serve until Ctrl-C."""
    from harness.web.app import create
    from harness.web.server import listening

    server = listening(create(site), port)
    say(f"{what} on http://127.0.0.1:{server.effective_port}/  (Ctrl-C ends)")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def _shelf(root: Path) -> dict[str, Any]:
    """What a site shows of the runs of a home."""
    return {"runs": root / "runs", "headlines": functools.partial(headlines, root)}


def _chosen(breaker: str | None, root: Path) -> tuple[Run, str]:
    """The run and the breaker's name."""
    if breaker is None:
        run = homes.start(sweepfile.locate(DEFAULT), root)
        return run, next(iter(run.sweep.breakers))
    run_id, _, name = breaker.partition("/")
    run = homes.existing(run_id, root)
    name = name or next(iter(run.sweep.breakers))
    run.trained(name)
    if run.sweep.breakers[name].hears_sounds:
        raise SpecError(f"{run.id}/{name} listens; the pages show pictures: name another breaker")
    return run, name


def _train(run: Run, name: str, quiet: bool) -> None:
    """Carry out what the breaker needs, if it has not been done."""
    (reading,) = run.plan.find(
        ReadingEntry, breaker=name, defense=UNDEFENDED, dataset=run.sweep.breakers[name].dataset
    )
    needed = run.plan.behind(reading.trained) if reading.trained else []
    missing = [step for step in needed if finished(step, run.store) is None]
    if missing:
        run.store.prepare()
    if missing and not quiet:
        sys.stderr.write(f"no breaker yet: {run.id}/{name} is trained first, once\n")
    with screen(quiet) as shown:
        for number, step in enumerate(missing, 1):
            progress = shown.begin(number, len(missing), step.label)
            carry_out(step, run.store, run.sources, progress, run.draws)


def _judge(detector: str | None, home: Path | None) -> tuple[str, Any] | None:
    """The detector's name and its judge."""
    if detector is None:
        return None
    from harness.measurements.detection.judging import judge_of

    run, step = fitted(detector, home)
    return detector, judge_of(step, run.store)


def _poll(label: str | None, home: Path | None) -> Any:
    """What people are asked about a GAN's pictures."""
    if label is None:
        return None
    from harness.web.label_page import LabelingTask

    run, gan = polled(label, home)
    unlabelled, alphabet = pictures(run, gan)
    return LabelingTask(poll(run, gan), unlabelled, controls(run, gan), alphabet)


def _site(run: Run, name: str, recognizer: Any, root: Path) -> Any:
    from harness.web.app import Site
    from harness.web.challenges import Challenges
    from harness.web.trial_page import HumanTrial

    drawn = run.sweep.datasets[run.sweep.breakers[name].dataset]
    generator = drawn.options
    challenges = trial = None
    if isinstance(generator, Generator) and not isinstance(generator, ReadyMade):
        alphabet = generator.text_alphabet()
        caseless = alphabet.casefold() == alphabet or alphabet.upper() == alphabet
        captchas = captcha_stream(drawn.generator, generator)
        challenges = Challenges(captchas, caseless=caseless)
        shown = dict.fromkeys(visit.variant for visit in run.sweep.visits.values())
        trial = HumanTrial(
            Challenges(captchas, attempts=None, caseless=caseless),
            tuple(shown) or ("plain",),
            EACH,
            functools.partial(note, run.folder / HUMAN),
        )
    return Site(recognizer, challenges, trial=trial, **_shelf(root))
