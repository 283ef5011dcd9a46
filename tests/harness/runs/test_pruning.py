"""What is pruned: the runs of before, and what nobody else needs. All else stays."""

import json

import pytest
from console import command
from tiny import TINY

from harness.errors import HarnessError
from harness.runs.creation import start_text
from harness.runs.pruning import prune, surplus


def night(home, seed, shared=TINY):
    """A run of one night, all of whose artifacts are there."""
    run = start_text(shared.replace("seed = 3", f"seed = {seed}"), home)
    for step in run.steps:
        if run.store.find(step.kind, step.digest) is None:
            contents = {name: run.store.find(kind, name).content for kind, name in step.needs}
            with run.store.writing(step.kind, step.digest, {}, contents) as (folder, notes):
                (folder / "data.bin").write_bytes(b"x" * 1000)
                notes["seconds"] = 0.0
    run_json = run.folder / "run.json"
    content = json.loads(run_json.read_text())
    run_json.write_text(json.dumps({**content, "begun": f"2026-01-{seed:02d}T00:00:00+00:00"}))
    return run


def artifacts(home):
    return {
        f"{file.parent.parent.name}/{file.parent.name}" for file in home.glob("*/*/manifest.json")
    }


def test_the_latest_nights_stay_and_all_that_they_need(tmp_path):
    nights = [night(tmp_path, seed) for seed in (1, 2, 3, 4)]
    needed = {f"{step.kind}/{step.digest}" for run in nights[2:] for step in run.steps}
    listed = surplus(tmp_path, 2)
    assert {run.id for run in listed.runs} == {run.id for run in nights[:2]}
    assert artifacts(tmp_path) > needed
    removed = prune(tmp_path, 2)
    assert removed.bytes == listed.bytes > 1000 * len(removed.artifacts)
    assert artifacts(tmp_path) == needed
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {run.id for run in nights[2:]}
    assert all(run.missing() == [] for run in nights[2:])
    assert prune(tmp_path, 2).artifacts == []


def test_what_two_sweeps_need_stays_as_long_as_one_does(tmp_path):
    """Each sweep name has its own nights."""
    night(tmp_path, 1)
    night(tmp_path, 2)
    other = night(tmp_path, 1, TINY.replace('name = "tiny"', 'name = "other"'))
    prune(tmp_path, 1)
    assert other.missing() == []
    assert other.folder.is_dir()


def test_documents_go_with_their_runs(tmp_path):
    run = night(tmp_path, 1)
    with run.store.writing("results", "a" * 20, {"run": run.id}, {}) as (folder, _notes):
        (folder / "document.json").write_text("{}")
    night(tmp_path, 2)
    assert ("results", "a" * 20) in surplus(tmp_path, 1).artifacts
    assert ("results", "a" * 20) not in surplus(tmp_path, 2).artifacts


def test_what_is_no_artifact_stays(tmp_path):
    night(tmp_path, 1)
    night(tmp_path, 2)
    (tmp_path / "mine" / "letters").mkdir(parents=True)
    (tmp_path / "mine" / "letters" / "manifest.json").write_text('{"digest": "letters"}')
    (tmp_path / "breakers" / "notes").mkdir()
    prune(tmp_path, 1)
    assert (tmp_path / "mine" / "letters" / "manifest.json").is_file()
    assert (tmp_path / "breakers" / "notes").is_dir()


def test_a_run_that_goes_on_stays(tmp_path):
    first = night(tmp_path, 1)
    night(tmp_path, 2)
    first.notes.begin()
    assert surplus(tmp_path, 1).runs == []


def test_nothing_goes_while_a_step_is_at_work(tmp_path):
    first = night(tmp_path, 1)
    night(tmp_path, 2)
    step = first.steps[0]
    with (
        first.claims.take(step.digest, first.id, step.label),
        pytest.raises(HarnessError, match="is at work"),
    ):
        prune(tmp_path, 1)
    with first.store.drafts.new(), pytest.raises(HarnessError, match="is at work"):
        prune(tmp_path, 1)
    assert first.folder.is_dir()


def test_nothing_goes_where_a_run_cannot_be_read_that_stays(tmp_path):
    night(tmp_path, 1)
    last = night(tmp_path, 2)
    (last.folder / "plan.json").write_text("damaged")
    before = artifacts(tmp_path)
    with pytest.raises(HarnessError, match="damaged"):
        prune(tmp_path, 1)
    assert artifacts(tmp_path) == before


def test_the_command_shows_first_and_removes_then(tmp_path):
    first = night(tmp_path, 1)
    night(tmp_path, 2)
    shown = command("prune", "--keep", "1", "--dry-run", home=tmp_path, check=0).stdout
    assert shown.splitlines()[0].strip() == first.id
    assert "1 run(s) and" in shown
    assert "would be removed" in shown
    assert first.folder.is_dir()
    removed = json.loads(command("prune", "--keep", "1", "--json", home=tmp_path, check=0).stdout)
    assert removed["runs"] == [first.id]
    assert removed["removed"]
    assert not first.folder.exists()
    status = json.loads(command("status", "--json", home=tmp_path, check=0).stdout)
    assert [run["done"] for run in status] == [len(first.steps)]
    assert status[0]["bytes"] > 1000 * len(first.steps)
    assert command("prune", "--keep", "0", home=tmp_path).returncode == 2
