"""A run is what it was when it began, whatever becomes of its file, its folder, its function."""

import json
import shutil
import time

import pytest
from console import command
from PIL import Image, ImageDraw

from commands.status import run_status, statuses
from harness.errors import HarnessError, SpecError
from harness.measurements import catalog, planfile
from harness.measurements.datasets.work import Draw
from harness.measurements.planning import plan
from harness.measurements.training.work import Train
from harness.pipeline.plan import Plan
from harness.progress import no_progress
from harness.runs import run_files
from harness.runs.creation import resumable, start
from harness.runs.document import gather
from harness.runs.home import existing, runs
from harness.runs.local_execution import attempt, carry_out_all
from harness.runs.progress import Silence
from harness.sweep.model import SweepSpec
from harness.sweep.sweepfile import FROZEN, read

FOLDER = """
name = "ours"
epsilons = [0.0]
[datasets.ours]
generator = "folder"
path = "captchas"
train = 30
test = 10
[breakers.b]
dataset = "ours"
architecture = "simple_cnn"
epochs = 1
"""
FUNCTION = FOLDER.replace('"folder"', '"callable"').replace(
    'path = "captchas"', 'function = "site/captcha.py:draw"\nlength = 2\nwidth = 60\nheight = 24'
)
DRAWING = """
from PIL import Image, ImageDraw
def draw(text):
    image = Image.new("L", (60, 24), 255)
    ImageDraw.Draw(image).text((5, 3), text, fill=INK, font_size=16)
    return image
"""


def site(folder):
    """Forty captchas, a function that draws, and a sweep file for each."""
    (folder / "captchas").mkdir(parents=True)
    (folder / "site").mkdir()
    (folder / "site" / "captcha.py").write_text(DRAWING.replace("INK", "0"))
    for number in range(40):
        image = Image.new("L", (60, 24), 255)
        ImageDraw.Draw(image).text((5 + number % 7, 3), f"{number:02d}", fill=0, font_size=16)
        image.save(folder / "captchas" / f"{number:02d}_{number}.png")
    (folder / "folder.toml").write_text(FOLDER)
    (folder / "function.toml").write_text(FUNCTION)
    return folder


def drawn(file, home):
    """A run with its data sets drawn, and nothing trained."""
    run = start(file, home)
    carry_out_all(run, Silence(), [step for step in run.steps if step.kind == "datasets"])
    return run


@pytest.mark.parametrize("name", sorted(file.stem for file in FROZEN.glob("*.toml")))
def test_sweep_and_plan_are_read_as_they_were_written(name):
    sweep = read(FROZEN / f"{name}.toml")
    expanded = plan(sweep)
    for kind, whole in ((SweepSpec, sweep), (Plan, expanded)):
        text = json.dumps(planfile.dumped(whole))
        assert planfile.loaded(kind, json.loads(text)) == whole
    again = planfile.loaded(Plan, json.loads(json.dumps(planfile.dumped(expanded))))
    assert [type(step.work) for step in again.steps] == [type(s.work) for s in expanded.steps]
    assert [type(getattr(step.work, "options", None)) for step in again.steps] == [
        type(getattr(step.work, "options", None)) for step in expanded.steps
    ]


@pytest.mark.parametrize("name", ["folder.toml", "function.toml"])
@pytest.mark.parametrize("change", ["gone", "edited", "elsewhere"])
def test_a_finished_run_outlives_its_source(tmp_path, monkeypatch, name, change):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    run = drawn(place / name, home)
    before, document = run_status(existing(run.id, home)), gather(run)
    assert before.done == 2
    if change == "gone":
        shutil.rmtree(place)
    elif change == "edited":
        (place / "site" / "captcha.py").write_text(DRAWING.replace("INK", "90"))
        Image.new("L", (60, 24), 255).save(place / "captchas" / "77_77.png")
        (place / name).write_text("no TOML any more [")
    else:
        monkeypatch.chdir(tmp_path)
    (again,) = runs(home)
    assert again.id == run.id
    assert run_status(again) == before
    assert gather(again) == document


@pytest.mark.parametrize("name", ["folder.toml", "function.toml"])
def test_another_source_is_another_run_and_the_same_is_the_same(tmp_path, name):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    first = start(place / name, home)
    begun = first.begun
    assert start(place / name, home).id == first.id
    shutil.move(place, tmp_path / "moved")
    moved = start(tmp_path / "moved" / name, home)
    assert moved.id == first.id, "the same captchas, elsewhere"
    assert moved.begun == begun
    time.sleep(0.002)
    (tmp_path / "moved" / "site" / "captcha.py").write_text(DRAWING.replace("INK", "90"))
    (tmp_path / "moved" / "captchas" / "39_39.png").unlink()
    other = tmp_path / "moved" / name
    other.write_text(other.read_text().replace("train = 30", "train = 29"))
    second = start(other, home)
    assert [run.id for run in runs(home)] == [second.id, first.id], "the newest first"


