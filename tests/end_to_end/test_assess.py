"""assess, from a target to its verdict: a folder, a function, a page; gates and deadlines."""

import json
import shutil

import pytest
from console import command
from labelled_files import fill
from own_page import own_page
from tiny import folder as run_folder

from harness.assessment import sweep_text
from harness.assessment.sweep_text import is_installed
from harness.breakers import whole_image
from harness.breakers.ddddocr import Ddddocr

LABELS = [f"{number * 7919 % 10000:04d}" for number in range(100)]
SITE = """
from PIL import Image, ImageDraw
print("the site says hello")
def draw(text):
    print("drawing", text)
    image = Image.new("L", (64, 24), 255)
    ImageDraw.Draw(image).text((4, 4), text, fill=0, font_size=15)
    return image
"""


READERS = ("ddddocr", "foundation")


@pytest.fixture(autouse=True, scope="module")
def short():
    """Trainings of seconds, whose figures mean nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_image, "SHOWN", 300)
        patch.setattr(whole_image, "FEWEST_EPOCHS", 1)
        patch.setattr(sweep_text, "READERS", READERS)
        patch.setattr(sweep_text, "ROUNDS", 1)
        yield


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("site") / "mine", LABELS)


@pytest.fixture(scope="module")
def assessed(mine, tmp_path_factory, short):  # noqa: ARG001 - comes first
    """A home with a finished assessment, and what the command said."""
    home = tmp_path_factory.mktemp("assessed")
    return home, command("assess", mine, "--quiet", home=home, check=0)


def test_a_folder_from_beginning_to_end(mine, assessed):
    home, done = assessed
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{mine}: 100 labelled images; 60 x 24 pixels, 4 of the 10")
    assert "tests: 33 captchas, a part held out of all training" in lines[1]
    answers = [line for line in lines if line.startswith("[")]
    assert "without labels, ddddocr" in answers[0]
    assert any("all 67 labels, trained-67: solves" in line for line in answers)
    assert any("labels for free, free: " in line for line in answers)
    assert any(line.startswith("verdict: ") for line in lines)
    assert lines[-2] == f"report: {run_folder(home)}/report.html"
    assert f"{run_folder(home)}/sweep.toml" in lines[-1]
    assert 'id="verdict"' in (run_folder(home) / "report.html").read_text()


def test_the_sweep_repeats_it_from_anywhere(mine, assessed, tmp_path):
    home, _done = assessed
    moved = tmp_path / "elsewhere.toml"
    moved.write_text((run_folder(home) / "sweep.toml").read_text())
    repeated = command("run", moved, "--json", home=home)
    document = json.loads(repeated.stdout)
    assert repeated.returncode == 0
    assert document["run"] == run_folder(home).name
    (verdict,) = document["verdicts"]
    again = command("assess", mine, "--json", home=home, check=0)
    assert json.loads(again.stdout)["verdict"] == verdict
    # A reader that is not installed is tried again each time: it may be there by now.
    left = "steps are done already" if is_installed("ddddocr") else "1 of 13 steps to do"
    assert left in command("assess", mine, home=home, check=0).stdout


def test_a_gate_that_is_crossed(mine, assessed):
    done = command("assess", mine, "--json", "--fail-above", "0.1%", home=assessed[0], check=4)
    document = json.loads(done.stdout)
    assert document["crossed"] is True
    assert document["verdict"]["highest"] > 0.001
    assert document["verdict"]["sentence"].startswith("A bot ")


def test_a_gate_stays_shut_where_time_was_short(mine, tmp_path):
    """What was not tried keeps nobody out, however little was read."""
    done = command("assess", mine, "--minutes", "0.5", "--fail-above", "99%", home=tmp_path)
    if "left out: " in done.stdout:
        assert done.returncode == 4
        assert "no breaker has learned enough from all labels" in done.stdout


@pytest.mark.parametrize("limit", ["5", "0", "100%", "-1%", "x", "nan"])
def test_limits_that_are_none(mine, tmp_path, limit):
    done = command("assess", mine, f"--fail-above={limit}", home=tmp_path, check=2)
    assert "--fail-above" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_function_that_prints(tmp_path, monkeypatch):
    from harness.assessment import sizes

    monkeypatch.setattr(sizes, "MOST_TESTS", 40)
    monkeypatch.setattr(sizes, "FREE_TRIES", 60)
    (tmp_path / "shop.py").write_text(SITE)
    words = ("--alphabet", "0-9", "--length", "4", "--labels", "60")
    done = command(
        "assess", f"{tmp_path}/shop.py:draw", *words, "--json", home=tmp_path / "home", check=0
    )
    document = json.loads(done.stdout)
    assert document["verdict"]["attackers"]
    assert not [f for f in document["failures"] if f["status"] == "failed"]


def test_a_page(tmp_path):
    from wsgiref.simple_server import make_server

    pytest.importorskip("playwright")
    from harness.browser.chromium import program
    from harness.errors import SkippedError

    try:
        program()
    except SkippedError as reason:
        pytest.skip(str(reason))
    import threading

    with pytest.MonkeyPatch.context() as patch, make_server("127.0.0.1", 0, own_page) as server:
        patch.setattr(sweep_text, "VISITS", 30)
        patch.setattr(sweep_text, "READERS", ("foundation",))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = f"http://127.0.0.1:{server.server_port}/"
        selectors = (
            "--image", "form img", "--answer", ".said", "--submit", "button",
            "--passed", "#in", "--answered", "#in, #out",
        )  # fmt: skip
        words = ("--alphabet", "a-z", "--length", "4", "--quiet", *selectors)
        done = command("assess", where, *words, home=tmp_path, check=0)
        server.shutdown()
    assert "its captchas have no labels" in done.stdout
    assert "none of 30 (95 %" in done.stdout
    assert "hole: same_image: everybody gets the same captcha" in done.stdout
    assert "verdict: open - the page lets in who reads nothing" in done.stdout
    assert "[datasets.site]" in (run_folder(tmp_path) / "sweep.toml").read_text()


def test_a_page_that_is_not_there(tmp_path):
    words = ("--alphabet", "0-9", "--length", "4")
    done = command("assess", "http://127.0.0.1:8999/gone", *words, home=tmp_path)
    assert done.returncode in (1, 2)  # 1: there is no Chromium here
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_is_not_installed_is_left_out(mine, assessed, tmp_path, monkeypatch):
    def missing(self):
        raise self.lacking(ImportError("No module named 'ddddocr'"))

    home = tmp_path / "home"
    shutil.copytree(assessed[0], home)
    plan = json.loads((run_folder(home) / "plan.json").read_text())
    (step,) = [step for step in plan["steps"] if step["label"] == "read with ddddocr"]
    shutil.rmtree(home / step["kind"] / step["digest"], ignore_errors=True)  # may lack the extras
    monkeypatch.setattr(Ddddocr, "loaded", missing)
    done = command("assess", mine, "--quiet", home=home, check=0)
    assert "left out: without labels, ddddocr: ddddocr cannot be used" in done.stdout
    assert "verdict: " in done.stdout


def test_readers_that_are_not_there_answer_no_site(monkeypatch):
    monkeypatch.setattr(Ddddocr, "package", "no_such_package")
    assert not sweep_text.is_installed("ddddocr")
