"""harness.read_sweep, harness.plan and harness.run: whole sweeps from Python."""

from dataclasses import dataclass
from pathlib import Path

from harness.api.run_result import RunResult
from harness.measurements import planning
from harness.pipeline.plan import Plan
from harness.progress import Progress, no_progress
from harness.runs.creation import start_sweep
from harness.runs.document import gather
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Ending
from harness.sweep import sweepfile
from harness.sweep.model import SweepSpec


@dataclass(frozen=True)
class Sweep:
    """A sweep that has been read.

    Attributes:
        spec: what it asks for.
        text: as it was written, in TOML.
    """

    spec: SweepSpec
    text: str


def read_sweep(source: Path | str, folder: Path | None = None) -> Sweep:
    """Read a sweep.

    Args:
        source: the path of a sweep file, the name of one that comes along ("quick"), or its text,
            which has more than one line.
        folder: where paths in it start; by default the file's, and for a text the current one.

    Raises:
        SpecError: a line for each mistake in it.
    """
    if isinstance(source, str) and "\n" in source:
        return Sweep(sweepfile.parse(source, folder or Path()), source)
    file = sweepfile.locate(str(source))
    return Sweep(sweepfile.read(file, folder), sweepfile.text_of(file))


def plan(sweep: Sweep | Path | str) -> Plan:
    """Expand a sweep into its steps, each with a digest and a seed; nothing is done.

    Args:
        sweep: what read_sweep has read, or takes.
    """
    return planning.plan(_read(sweep).spec)


def run(
    sweep: Sweep | Path | str, home: Path | str = "runs", progress: Progress = no_progress
) -> RunResult:
    """Carry out a sweep in this process, or go on with it: what is done is not done again.

    Args:
        sweep: what read_sweep has read, or takes.
        home: the folder that everything is written to, as --home of the command line.
        progress: called as progress(done, total, note): steps, and what is being done.

    Returns:
        What it has measured. Steps that failed are in `failures`, and nothing is raised for them.

    Raises:
        SpecError: the sweep has mistakes.
        RequirementError: something is lacking: a package, a download, room on the disk.
    """
    asked = _read(sweep)
    begun = start_sweep(asked.spec, asked.text, Path(home).absolute())
    carry_out_all(begun, _StepCounter(progress))
    return RunResult(begun, gather(begun))


def _read(sweep: Sweep | Path | str) -> Sweep:
    return sweep if isinstance(sweep, Sweep) else read_sweep(sweep)


class _StepCounter:
    """Tells of the progress of steps as progress of the whole run."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._step, self._steps = progress, 0, 1

    def begin(self, number: int, total: int, label: str) -> Progress:
        """See RunProgress."""
        self._step, self._steps = number, total
        self._progress(number - 1, total, label)

        def within(_done: int, _total: int, note: str = "", /) -> None:
            self._progress(number - 1, total, f"{label}: {note}" if note else label)

        return within

    def end(self, label: str, seconds: float, outcome: Ending) -> None:
        """See RunProgress."""
        self._progress(self._step, self._steps, f"{label}: {outcome} in {seconds:.1f} s")
