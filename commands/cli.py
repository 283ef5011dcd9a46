"""The command line: all commands, in the order of the work."""

from collections.abc import Callable
from typing import Annotated

from commands import messages  # first, so that Ctrl-C has words while the others are imported

# isort: split
import typer

from commands.assess import assess
from commands.attack_image import attack_image
from commands.audit import audit
from commands.data import data
from commands.init import init
from commands.judge import judge
from commands.output import results_only, say
from commands.prune import prune
from commands.queue import cancel, enqueue, resume, up
from commands.runs import compare, export_model, report, status
from commands.serve import serve
from commands.sweeps import list_, plan, run, visit
from harness import __version__

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Measure how well captchas withstand breakers, the models that read them: draw captchas, "
    "train breakers, attack and defend them, and write a report. A sweep file lists what is "
    "measured; `captcha-harness run quick` carries out a small one, and `captcha-harness assess` "
    "needs none.",
)


def _show_version(asked: bool) -> None:
    if asked:
        say(f"{messages.NAME} {__version__}")
        raise typer.Exit


@app.callback()
def options_of_all(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


app.add_typer(data, name="data")
COMMANDS: dict[str, Callable[..., None]] = {
    "assess": assess,
    "audit": audit,
    "init": init,
    "list": list_,
    "plan": plan,
    "run": run,
    "status": status,
    "report": report,
    "compare": compare,
    "export-model": export_model,
    "up": up,
    "enqueue": enqueue,
    "resume": resume,
    "cancel": cancel,
    "prune": prune,
    "visit": visit,
    "judge": judge,
    "serve": serve,
    "attack-image": attack_image,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
for registered in (*app.registered_commands, *data.registered_commands):
    if registered.callback:
        registered.callback = results_only(registered.callback)


def main() -> None:
    """Run the command line and exit; an error of the user is one line and an exit code."""
    messages.prepare()
    messages.leave(messages.ended(lambda: app(prog_name=messages.NAME, standalone_mode=False)))


if __name__ == "__main__":
    main()
