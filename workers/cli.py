"""The command line: one function a command, in the order of the work."""

import sys

from workers import voice  # first, so that Ctrl-C has words while the others are imported

# isort: split
from pathlib import Path
from typing import Annotated

import typer

from harness.errors import SpecError
from harness.sweep import sweepfile
from workers import home as homes
from workers.attack_image import attack_image
from workers.data import data
from workers.home import chosen_home
from workers.judge import judge
from workers.options import Home, Json, Quiet, RunId, Sweep, Wait, say, say_json
from workers.run import PAGE, Run
from workers.serve import serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="How long does a captcha stand? Draw, break, attack, defend; and a report to trust.",
)
app.add_typer(data, name="data")
app.command("attack-image")(attack_image)
app.command("judge")(judge)
app.command("serve")(serve)


def started(sweep: str, home: Path | None) -> Run:
    """The run of a sweep file or of a quick name."""
    return homes.start(sweepfile.locate(sweep), chosen_home(home))


def finish(run: Run, as_json: bool, out: Path | None = None) -> None:
    """Write the report, say what it says in short, and exit with 1 if something failed."""
    from workers.summary import answer, lines

    if out is None and run.is_read_only:
        document, page = run.gather(), run.folder / PAGE
        sys.stderr.write(
            f"{run.folder} is read-only; `report {run.id} --out DIR` writes elsewhere\n"
        )
    else:
        document, page = run.report(out)
    if as_json:
        say_json(answer(document, page))
    else:
        for line in lines(document, run.folder):
            say(line)
        say(f"report: {page}")
    if any(failure.status == "failed" for failure in document.failures):
        raise typer.Exit(1)


@app.command("list")
def list_(
    noun: Annotated[str | None, typer.Argument(help="generator, architecture, ...")] = None,
    json: Json = False,
) -> None:
    """What there is: generators, architectures, attacks, defenses, sweeps; with their options."""
    from workers.listing import described, printed

    found = described(noun)
    if json:
        say_json(found)
    else:
        say(printed(found))


@app.command()
def plan(sweep: Sweep, home: Home = None, json: Json = False) -> None:
    """What would run: nothing is done."""
    from harness.measurements.planning import plan as expand
    from harness.pipeline.runner import finished
    from harness.pipeline.store import Store
    from workers.planned import remarks

    spec = sweepfile.read(sweepfile.locate(sweep))
    steps = expand(spec).steps
    store = Store(chosen_home(home))
    done = [finished(step, store) is not None for step in steps]
    if json:
        say_json(
            [{**s.model_dump(mode="json"), "done": d} for s, d in zip(steps, done, strict=True)]
        )
        return
    for step, is_done in zip(steps, done, strict=True):
        say(f"{'done' if is_done else '-':5} {step.kind:12} {step.digest[:8]}  {step.label}")
    say(f"{len(steps)} steps, {sum(done)} done, {len(steps) - sum(done)} to do")
    for line in remarks(spec, steps):
        say(line)


@app.command()
def run(sweep: Sweep, home: Home = None, json: Json = False, quiet: Quiet = False) -> None:
    """Run a sweep here, in this process; done steps are not done again."""
    from workers.here import carry_out_all
    from workers.progress import screen

    request = started(sweep, home)
    with screen(quiet) as shown:
        carry_out_all(request, shown)
    finish(request, json)


@app.command()
def visit(sweep: Sweep, home: Home = None, json: Json = False, quiet: Quiet = False) -> None:
    """Chromium before the captcha pages of a sweep, and what that needs; nothing else of it."""
    from harness.measurements.visits.plan import behind_visits
    from workers.here import carry_out_all
    from workers.progress import screen

    request = started(sweep, home)
    if not request.sweep.visits:
        raise SpecError(f"{request.id} has no visits; the sweep `browser` has some")
    with screen(quiet) as shown:
        carry_out_all(request, shown, behind_visits(request.plan))
    finish(request, json)


