"""Commands that work through the queue: up, enqueue, resume, cancel."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Home, Json, Quiet, RunId, Sweep, Wait
from commands.output import say, say_json
from workers.environment import chosen_home

if TYPE_CHECKING:
    from harness.runs.run import Run


def up(
    home: Home = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of worker processes.")] = 1,
    beat: Annotated[
        bool,
        typer.Option(help="Also start Celery beat, which enqueues the sweep `nightly` at 02:00."),
    ] = True,
) -> None:
    """Start the queue (Redis) and workers on this machine; they work until Ctrl-C."""
    from workers.services import serve

    serve(chosen_home(home), workers, beat)


def enqueue(
    sweep: Sweep,
    home: Home = None,
    wait: Wait = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Let the workers that `up` has started carry out a sweep. Prints the id of the run."""
    from harness.runs.creation import start
    from harness.sweep import sweepfile

    _send(start(sweepfile.locate(sweep), chosen_home(home)), wait, json, quiet)


def resume(
    run: RunId,
    home: Home = None,
    wait: Wait = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Enqueue the steps of a run that are missing. Failed steps are tried again."""
    from harness.runs.creation import resumable

    _send(resumable(run, chosen_home(home)), wait, json, quiet)


def cancel(run: RunId, home: Home = None) -> None:
    """Stop the steps of a run that are at work, and start no more; what is done stays done."""
    from harness.runs import home as homes

    canceled = homes.existing(run, chosen_home(home))
    if not canceled.notes.is_running and not canceled.missing():
        say(f"{canceled.id} is done already")
        return
    canceled.notes.cancel()
    say(f"{canceled.id}: what is at work is stopped, and nothing more is started; `resume` goes on")


def _send(run: "Run", wait: bool, as_json: bool, quiet: bool) -> None:
    """Enqueue a run; if asked, wait until it has ended, and show its results."""
    from commands.progress import screen
    from commands.report import show_results
    from workers.follow import follow, require_queue

    require_queue(run.home)
    from workers.dispatch import enqueue as send  # imports Celery: not before there is a queue

    send(run)
    if not wait:
        say_json({"run": run.id}) if as_json else say(run.id)
        return
    from harness.runs.expected_time import expected_of

    with screen(quiet, expected_of(run)) as shown:
        follow(run, shown)
    show_results(run, as_json)  # the worker has written the report
