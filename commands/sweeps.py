"""Commands that take a sweep and work in this process: list, plan, run, visit."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Home, Json, Quiet, Sweep
from commands.output import show
from workers.environment import chosen_home

if TYPE_CHECKING:
    from harness.pipeline.step import StepName
    from harness.runs.run import Run

KIND = (
    "generator, architecture, attack, defense, detector, gan or sweep (singular and plural both "
    "work), or a Python file with rows. Default: all."
)


def list_(
    noun: Annotated[str | None, typer.Argument(metavar="KIND", help=KIND)] = None,
    json: Json = False,
) -> None:
    """List what a sweep file can name, with all options: generators, attacks, defenses, ..."""
    from commands.listing import listing

    show(listing(noun), json)


def plan(sweep: Sweep, home: Home = None, json: Json = False) -> None:
    """List the steps of a sweep, and which are done. Nothing is carried out or written."""
    from commands.plan_view import planned
    from harness.sweep import sweepfile

    show(planned(sweepfile.read(sweepfile.locate(sweep)), chosen_home(home)), json)


def run(sweep: Sweep, home: Home = None, json: Json = False, quiet: Quiet = False) -> None:
    """Carry out a sweep in this process and write its report. Done steps are not repeated."""
    _carry_out(_started(sweep, home), None, json, quiet)


def visit(sweep: Sweep, home: Home = None, json: Json = False, quiet: Quiet = False) -> None:
    """Open the captcha pages of a sweep in Chromium and let its breakers answer them.

    Of the other steps of the sweep only those are carried out that the visits need.
    """
    from harness.errors import SpecError
    from harness.measurements.visits.plan import behind_visits

    started = _started(sweep, home)
    if not started.sweep.visits:
        raise SpecError(f"{started.id} has no visits; the sweep `browser` has some")
    _carry_out(started, behind_visits(started.plan), json, quiet)


def _started(sweep: str, home: Home) -> "Run":
    """Begin the run of a sweep file or of a built-in sweep, or resume it."""
    from harness.runs.creation import start
    from harness.sweep import sweepfile

    return start(sweepfile.locate(sweep), chosen_home(home))


def _carry_out(run: "Run", steps: "Iterable[StepName] | None", as_json: bool, quiet: bool) -> None:
    """Carry out steps of a run, by default all, and write its report."""
    from commands.progress import screen
    from commands.report import finish
    from harness.runs.expected_time import expected_of
    from harness.runs.local_execution import carry_out_all

    with screen(quiet, expected_of(run)) as shown:
        carry_out_all(run, shown, None if steps is None else list(steps))
    finish(run, as_json)
