"""Labels for free, from a sweep file to its report: with readers of known accuracy."""

import json
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest
from console import CLI, ROOT, command
from shared import once
from tiny import TIMED, folder, stamps, tables

from harness.results.rows.free_labels import FREE_LABELS_COLUMNS

ROWS = ROOT / "tests" / "support" / "coded.py"
SWEEP = """
name = "free"
seed = 3
tries_per_day = 50

[datasets.site]
generator = "coded.py:Coded"
alphabet = "0123"
length = 2
train = 320
test = 60

[breakers.half]
dataset = "site"
architecture = "coded.py:Knowing"
share = 50

[breakers.most]
dataset = "site"
architecture = "coded.py:Knowing"
share = 80

[breakers.free]
dataset = "site"
architecture = "simple_cnn"
epochs = 2
batch_size = 16
labels = "accepted"
readers = ["half", "most"]
rounds = 2
tries = 240
probes = 20

[breakers.helped]
dataset = "site"
architecture = "simple_cnn"
epochs = 2
batch_size = 16
labels = "accepted"
images = 80
rounds = 1
"""


def written(place, text=SWEEP):
    shutil.copy(ROWS, place / "coded.py")
    (place / "free.toml").write_text(text)
    return place / "free.toml"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A finished run, which nobody may change."""

    def run(place):
        command("run", written(place), "--json", home=place / "home", check=0)

    return once(tmp_path_factory, "free-labels", run) / "home"


@pytest.fixture
def copied(asked, tmp_path):
    """A copy of that run's home, and the sweep file that it was asked for."""
    shutil.copytree(asked, tmp_path / "home")
    return tmp_path / "home", asked.parent / "free.toml"


def rows_of(home, breaker):
    return [row for row in tables(home)["free_labels.csv"] if row["breaker"] == breaker]


def test_columns_and_counts(asked):
    rows = rows_of(asked, "free")
    assert tuple(rows[0]) == FREE_LABELS_COLUMNS
    assert [(row["round"], row["tries"], row["days"]) for row in rows] == [
        ("1", "120", "2.4"), ("2", "240", "4.8"),
    ]  # fmt: skip
    assert rows[0]["reader"] == "most"
    assert {row["labels_by_hand"] for row in rows} == {"0"}
    assert int(rows[1]["accepted"]) == sum(int(row["round_accepted"]) for row in rows)


def test_the_accepted_are_those_that_the_readers_can_read(asked):
    """Counted from the pictures themselves: how hard a captcha is stands in its first pixel."""
    (train,) = (
        step for step in json.loads((folder(asked) / "plan.json").read_text())["steps"]
        if step["label"] == "draw site train"
    )  # fmt: skip
    images = np.load(asked / "datasets" / train["digest"] / "images.npy")
    hardness = images[:, 0, 0, 0]
    probed = (hardness[:20] < 50).sum() + (hardness[20:40] < 80).sum()
    rows = rows_of(asked, "free")
    assert int(rows[0]["round_accepted"]) == probed + (hardness[40:120] < 80).sum()
    if rows[1]["reader"] == "most":
        assert int(rows[1]["round_accepted"]) >= (hardness[140:240] < 80).sum()


def test_the_last_round_is_the_breaker_of_the_sweep(asked):
    found = tables(asked)
    for name in ("free", "helped"):
        (breaker,) = (row for row in found["breakers.csv"] if row["breaker"] == name)
        last = rows_of(asked, name)[-1]
        assert breaker["captcha_accuracy"] == last["captcha_accuracy"]
        assert set(last["warnings"].split()) <= set(breaker["warnings"].split())
        held_out = int(rows_of(asked, name)[-1]["n_on_accepted"] or 0)
        learned = int(last["accepted"]) - held_out + int(last["labels_by_hand"])
        assert int(breaker["train_images"]) == learned


def test_labels_by_hand_alone_are_a_round_of_their_own(asked):
    rows = rows_of(asked, "helped")
    assert [(row["round"], row["reader"], row["tries"]) for row in rows] == [
        ("0", "", "0"), ("1", "round 0", "240"),
    ]  # fmt: skip
    assert rows[0]["accuracy_on_accepted"] == ""


def test_page_terminal_and_json_have_it(copied):
    home, file = copied
    said = json.loads(command("run", file, "--json", home=home, check=0).stdout)
    assert [row["breaker"] for row in said["free_labels"]] == ["free"] * 2 + ["helped"] * 2
    text = command("run", file, home=home, check=0).stdout
    assert "site: free: without any label by hand, 240 tries = 5 days of asking, it reads" in text
    assert "site: helped: with 80 labels by hand, 240 tries = 5 days of asking, it reads" in text
    page = (folder(home) / "report.html").read_text()
    assert 'id="free-labels"' in page
    assert "Without any label by hand, 240 tries = 5 days of asking" in page
    assert 'id="training-set-size"' not in page, "what is easy to read is no learning curve"
    planned = command("plan", file, home=home, check=0).stdout
    assert (
        "0 labels by hand, and 240 tries at the site in 2 rounds: 5 days at 50 tries a" in planned
    )


def test_killed_and_resumed(asked, tmp_path):
    """SIGKILL in the middle: finished steps stay, the rest is done, the figures are the same."""
    file, home = asked.parent / "free.toml", tmp_path / "home"
    running = subprocess.Popen(
        [*CLI, "run", file, "--home", home, "-q"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 240
    while not list(home.glob("accepted/*/manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = stamps(home)
    assert not (folder(home) / "report.html").exists(), "killed too late to show anything"
    command("run", file, home=home, check=0)
    assert kept.items() <= stamps(home).items()
    assert tables(home, TIMED) == tables(asked, TIMED)


def test_where_nothing_is_accepted_nothing_is_learned_and_the_rest_goes_on(tmp_path):
    text = SWEEP.replace("share = 50", "share = 0").replace("share = 80", "share = 0")
    done = command("run", written(tmp_path, text), home=tmp_path / "home", check=0)
    assert "no answer was accepted, so that there is nothing to learn from" in done.stdout
    assert "120 tries = 3 days of asking, and no answer was accepted" in done.stdout
    rows = rows_of(tmp_path / "home", "free")
    assert [(row["status"], row["accepted"], row["tries"]) for row in rows] == [
        ("skipped", "0", "120"), ("skipped", "", ""),
    ]  # fmt: skip
    assert {row["status"] for row in rows_of(tmp_path / "home", "helped")} == {"ok"}