@pytest.mark.parametrize("name", ["folder.toml", "function.toml"])
def test_a_source_that_changes_before_it_is_drawn_fails_its_step(tmp_path, name):
    place = site(tmp_path / "place")
    run = start(place / name, tmp_path / "home")
    (place / "site" / "captcha.py").write_text(DRAWING.replace("INK", "90"))
    Image.new("L", (60, 24), 9).save(place / "captchas" / "00_0.png")
    assert attempt(run, run.steps[0], no_progress) == "failed"
    assert "has changed since" in run.failures()[run.steps[0].digest].reason


def test_runs_of_an_earlier_edition_are_read(tmp_path):
    """No run.json, and a plan of steps alone; digests of that edition stay the names."""
    place, home = site(tmp_path / "place"), tmp_path / "home"
    run = drawn(place / "function.toml", home)
    run.folder.joinpath(run_files.RUN).unlink()
    shown = (place / "function.toml").read_text().replace("site/", f"{place}/site/")
    (run.folder / run_files.ASKED).write_text(shown)
    old = {
        "schema_version": 1,
        "steps": json.loads((run.folder / run_files.PLAN).read_text())["steps"],
    }
    text = json.dumps(old)
    for number, step in enumerate(old["steps"]):
        name = f"{number:020x}"
        shutil.rmtree(home / step["kind"] / name, ignore_errors=True)
        text = text.replace(step["digest"], name)
    (run.folder / run_files.PLAN).write_text(text)
    again = existing(run.id, home)
    assert [step.digest for step in again.plan.steps] == [f"{n:020x}" for n in range(4)]
    assert isinstance(again.plan.steps[0].work, Draw)
    train = next(step.work for step in again.plan.steps if isinstance(step.work, Train))
    assert train.train == f"{0:020x}"
    assert run_status(again).state == "unfinished"
    with pytest.raises(HarnessError, match="another edition"):
        resumable(run.id, home)


DAMAGES = {
    run_files.PLAN: [
        "",
        "[]",
        "{",
        '{"steps": [1]}',
        "[" * 100_000,
        '{"steps": [{"label": "l", "kind": "curves", "digest": "d", "needs": 5}]}',
        '{"steps": [{"label": "l", "kind": "curves", "digest": 7, "needs": []}]}',
        '{"steps": [{"label": "l", "kind": "curves", "digest": "d", "needs": [["a"]]}]}',
    ],
    run_files.RUN: [
        "",
        "[]",
        '{"begun": 3}',
        '{"begun": "0001-01-01T00:00:00+14:00"}',
        '{"begun": "9999-12-31T23:59:59-12:00"}',
    ],
    run_files.ASKED: ["", "\xff\xfe", "no TOML ["],
}


@pytest.mark.parametrize(("file", "text"), [(f, t) for f, texts in DAMAGES.items() for t in texts])
def test_one_bad_run_is_one_line(tmp_path, file, text):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    good, bad = start(place / "folder.toml", home), start(place / "function.toml", home)
    (bad.folder / "failures").mkdir()
    (bad.folder / "failures" / f"{bad.steps[0].digest}.json").write_text("")
    (bad.folder / file).write_text(text, "latin-1")
    for note in ("urgency.json", "ended.json"):
        (bad.folder / note).write_text("[]")
    lines = statuses(home, None).as_text().splitlines()
    assert len(lines) == 2
    assert any(line.startswith(good.id) and "0/4 done" in line for line in lines)


def test_a_run_is_known_by_its_start_if_it_is_the_only_one(tmp_path):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    with pytest.raises(SpecError, match="no run 'ours'"):
        existing("ours", home)
    first = start(place / "folder.toml", home)
    assert existing("ours", home).id == first.id
    second = start(place / "function.toml", home)
    with pytest.raises(SpecError, match="more than one run 'ours'"):
        existing("ours", home)
    assert existing(second.id, home).id == second.id
    with pytest.raises(SpecError):
        existing("", home)


def test_a_step_of_another_edition_begins_another_run(tmp_path, monkeypatch):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    first = start(place / "function.toml", home)
    monkeypatch.setattr("harness.pipeline.builder.EDITION", 2)
    second = start(place / "function.toml", home)
    assert second.id != first.id
    assert second.id.startswith(first.id)
    assert existing(first.id, home).digests() != second.digests()


