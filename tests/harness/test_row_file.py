"""Rows of a file beside the sweep: all six nouns, digested by what stands in the file."""

import json
import re
import shutil

import pytest
from console import ROOT, command

from harness.errors import HarnessError, SpecError
from harness.measurements.planfile import dumped, loaded
from harness.measurements.planning import plan
from harness.row_file import _LOADED
from harness.runs.creation import start
from harness.runs.document import gather
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from harness.sweep.model import SweepSpec
from harness.sweep.sweepfile import parse

PAGE = (ROOT / "docs" / "own-rows.md").read_text()
MINE = "\n".join(re.findall(r"^```python\n(# my\.py\n.*?)^```$", PAGE, re.M | re.S))
(SWEEP,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.M | re.S)
SWEEP = SWEEP.replace('"my.py:', '"lib/mine.py:')
PLAIN = SWEEP.partition("[datasets.single]")[0] + "[breakers" + SWEEP.partition("[breakers")[2]
PLAIN = PLAIN.partition("[detectors")[0]


@pytest.fixture
def mine(tmp_path):
    """A folder with a sweep and the rows that it names."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "mine.py").write_text(MINE)
    (tmp_path / "mine.toml").write_text(PLAIN)
    return tmp_path


def digests(folder, text=PLAIN):
    return [step.digest for step in plan(parse(text, folder)).steps]


def test_all_six_nouns_are_rows_of_a_file(mine):
    (mine / "mine.toml").write_text(SWEEP)
    run = start(mine / "mine.toml", mine / "home")
    carry_out_all(run, Silence())
    document = gather(run)
    assert not document.failures
    flipped = {row.epsilon: row for row in document.rows if row.attack == "flip"}
    assert flipped[0.2].mean_linf == pytest.approx(0.1, abs=1e-4)
    assert {row.defense for row in document.breakers} == {"none", "dim"}
    assert {row.detector for row in document.detections} == {"dark"}
    assert [row.kind for row in document.gans] == ["lib/mine.py:Small"]


def test_an_edited_file_is_other_work_and_another_place_is_not(mine, tmp_path_factory):
    before = digests(mine)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(mine, elsewhere, dirs_exist_ok=True)
    assert digests(elsewhere) == before
    file = elsewhere / "lib" / "mine.py"
    file.write_text(file.read_text() + "\n# more\n")
    assert not set(digests(elsewhere)) & set(before)


def test_a_module_beside_it_is_a_part_of_it(mine):
    file = mine / "lib" / "mine.py"
    file.write_text("import beside\n" + file.read_text())
    (mine / "lib" / "beside.py").write_text("SHARE = 1\n")
    before = digests(mine)
    (mine / "lib" / "beside.py").write_text("SHARE = 2\n")
    assert not set(digests(mine)) & set(before)


def test_a_run_is_read_in_another_process_after_its_file_is_gone(mine):
    sweep = parse(PLAIN, mine)
    kept = json.loads(json.dumps(dumped(sweep)))
    shutil.rmtree(mine / "lib")
    _LOADED.clear()
    again = loaded(SweepSpec, kept)
    assert [s.digest for s in plan(again).steps] == [s.digest for s in plan(sweep).steps]
    assert again.attacks["flip"].options.share == 0.5


def test_a_file_that_imports_others_must_be_what_it_was(mine):
    file = mine / "lib" / "mine.py"
    file.write_text("import beside2\n" + file.read_text())
    (mine / "lib" / "beside2.py").write_text("")
    kept = json.loads(json.dumps(dumped(parse(PLAIN, mine))))
    (mine / "lib" / "beside2.py").write_text("CHANGED = 1")
    _LOADED.clear()
    with pytest.raises(HarnessError, match="has changed since the run began"):
        loaded(SweepSpec, kept)


def test_it_runs_from_the_command_line(mine):
    command("run", mine / "mine.toml", home=mine / "home", check=0)
    kept = (mine / "home" / "runs").glob("*/results.csv")
    assert "flip" in next(iter(kept)).read_text()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lib/gone.py:Flip", "No such file"),
        ("lib/mine.py:Flap", "has no class 'Flap' of the kind Attack; the file has Flip"),
        ("lib/mine.py:Dark", "has no class 'Dark' of the kind Attack"),
        ("lib/mine.py", "has no class ''"),
        ("lib/bad.py:X", r"cannot be run \(ZeroDivisionError: division by zero\)"),
    ],
)
def test_what_is_wrong_is_one_line(name, said, mine):
    (mine / "lib" / "bad.py").write_text("1 / 0\n")
    text = PLAIN.replace("lib/mine.py:Flip", name)
    with pytest.raises(SpecError, match=said):
        parse(text, mine)


def test_no_file_that_an_artifact_names_is_run(tmp_path):
    from harness.breakers import saved_breaker

    (tmp_path / "evil.py").write_text("raise SystemExit('run')")
    made = {
        "architecture": "evil.py:X",
        "options": {"source_folder": str(tmp_path), "source_contents": "x"},
        "shape": [8, 8, 1], "length": 1, "alphabet": "01", "blank": None,
    }  # fmt: skip
    saved_breaker.describe(tmp_path, made)
    with pytest.raises(HarnessError, match="for its own sweep only"):
        saved_breaker.load(tmp_path)
