"""judge: is this image perturbed? One line for each, and pictures to look at."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.errors import SpecError
from harness.measurements.detection.spec import Fit
from harness.registry import suggestion
from workers import home as homes
from workers import voice
from workers.home import chosen_home
from workers.options import Home, Json, say, say_json
from workers.run import Run


def judge(
    images: Annotated[list[Path], typer.Argument(help="Image files.")],
    detector: Annotated[str, typer.Option(help="RUN/NAME, or RUN/NAME/BREAKER.")],
    out: Annotated[Path | None, typer.Option(help="Where the pictures go; else none.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Say of images whether they are perturbed, by a detector that a run has fitted."""
    run, step = fitted(detector, home)
    from harness.images.pictures import keep
    from harness.measurements.detection.judging import judge_of

    judging = judge_of(step, run.store)
    verdicts: list[dict[str, Any]] = []
    names = _names(images)
    for file, name in zip(images, names, strict=True):
        try:
            verdict = judging.verdict(judging.opened(file))
        except SpecError as error:
            voice.tell(str(error))
            verdicts.append({"file": str(file), "error": str(error)})
            continue
        texts = {view.word: view.text for view in verdict.views}
        verdicts.append(
            {
                "file": str(file),
                "perturbed": verdict.perturbed,
                "score": verdict.score,
                "threshold": verdict.threshold,
                "texts": texts,
            }
        )
        if out:
            views = {f"{name}-{view.word}": view.picture for view in verdict.views}
            keep(out, {label.replace(" ", "-"): view for label, view in views.items()})
        if not json:
            answer = "perturbed" if verdict.perturbed else "not noticed"
            read = ", ".join(f"{text!r} {view}" for view, text in texts.items())
            say(f"{file}: {answer}, score {verdict.score:.2f} of {verdict.threshold:.2f}; {read}")
    if json:
        say_json(verdicts)
    if any("error" in verdict for verdict in verdicts):
        raise typer.Exit(SpecError.exit_code)


def _names(files: Sequence[Path]) -> list[str]:
    """Name the pictures of each file: by its name, with a number where another has the same."""
    seen: Counter[str] = Counter()
    names = []
    for file in files:
        seen[file.stem] += 1
        names.append(file.stem if seen[file.stem] == 1 else f"{file.stem}-{seen[file.stem]}")
    return names


def fitted(name: str, home: Path | None) -> tuple[Run, Any]:
    """The run, and its step that has fitted the detector."""
    run_id, _, rest = name.partition("/")
    run = homes.existing(run_id, chosen_home(home))
    word, _, breaker = rest.partition("/")
    known = {
        step.label.removeprefix("fit "): step
        for step in run.plan.steps
        if isinstance(step.work, Fit)
    }
    if not known:
        raise SpecError(f"{run.id} has no detectors; the sweep `detectors` has some")
    for label, step in known.items():
        if label == f"{word} over {breaker}" or (not breaker and label.startswith(f"{word} over ")):
            return run, step
    choices = [label.replace(" over ", "/") for label in known]
    raise SpecError(f"{run.id} has no detector {rest!r}; {suggestion(rest, choices)}")
