"""The main job end to end on a sweep that takes seconds: twice, damaged, killed, failing."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest
from console import CLI, ROOT, command, spawn_command
from tiny import TIMED, TINY, folder, stamps, tables

from harness.measurements.planning import plan
from harness.results.document import BREAKER_COLUMNS
from harness.results.rows.precision import PRECISION_COLUMNS
from harness.results.rows.prediction import PREDICTION_COLUMNS
from harness.results.rows.result import RESULT_COLUMNS
from harness.sweep.sweepfile import parse


def test_the_files_are_as_promised(done):
    place, said = done
    run = folder(place / "home")
    for name in ("sweep.toml", "plan.json", "results.csv", "breakers.csv", "report.html"):
        assert (run / name).is_file(), name
    found = tables(place / "home")
    assert tuple(found["results.csv"][0]) == RESULT_COLUMNS
    assert tuple(found["breakers.csv"][0]) == BREAKER_COLUMNS
    clean = {f"{b['dataset']}-{b['breaker']}-{b['defense']}.csv" for b in found["breakers.csv"]}
    kept = {name for name in found if (run / "predictions" / name).exists()}
    assert len(clean) == 3
    assert clean < kept  # the others were read under attack
    for rows in (found[name] for name in kept):
        assert tuple(rows[0]) == PREDICTION_COLUMNS
        assert len(rows) == 40
        for row in rows:
            assert row["match"] == str(row["predictions"] == row["targets"])
    assert said["report"] == str(run / "report.html")
    assert (run / "sweep.toml").read_text() == TINY


def test_the_numbers_follow_from_the_predictions(done):
    """Accuracies recomputed from the CSV of predictions, by counting."""
    place, _said = done
    found = tables(place / "home")
    for breaker in found["breakers.csv"]:
        name = f"digits-{breaker['breaker']}-{breaker['defense']}.csv"
        rows = found[name]
        whole = sum(row["predictions"] == row["targets"] for row in rows) / len(rows)
        pairs = [p for row in rows for p in zip(row["predictions"], row["targets"], strict=True)]
        characters = sum(a == b for a, b in pairs) / len(pairs)
        assert float(breaker["captcha_accuracy"]) == pytest.approx(whole)
        assert float(breaker["character_accuracy"]) == pytest.approx(characters)
        for row in found["results.csv"]:
            if row["defense"] == breaker["defense"] and row["epsilon"] == "0.0":
                assert float(row["captcha_accuracy"]) == pytest.approx(whole)
                assert float(row["character_accuracy"]) == pytest.approx(characters)


def test_precisions_follow_from_the_confidences(done):
    """What is submitted from a threshold on, counted again in the CSV of predictions."""
    rows = tables(done[0] / "home")["precision.csv"]
    read = tables(done[0] / "home")["digits-small-none.csv"]
    assert tuple(rows[0]) == PRECISION_COLUMNS
    assert [row["coverage"] for row in rows[:4]] == ["1.0", "0.5", "0.1", "0.01"]
    assert [row["best"] for row in rows] == ["False"] * 4 + ["True"]
    for row in rows:
        sure = [r for r in read if float(r["confidence"]) >= float(row["threshold"])]
        assert int(row["n_submitted"]) == len(sure)
        assert int(row["n_right"]) == sum(r["match"] == "True" for r in sure)
        assert ("few_submitted" in row["warnings"]) == (len(sure) < 30)
        assert (row["precision"] == "") == (len(sure) < 30)
        assert "cross_fitted" not in row["warnings"], "validation captchas choose"
    assert done[1]["precision"][0]["n_shown"] == 40


def test_every_cell_has_its_rows(done):
    place, _said = done
    rows = tables(place / "home")["results.csv"]
    keys = {(row["defense"], row["attack"], row["knowledge"], row["epsilon"]) for row in rows}
    assert len(keys) == len(rows)
    for defense in ("none", "finetune", "blur"):
        knowledges = ["white_box"] if defense == "none" else ["white_box", "transfer"]
        for epsilon in ("0.0", "0.1", "0.3"):
            for attack in ("fgsm", "pgd"):
                for knowledge in knowledges:
                    assert (defense, attack, knowledge, epsilon) in keys
            assert (defense, "worst_case", "all", epsilon) in keys
    for row in rows:
        low, high = float(row["captcha_accuracy_low"]), float(row["captcha_accuracy_high"])
        assert low <= float(row["captcha_accuracy"]) <= high
        assert "few_captchas" in row["warnings"]


def test_the_worst_case_is_no_better_than_any_attack(done):
    rows = tables(done[0] / "home")["results.csv"]
    worst = {
        (r["defense"], r["epsilon"]): float(r["captcha_accuracy"])
        for r in rows
        if r["attack"] == "worst_case"
    }
    for row in rows:
        assert worst[row["defense"], row["epsilon"]] <= float(row["captcha_accuracy"])


def test_again_does_no_work_and_gives_the_same_bytes(done):
    place, _said = done
    home = place / "home"
    files = {f: f.read_bytes() for f in folder(home).rglob("*.csv")}
    before = stamps(home)
    again = command("run", place / "tiny.toml", home=home, check=0)
    assert stamps(home) == before
    assert {f: f.read_bytes() for f in folder(home).rglob("*.csv")} == files
    assert "train" not in again.stderr


def test_another_home_gives_the_same_numbers(done, tmp_path):
    place, _said = done
    spawn_command("run", place / "tiny.toml", home=tmp_path / "other", check=0)
    assert tables(tmp_path / "other", TIMED) == tables(place / "home", TIMED)


def test_a_flipped_byte_is_noticed_and_the_step_done_again(done):
    place, _said = done
    home = place / "home"
    expected = tables(home, TIMED)
    (victim,) = [f.parent for f in home.glob("breakers/*/breaker.json")][:1]
    content = bytearray((victim / "weights.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (victim / "weights.npz").write_bytes(content)
    before = stamps(home)
    command("run", place / "tiny.toml", home=home, check=0)
    after = stamps(home)
    name = str(victim.relative_to(home))
    assert after[name] != before[name]
    datasets = [key for key in before if key.startswith("datasets")]
    assert all(after[key] == before[key] for key in datasets)
    assert tables(home, TIMED) == expected


def test_status_plan_report_and_compare(done):
    place, _said = done
    home = place / "home"
    run = folder(home).name
    status = json.loads(command("status", run, "--json", home=home, check=0).stdout)[0]
    assert status["state"] == "done"
    assert status["done"] == status["steps"]
    steps = json.loads(command("plan", place / "tiny.toml", "--json", home=home, check=0).stdout)
    assert all(step["done"] for step in steps)
    page = (folder(home) / "report.html").read_bytes()
    (folder(home) / "report.html").unlink()
    command("report", run[:6], home=home, check=0)
    assert (folder(home) / "report.html").read_bytes() == page
    compared = json.loads(command("compare", run, run, "--json", home=home, check=0).stdout)
    assert compared
    assert not any(change["changed"] for change in compared)


def test_killed_and_run_again(done, tmp_path):
    """SIGKILL in the middle: finished steps stay, the rest is done, the numbers are the same."""
    place, _said = done
    home = tmp_path / "home"
    running = subprocess.Popen(
        [*CLI, "run", place / "tiny.toml", "--home", home, "-q"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while len(stamps(home)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = stamps(home)
    assert len(kept) >= 4
    assert not (folder(home) / "report.html").exists(), "killed too late to show anything"
    command("run", place / "tiny.toml", home=home, check=0)
    assert kept.items() <= stamps(home).items()
    assert tables(home, TIMED) == tables(place / "home", TIMED)
    assert list((home / ".captcha-harness" / "drafts").iterdir()) == []


def test_interrupted(done, tmp_path):
    place, _said = done
    running = subprocess.Popen(
        [*CLI, "run", place / "tiny.toml", "--home", tmp_path / "h"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not stamps(tmp_path / "h"):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in said


def test_a_failing_step_is_a_row_and_the_rest_goes_on(begun, tmp_path):
    """A filter that raises: its cells are not measured, all others are."""
    file, home = tmp_path / "tiny.toml", begun
    file.write_text(TINY)
    for step in plan(parse(TINY)).steps:
        if "blur" in step.label or step.label == "fgsm on small":
            shutil.rmtree(home / step.kind / step.digest)
    broken = tmp_path / "broken.py"
    broken.write_text(
        "import harness.defenses.mean_blur as m\n"
        "def filter(self): raise ValueError('planted')\n"
        "m.MeanBlur.filter = filter\n"
        "from commands.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, str(broken), "run", str(file), "--home", str(home)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "planted" in done.stdout
    rows = tables(home)["results.csv"]
    status = {row["defense"]: set() for row in rows}
    for row in rows:
        status[row["defense"]].add(row["status"])
    assert status["none"] == status["finetune"] == {"ok"}
    assert status["blur"] == {"skipped"}, "the reading failed, so that its curves were not tried"
    page = (folder(home) / "report.html").read_text()
    assert "planted" in page
    command("run", file, home=home, check=0)  # mended, it is tried again
    assert {row["status"] for row in tables(home)["results.csv"]} == {"ok"}


def test_training_memory_does_not_grow_with_the_data(tmp_path):
    """100,000 images lie on the disk; training on them may take little more than on 2,000."""
    code = ROOT / "tests" / "support" / "memory_of_training.py"
    peaks = [
        int(
            subprocess.run(
                [sys.executable, str(code), str(count), str(tmp_path)],
                capture_output=True, text=True, check=True, cwd=ROOT,
            ).stdout
        )
        for count in (2_000, 40_000)
    ]  # fmt: skip
    data = 40_000 * 80 * 80 // 1024
    assert peaks[1] - peaks[0] < data / 2