def test_a_defect_keeps_its_traceback(tmp_path, monkeypatch):
    run = start(site(tmp_path / "place") / "function.toml", tmp_path / "home")

    def defect(_work, _place):
        return {}["deep inside"]

    monkeypatch.setitem(catalog.functions(), Draw, defect)
    assert attempt(run, run.steps[0], no_progress) == "failed"
    failure = run.failures()[run.steps[0].digest]
    assert failure.reason == "KeyError: 'deep inside'"
    assert 'return {}["deep inside"]' in (run.folder / failure.traceback).read_text()
    log = (run.folder / "log.txt").read_text()
    assert f"begin {run.steps[0].label}" in log
    assert f"failed {run.steps[0].label}" in log
    assert run.id in log


def test_memory_that_ends_is_a_line(tmp_path, monkeypatch):
    run = start(site(tmp_path / "place") / "function.toml", tmp_path / "home")

    def greedy(_work, _place):
        raise MemoryError("Unable to allocate 3 TiB")

    monkeypatch.setitem(catalog.functions(), Draw, greedy)
    with pytest.raises(HarnessError, match="not enough memory") as caught:
        attempt(run, run.steps[0], no_progress)
    assert caught.value.exit_code == 3


def test_the_note_of_a_failure_cannot_fail_the_run(tmp_path, monkeypatch):
    run = start(site(tmp_path / "place") / "function.toml", tmp_path / "home")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.runs.notes.replace", full)
    monkeypatch.setattr("harness.runs.notes.append", full)
    run.failure_notes.fail(run.steps[0], "why", "traceback")
    run.notes.log("event")
    run.notes.end("why")


def test_paths_start_at_the_sweep_file_wherever_one_stands(tmp_path):
    """README's own example: `path = "captchas"`, from another folder."""
    place, home = site(tmp_path / "place"), tmp_path / "home"
    for name in ("folder.toml", "function.toml"):
        said = command("data", "export", place / name, "ours", tmp_path / name, "-q", home=home)
        assert said.returncode == 0, said.stderr
        assert len(list((tmp_path / name).glob("*.png"))) == 10


@pytest.mark.parametrize("name", ["folder.toml", "function.toml"])
def test_a_project_that_is_moved_before_its_run_is_done_goes_on(tmp_path, name):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    first = start(place / name, home)
    shutil.move(place, tmp_path / "moved")
    run = start(tmp_path / "moved" / name, home)
    assert (run.id, run.begun, run.asked) == (first.id, first.begun, first.asked)
    carry_out_all(run, Silence(), [step for step in run.steps if step.kind == "datasets"])
    assert run.failures() == {}


def test_a_report_is_not_replaced_by_less(tmp_path):
    """The run's folder alone was copied, or its store is on a disk that is not there."""
    place, home = site(tmp_path / "place"), tmp_path / "home"
    run = start(place / "folder.toml", home)
    figures = "dataset,breaker,captcha_accuracy\nours,b,0.5\n"
    (run.folder / "breakers.csv").write_text(figures)
    said = command("report", run.id, home=home, check=1)
    assert "1 measured rows" in said.stderr
    assert (run.folder / "breakers.csv").read_text() == figures
    command("report", run.id, "--out", tmp_path / "new", home=home, check=0)
    assert command("report", run.id, "--out", place, home=home, check=2).stderr.count("\n") == 1
    assert (run.folder / "breakers.csv").read_text() == figures


def test_a_run_that_is_done_is_not_canceled(tmp_path, monkeypatch):
    place, home = site(tmp_path / "place"), tmp_path / "home"
    run = start(place / "folder.toml", home)
    monkeypatch.setattr(type(run), "missing", lambda _run: [])
    from commands import queue
    from harness.runs import home as homes

    monkeypatch.setattr(homes, "existing", lambda *_: run)
    queue.cancel(run.id, home)
    assert not run.notes.is_canceled


def test_endless_captchas_come_from_where_the_run_stands(tmp_path):
    """The data set was drawn by a project of the same captchas that is gone now."""
    from harness.measurements.inputs import endless
    from harness.pipeline.context import StepContext

    place, home = site(tmp_path / "place"), tmp_path / "home"
    run = drawn(place / "function.toml", home)
    shutil.copytree(place, tmp_path / "copy")
    shutil.rmtree(place)
    other = tmp_path / "copy" / "function.toml"
    other.write_text(other.read_text().replace('"ours"\n', '"other"\n', 1))
    run = start(other, home)
    digest = run.steps[0].digest
    inputs = {digest: run.store.find("datasets", digest)}
    where = StepContext(tmp_path, inputs, tmp_path, {}, no_progress, draws=run.draws)
    with endless(where, digest, 5, 3) as captchas:
        images, _labels = captchas.epoch(1, last=True)
        assert images.shape == (3, 24, 60, 1)
