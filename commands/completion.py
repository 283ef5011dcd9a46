"""What a shell completes: names of runs and of sweeps. Folders are listed, nothing is read."""

import os
from collections.abc import Iterator
from pathlib import Path

import typer

from harness.fixture_folders import fixture_folder
from workers.environment import chosen_home

SWEEP = ".toml"


def run_names(context: typer.Context, incomplete: str) -> list[str]:
    """List the runs of the home that the command line names, those with this beginning."""
    home: Path | None = context.params.get("home")
    names = _names(chosen_home(home) / "runs")
    return _beginning(incomplete, [name for name in names if not name.endswith(".html")])


def sweep_names(incomplete: str) -> list[str]:
    """List built-in sweeps, and the sweep files and folders where the shell stands."""
    built_in = (name.removesuffix(SWEEP) for name in _names(fixture_folder("sweeps")))
    return _beginning(incomplete, [*built_in, *_paths(incomplete)])


def target_names(incomplete: str) -> list[str]:
    """List generators that `assess` takes, and the files and folders where the shell stands."""
    from harness.assessment.target import generators

    return _beginning(incomplete, [*generators(), *_paths(incomplete, (SWEEP, ".csv", ".py"))])


def _paths(incomplete: str, endings: tuple[str, ...] = (SWEEP,)) -> Iterator[str]:
    """List files with these endings, and folders, in the folder that is typed so far."""
    folder = os.path.dirname(incomplete)  # noqa: PTH120 - as it is typed, with ./ in front
    for name in _names(Path(folder or ".").expanduser()):
        path = Path(folder).expanduser() / name
        typed = f"{folder.rstrip('/')}/{name}" if folder else name
        if path.is_dir():
            yield f"{typed}/"
        elif name.endswith(endings):
            yield typed


def _names(folder: Path) -> list[str]:
    """List what is in a folder and not hidden; nothing where it cannot be looked at."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
    except OSError:
        return []


def _beginning(incomplete: str, names: "list[str]") -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
