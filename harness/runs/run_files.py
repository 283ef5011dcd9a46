"""What a run keeps of itself: the sweep as it was asked and as it was understood, and its plan.

    sweep.toml  the text of the sweep file
    run.json    when the run began, and the sweep with its paths and the digests of its sources
    plan.json   its steps

All of it is written when the run begins, and read from there ever after: whatever becomes of the
sweep file, of a folder of captchas or of a function, the run is what it was.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.files.atomic import reason, replace
from harness.measurements.planfile import WORK, dumped, loaded, renamed_entries
from harness.measurements.planning import plan
from harness.pipeline.plan import Plan
from harness.pipeline.step import Step
from harness.sweep import sweepfile
from harness.sweep.model import SweepSpec

ASKED, RUN, PLAN = "sweep.toml", "run.json", "plan.json"
SCHEMA, PLAN_SCHEMA = 2, 3
Json = dict[str, Any]


def write(
    folder: Path, asked: str, begun: str, sweep: SweepSpec, expanded: Plan, commit: str = ""
) -> None:
    """Keep a run that begins.

    Args:
        folder: of the run; it exists.
        asked: the text of the sweep file.
        begun: ISO 8601 in UTC.
        sweep: as it was read.
        expanded: its plan.
        commit: of the sweep file's repository, if it is known.

    Raises:
        OSError: the folder cannot be written.
    """
    steps = {"schema_version": PLAN_SCHEMA, **dumped(expanded)}
    origin = {"begun": begun, "commit": commit}
    whole = {"schema_version": SCHEMA, **origin, "sweep": dumped(sweep)}
    replace(folder / PLAN, json.dumps(steps, indent=1))
    replace(folder / RUN, json.dumps(whole, indent=1))
    replace(folder / ASKED, asked)


def begin_time(folder: Path) -> str:
    """Tell when a run began, ISO 8601 in UTC; where that is not kept, when its file was written."""
    try:
        when = datetime.datetime.fromisoformat(str(_read(folder / RUN)["begun"]))
        return when.astimezone(datetime.UTC).isoformat(timespec="milliseconds")
    except (HarnessError, KeyError, ValueError, OverflowError):
        stamp = (folder / ASKED).stat().st_mtime if (folder / ASKED).exists() else 0
        when = datetime.datetime.fromtimestamp(stamp, datetime.UTC)
        return when.isoformat(timespec="milliseconds")


def commit(folder: Path) -> str:
    """Tell the commit of the repository that the sweep file lay in; empty where it is not kept."""
    try:
        return str(_read(folder / RUN).get("commit", ""))
    except HarnessError:
        return ""


def sweep_text(folder: Path) -> str:
    """Read the text of the sweep file."""
    try:
        return (folder / ASKED).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HarnessError(f"{folder / ASKED}: cannot be read: {error}") from None


def steps(folder: Path) -> list[Json]:
    """Read the steps: label, kind, digest, needs and more of each.

    Raises:
        HarnessError: the file is damaged.
    """
    content = _read(folder / PLAN).get("steps")
    if not isinstance(content, list) or not all(_is_step(step) for step in content):
        raise HarnessError(f"{folder / PLAN}: damaged; nothing is known of this run's steps")
    return content


def _is_step(step: Any) -> bool:
    """Tell whether a step that was read has all parts of one."""
    return (
        isinstance(step, dict)
        and all(isinstance(step.get(key), str) for key in ("label", "kind", "digest"))
        and isinstance(step.get("needs"), list)
        and all(
            isinstance(need, list) and [type(part) for part in need] == [str, str]
            for need in step["needs"]
        )
    )


def read_step(listed: Json) -> Step | None:
    """Read one step of those that `steps` lists; None where only its whole plan can be read."""
    return loaded(Step, listed) if WORK in listed.get("work", {}) else None


def is_same(folder: Path, understood: SweepSpec) -> bool:
    """Tell whether a run has kept this very sweep, the paths of its sources included."""
    try:
        return bool(_read(folder / RUN).get("sweep") == json.loads(json.dumps(dumped(understood))))
    except HarnessError:
        return False


def sweep(folder: Path) -> SweepSpec:
    """Read the sweep as it was understood when the run began.

    Raises:
        HarnessError: the file is damaged, or of an edition that cannot be read.
        SpecError: a run of an earlier edition whose sources are gone.
    """
    if (folder / RUN).is_file():
        return loaded(SweepSpec, _read(folder / RUN).get("sweep", {}))
    # Earlier editions kept the text alone, with paths from wherever they were called.
    return sweepfile.read(folder / ASKED, Path.cwd())


def read_plan(folder: Path) -> Plan:
    """Read the plan.

    Raises:
        HarnessError: see `sweep`; or the steps are those of an edition that cannot be read.
    """
    content = _read(folder / PLAN)
    version = content.pop("schema_version", None)
    if version == PLAN_SCHEMA:
        return loaded(Plan, content)
    if version == PLAN_SCHEMA - 1:
        return loaded(Plan, renamed_entries(content))
    return _renamed(plan(sweep(folder)), steps(folder), folder)


def _renamed(expanded: Plan, listed: list[Json], folder: Path) -> Plan:
    """Give the steps of a plan the digests that they had when the run began."""
    names = [(step.label, step.kind) for step in expanded.steps]
    if names != [(step["label"], step["kind"]) for step in listed]:
        raise HarnessError(f"{folder.name} was begun by an edition that this one cannot read")
    text = json.dumps(dumped(expanded))
    for step, before in zip(expanded.steps, listed, strict=True):
        text = text.replace(step.digest, before["digest"])
    return loaded(Plan, json.loads(text))


def _read(file: Path) -> Json:
    """Read a JSON file that holds a table."""
    try:
        if file.exists() and not file.is_file():
            raise HarnessError(f"{file}: damaged, it is no file")
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read: {reason(error)}") from None
    except (ValueError, RecursionError):
        raise HarnessError(f"{file}: damaged, it is no JSON") from None
    if not isinstance(content, dict):
        raise HarnessError(f"{file}: damaged, it holds no table")
    return content
