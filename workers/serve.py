"""serve: the web pages on this machine, with a breaker of a run behind them."""

import contextlib
import csv
import functools
import itertools
import secrets
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from harness import sweepfile
from harness.datasets.generator import Generator, ReadyMade, decode
from harness.errors import SpecError
from harness.humans import HUMAN, note
from harness.steps import carry_out, finished
from workers import home as homes
from workers.home import chosen_home
from workers.judge import fitted
from workers.options import Home, Quiet, say
from workers.polls import controls, pictures, poll, polled
from workers.progress import screen
from workers.run import Run

DEFAULT = "serve"  # the sweep whose breaker is trained when there is none
PORT = 8765
SHOWN = 4  # breakers of a run in the list of reports
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
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = PORT,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Serve /predict, a challenge page and the reports on 127.0.0.1, until Ctrl-C."""
    root = chosen_home(home)
    run, name = _chosen(breaker, root)
    _train(run, name, quiet)
    from harness.web.app import create
    from harness.web.recognizer import recognizer
    from harness.web.server import listening

    site = _site(run, name, recognizer(f"{run.id}/{name}", run.trained(name)), root)
    application = create(replace(site, judge=_judge(detector, home), labelling=_poll(label, home)))
    server = listening(application, port)
    say(f"{run.id}/{name} answers on http://127.0.0.1:{server.effective_port}/  (Ctrl-C ends)")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def _chosen(breaker: str | None, root: Path) -> tuple[Run, str]:
    """The run and the breaker's name."""
    if breaker is None:
        run = homes.start(sweepfile.locate(DEFAULT), root)
        return run, next(iter(run.sweep.breakers))
    run_id, _, name = breaker.partition("/")
    run = homes.existing(run_id, root)
    name = name or next(iter(run.sweep.breakers))
    run.trained(name)
    if getattr(run.sweep.breakers[name].options, "sounds", False):
        raise SpecError(f"{run.id}/{name} listens; the pages show pictures: name another breaker")
    return run, name


def _train(run: Run, name: str, quiet: bool) -> None:
    """Carry out what the breaker needs, if it has not been done."""
    needed = run.plan.behind("breakers", f"train {name}")
    missing = [step for step in needed if finished(step, run.store) is None]
    if missing:
        run.store.prepare()
    if missing and not quiet:
        sys.stderr.write(f"no breaker yet: {run.id}/{name} is trained first, once\n")
    with screen(quiet) as shown:
        for number, step in enumerate(missing, 1):
            watch = shown.begin(number, len(missing), step.label)
            carry_out(step, run.store, run.sources, watch)


def _judge(detector: str | None, home: Path | None) -> tuple[str, Any] | None:
    """The detector's name and its judge."""
    if detector is None:
        return None
    from harness.detections import judge_of

    run, step = fitted(detector, home)
    return detector, judge_of(step, run.store)


def _poll(label: str | None, home: Path | None) -> Any:
    """What people are asked about a GAN's pictures."""
    if label is None:
        return None
    from harness.web.labelling import Labelling

    run, gan = polled(label, home)
    unlabelled, alphabet = pictures(run, gan)
    return Labelling(poll(run, gan), unlabelled, controls(run, gan), alphabet)


def _site(run: Run, name: str, recognizer: Any, root: Path) -> Any:
    from harness.web.app import Site
    from harness.web.challenges import Challenges
    from harness.web.trying import Trial

    generator = run.sweep.datasets[run.sweep.breakers[name].dataset].options
    challenges = trial = None
    if isinstance(generator, Generator) and not isinstance(generator, ReadyMade):
        alphabet = generator.text_alphabet()
        caseless = alphabet.casefold() == alphabet or alphabet.upper() == alphabet
        supply = _supply(generator)
        challenges = Challenges(supply, caseless=caseless)
        shown = dict.fromkeys(visit.variant for visit in run.sweep.visits.values())
        trial = Trial(
            Challenges(supply, attempts=None, caseless=caseless),
            tuple(shown) or ("plain",),
            EACH,
            functools.partial(note, run.folder / HUMAN),
        )
    return Site(
        recognizer,
        challenges,
        trial=trial,
        runs=root / "runs",
        headlines=functools.partial(_headlines, root),
    )


def _supply(generator: Generator) -> Any:
    """Fresh captchas; two of one process are never the same."""
    seed, lock = secrets.randbits(60), threading.Lock()

    def draw() -> tuple[Any, str]:
        with lock:  # some packages draw from the state of a module
            image, label = generator.draw(seed, secrets.randbelow(2**40))
        return image, decode(label, generator.text_alphabet())

    return draw


def _headlines(root: Path) -> dict[str, list[str]]:
    """How each run with a report stands, and what its breakers read, newest first."""
    found = {}
    for run in homes.runs(root):
        folder = run.folder
        if not (folder / "report.html").is_file():
            continue
        failed = len(list((folder / "failures").glob("*.json")))
        lines = ["running"] if (folder / "running").exists() else []
        lines += [f"{failed} steps failed or were skipped"] if failed else []
        found[run.id] = lines + list(itertools.islice(_read(folder / "breakers.csv"), SHOWN))
    return found


def _read(table: Path) -> Iterator[str]:
    """What each undefended breaker of a run reads."""
    with contextlib.suppress(OSError), table.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("defense") == "none" and row.get("captcha_accuracy"):
                share = int(1000 * float(row["captcha_accuracy"])) / 10  # 100.0 is all of them
                yield f"{row['breaker']} reads {share:.1f} % of {row['dataset']}"
