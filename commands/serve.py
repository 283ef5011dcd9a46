"""The command serve: web pages on this machine, and the breaker of a run that answers on them."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Home, Quiet
from workers.environment import chosen_home

if TYPE_CHECKING:
    from commands.site import AnsweringBreaker

PORT = 8765


def serve(
    breaker: Annotated[
        str | None,
        typer.Option(
            help="RUN/BREAKER: the id of a run, and a breaker of it that answers on /predict. "
            "Default: the breaker of the sweep `serve`, which is trained once."
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(help="RUN/DETECTOR, for the page /judge. Default: there is no such page."),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            help="RUN/GAN, for the page /label, where people label the pictures of a GAN. Default: "
            "there is no such page."
        ),
    ] = None,
    reports: Annotated[
        bool, typer.Option("--reports", help="Serve reports only; no breaker is needed.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the server; 0: any that is free.")
    ] = PORT,
    home: Home = None,
    quiet: Quiet = False,
) -> None:
    """Serve a breaker, challenge pages and the reports on 127.0.0.1, until Ctrl-C."""
    from commands import site
    from harness.errors import SpecError
    from harness.loopback import CLOSED_PORTS
    from harness.web.server import free

    root = chosen_home(home)
    if port in CLOSED_PORTS:
        raise SpecError(f"--port {port}: browsers do not open it; choose another, as {PORT}")
    if reports and (breaker or detector or label):
        raise SpecError("--reports shows the reports alone; leave --breaker, --detector, --label")
    free(port)  # before anything is trained for it
    if reports:
        site.open_until_interrupted(site.of_reports(root), "the reports are", port)
        return
    answering = site.answering_breaker(breaker, root)
    judge, labelling = site.judge(detector, root), site.labelling(label, root)
    _train(answering, quiet)
    pages = site.of_breaker(answering, root, judge, labelling)
    site.open_until_interrupted(pages, f"{answering.name} answers", port)


def _train(answering: "AnsweringBreaker", quiet: bool) -> None:
    """Carry out what a breaker needs, if it is not done yet."""
    from commands import messages
    from commands.progress import screen
    from harness.measurements.execution import carry_out

    run, missing = answering.run, answering.missing()
    if not missing:
        return
    run.store.prepare()
    if not quiet:
        messages.tell(f"no breaker yet: {answering.name} is trained first, once")
    with screen(quiet) as shown:
        for number, step in enumerate(missing, 1):
            progress = shown.begin(number, len(missing), step.label)
            carry_out(step, run.store, run.sources, progress, run.draws)
