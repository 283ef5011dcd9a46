"""Pruning: old runs of a home, and the artifacts that no other run needs, make room."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from harness.pipeline.manifest import read_manifest
from harness.pipeline.store import Store
from harness.runs.claims import Claims
from harness.runs.home import runs
from harness.runs.run import Run

RESULTS = "results"  # the kind of documents of runs, which no step makes
NO_KINDS = frozenset({"runs", "downloads"})  # folders of a home that hold no artifacts


@dataclass(frozen=True)
class Surplus:
    """What no kept run needs.

    Attributes:
        runs: the runs that go.
        artifacts: kind and digest of those that go.
        bytes: what all of it takes on the disk.
    """

    runs: Sequence[Run]
    artifacts: Sequence[tuple[str, str]]
    bytes: int


def surplus(home: Path, keep: int) -> Surplus:
    """List what may go: of each sweep all runs but the latest, and artifacts that no other needs.

    Args:
        home: the home folder.
        keep: runs of each sweep name that stay, by when they began; one that goes on stays too.

    Raises:
        HarnessError: a run that stays cannot be read, so that nobody knows what it needs.
    """
    staying, going = _divided(runs(home), keep)
    needed = {(step.kind, step.digest) for run in staying for step in run.steps}
    names = {run.id for run in staying}
    artifacts = [
        (kind, digest)
        for kind, digest, of_run in _artifacts(home)
        if (of_run not in names if kind == RESULTS else (kind, digest) not in needed)
    ]
    folders = [run.folder for run in going]
    folders += [home / kind / digest for kind, digest in artifacts]
    return Surplus(going, artifacts, sum(map(size, folders)))


def prune(home: Path, keep: int) -> Surplus:
    """Remove what `surplus` lists; give what was removed.

    Raises:
        HarnessError: see `surplus`; or steps of this home are at work, whose results nobody lists.
        RequirementError: the home cannot be written.
    """
    store = Store(home)
    store.prepare()
    if at_work := Claims(store).at_work():
        raise HarnessError(
            f"{at_work[0]['step']} of {at_work[0]['run']} is at work; prune when it has ended"
        )
    if store.drafts.are_held():
        raise HarnessError(f"a step is at work in {home}; prune when it has ended")
    removed = surplus(home, keep)
    for run in removed.runs:
        shutil.rmtree(run.folder)
    for kind, digest in removed.artifacts:
        store.discard(kind, digest)
    return removed


def size(folder: Path) -> int:
    """Add up the bytes of the files below a folder."""
    return sum(
        os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118 - of many thousands
        for path, _folders, names in os.walk(folder)
        for name in names
    )


def _divided(listed: Sequence[Run], keep: int) -> tuple[list[Run], list[Run]]:
    """Divide runs into those that stay and those that go."""
    staying: list[Run] = []
    going: list[Run] = []
    counts: dict[str, int] = {}
    for run in listed:  # the latest first
        name = _sweep_name(run)
        counts[name] = counts.get(name, 0) + 1
        stays = counts[name] <= keep or run.notes.is_running
        (staying if stays else going).append(run)
    return staying, going


def _sweep_name(run: Run) -> str:
    """Give the name of the sweep of a run: its id without the digest."""
    try:
        return run.sweep.name
    except HarnessError:  # of an edition that cannot be read any more
        return run.id.rpartition("-")[0]


def _artifacts(home: Path) -> Iterator[tuple[str, str, str]]:
    """List the artifacts of a home: kind, digest, and the run of a document.

    A folder whose manifest does not say that it is an artifact is none, and stays.
    """
    for kind in sorted(path for path in home.iterdir() if path.is_dir() and not path.is_symlink()):
        if kind.name in NO_KINDS or kind.name.startswith("."):
            continue
        for path in sorted(kind.iterdir()):
            try:
                manifest = read_manifest(path)
                whole = manifest["digest"] == path.name and manifest["kind"] == kind.name
                of_run = str(manifest["spec"].get("run", ""))
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue
            if whole and not path.is_symlink():
                yield kind.name, path.name, of_run