@app.command()
def up(
    home: Home = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    beat: Annotated[bool, typer.Option(help="Enqueue the nightly sweep at 02:00.")] = True,
) -> None:
    """Redis, workers and the nightly clock on this machine, until Ctrl-C."""
    from workers.services import serve

    serve(chosen_home(home), workers, beat)


@app.command()
def enqueue(
    sweep: Sweep,
    home: Home = None,
    wait: Wait = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Give a sweep to the workers; prints the run's id."""
    _send(started(sweep, home), wait, json, quiet)


@app.command()
def resume(
    run: RunId,
    home: Home = None,
    wait: Wait = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Enqueue what is missing of a run; failed steps are tried again."""
    _send(homes.resumable(run, chosen_home(home)), wait, json, quiet)


def _send(request: Run, wait: bool, as_json: bool, quiet: bool) -> None:
    from workers.following import follow, require_queue
    from workers.progress import screen

    require_queue(request.home)
    from workers.canvas import enqueue as send

    send(request)
    if not wait:
        say_json({"run": request.id}) if as_json else say(request.id)
        return
    with screen(quiet) as shown:
        follow(request, shown)
    finish(request, as_json)


@app.command()
def cancel(run: RunId, home: Home = None) -> None:
    """Start no more steps of a run; the one at work ends, and what is done stays done."""
    request = homes.existing(run, chosen_home(home))
    if not request.running and not request.missing():
        say(f"{request.id} is done already")
        return
    request.cancel(True)
    say(f"{request.id}: no more steps will be started; `resume` goes on")


@app.command()
def status(
    run: Annotated[str | None, typer.Argument(help="A run's id, or the start of it.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Done, failed, waiting; from the store, not from the queue."""
    from workers.status import run_status, status_lines

    root = chosen_home(home)
    statuses = [
        run_status(one) for one in ([homes.existing(run, root)] if run else homes.runs(root))
    ]
    if json:
        say_json(statuses)
        return
    if not statuses:
        say(f"no run in {root}; `captcha-harness run quick` makes one")
    for line in status_lines(statuses, details=run is not None):
        say(line)


@app.command()
def report(
    run: RunId,
    home: Home = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the files go; else into the run's folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the CSV files and the page again, from the store."""
    request = homes.existing(run, chosen_home(home))
    if out is None:
        request.require_whole()
    elif out.is_dir() and any(out.iterdir()):
        raise SpecError(f"{out} is not empty; name a new folder")
    finish(request, json, out)


@app.command()
def compare(
    run_a: RunId,
    run_b: RunId,
    home: Home = None,
    json: Json = False,
    fail_if_changed: Annotated[
        bool,
        typer.Option(help="Exit with 4 if a figure changed, failed or is gone; new ones may come."),
    ] = False,
) -> None:
    """What changed from one run to another, by intervals; what is gone, new, or failed."""
    from workers.comparison import changes, printed, worse

    root = chosen_home(home)
    first, second = (homes.existing(name, root).gather() for name in (run_a, run_b))
    compared = changes(first, second)
    if json:
        say_json(compared)
    else:
        for line in printed(compared):
            say(line)
    if fail_if_changed and worse(compared):
        raise typer.Exit(4)


@app.command("export-model")
def export_model(
    run: RunId,
    breaker: Annotated[str, typer.Argument(help="A breaker of the run.")],
    folder: Annotated[Path, typer.Argument(help="Where weights.npz and layers.json go.")],
    defense: Annotated[str, typer.Option(help="As this defense has trained it.")] = "none",
    home: Home = None,
) -> None:
    """Write a trained breaker for other programs: plain weights, and its layers as JSON."""
    request = homes.existing(run, chosen_home(home))
    from harness.breakers.model_export import export_model as export

    layers = export(request.trained(breaker, defense), folder)
    say(f"{layers} layers in {folder}")


def main() -> None:
    """Run the command line; a person's error is one line and an exit code."""
    voice.prepare()
    sys.exit(voice.ended(lambda: app(prog_name=voice.NAME, standalone_mode=False)))


if __name__ == "__main__":
    main()
