"""A folder from the sweep file to the store and back: what is kept, and what has changed since."""

import csv
import json
import shutil

import numpy as np
import pytest
from console import command
from labelled_files import DIGITS, draw, fill
from splits_of_folders import split

from harness.datasets.export import export, save
from harness.datasets.folder.folder import Folder
from harness.datasets.folder.side_by_side import SideBySide
from harness.datasets.generator import decode
from harness.datasets.ready_made import Choice
from harness.errors import HarnessError, SpecError
from harness.measurements.execution import carry_out
from harness.measurements.planning import plan
from harness.options import digest
from harness.pipeline.store import Store
from harness.progress import no_progress
from harness.sweep import sweepfile

SWEEP = """
name = "own"
epsilons = [0.0]
[datasets.own]
generator = "folder"
path = '{path}'
{options}
train = {train}
validation = 4
test = 12
[breakers.b]
dataset = "own"
architecture = "simple_cnn"
"""


def planned(path, options="", train=24):
    text = SWEEP.format(path=path, options=options, train=train)
    return plan(sweepfile.parse(text)).steps


def drawn(steps, home):
    """Artifacts of the draw steps, by split."""
    store = Store(home)
    return {s.label.split()[-1]: carry_out(s, store, home) for s in steps if s.kind == "datasets"}


def test_owners_names_and_warnings_lie_beside_the_images(tmp_path):
    fill(tmp_path / "mine", [*DIGITS, "48213"])
    (tmp_path / "mine" / "broken_1.png").write_bytes(b"nothing")
    shutil.copy(
        tmp_path / "mine" / f"{DIGITS[3]}_0003.png", tmp_path / "mine" / f"{DIGITS[3]}_x.png"
    )
    artifacts = drawn(planned(tmp_path / "mine"), tmp_path / "home")
    for name in ("test", "validation"):
        notes, labels = artifacts[name].notes, np.load(artifacts[name].path / "labels.npy")
        texts = [decode(row, notes["alphabet"]) for row in labels]
        assert [file.split("_")[0] for file in notes["files"]] == texts
        kinds = [line.split(":")[0] for line in notes["label_warnings"]]
        assert kinds == ["odd_labels", "copies", "left_out"]
        assert [line.split(" ")[0] for line in notes["unreadable"]] == ["broken_1.png"]
    assert "files" not in artifacts["train"].notes


def test_what_was_kept_needs_no_disk(tmp_path, monkeypatch):
    fill(tmp_path / "mine")
    folder = Folder(path=str(tmp_path / "mine"), width=50).resolved()
    kept = json.loads(json.dumps(folder.model_dump(mode="json")))
    singles = fill(tmp_path / "single", [label[0] for label in DIGITS])
    single = SideBySide(path=str(singles)).resolved().model_dump(mode="json")
    shutil.rmtree(tmp_path / "mine")
    monkeypatch.setattr("harness.datasets.folder.folder.take_inventory", None)
    again = Folder.model_validate(kept)
    assert again == folder
    assert digest(again) == digest(folder)
    assert again.text_alphabet() == "0123456789"
    assert (again.text_length(), again.blank(), again.image_shape()) == (4, None, (24, 50, 1))
    again.check_counts(30, 0, 10)
    with pytest.raises(ValueError, match="40 labelled images"):
        again.check_counts(30, 1, 10)
    assert SideBySide.model_validate(single).image_shape() == (24, 240, 1)


@pytest.mark.parametrize("what", ["more", "fewer", "another picture", "another label", "gone"])
def test_a_folder_that_has_changed_is_refused_where_it_is_drawn(what, tmp_path):
    mine, first = fill(tmp_path / "mine"), f"{DIGITS[1]}_0001.png"
    steps = planned(mine)
    match what:
        case "more":
            draw("4821", 77).save(mine / "4821_x.png")
        case "fewer":
            (mine / first).unlink()
        case "another picture":
            draw(DIGITS[1], 78).save(mine / first)
        case "another label":
            (mine / first).rename(mine / "1111_0001.png")
        case "gone":
            shutil.rmtree(mine)
    with pytest.raises(HarnessError, match=r"mine") as raised:
        drawn(steps, tmp_path / "home")
    assert "\n" not in str(raised.value)
    assert "run was asked for" in str(raised.value)
    assert str(raised.value).count("run its sweep again") == (what != "gone")


def test_a_file_that_changes_while_it_is_drawn_is_noticed(tmp_path):
    folder = Folder(path=str(fill(tmp_path))).resolved()
    pictures = folder.unchanged().pictures
    draw(DIGITS[1], 78).save(pictures[0].file)
    with pytest.raises(HarnessError, match="has changed since"):
        folder.opened(pictures)


def test_what_is_no_part_of_the_captchas_changes_nothing(tmp_path):
    mine = fill(tmp_path / "mine")
    folder = Folder(path=str(mine)).resolved()
    (mine / "notes.txt").write_text("x")
    (mine / "._x.png").write_text("x")
    (mine / "broken.png").write_text("x")
    assert folder.unchanged().contents == folder.contents
    shutil.copytree(mine, tmp_path / "elsewhere")
    moved = Folder(path=str(tmp_path / "elsewhere")).resolved()
    assert moved.contents == folder.contents
    kept = set(Folder.model_fields) - Folder.undigested
    assert moved.model_dump(include=kept) == folder.model_dump(include=kept)
    with pytest.raises(ValueError, match="other pictures or labels"):
        Folder(path=str(mine), contents="0" * 20).resolved()


def test_files_are_read_once_for_all_folds_and_listed_once_for_each_split(tmp_path, monkeypatch):
    from harness.datasets.folder import fingerprints

    read = []
    inner = fingerprints.content
    monkeypatch.setattr(fingerprints, "content", lambda file: read.append(file) or inner(file))
    fill(tmp_path / "mine")
    folders = [Folder(path=str(tmp_path / "mine"), fold=(n, 5)).resolved() for n in range(1, 6)]
    assert len(read) == 40
    split(folders[0], 28, 4, 8)
    assert len(read) == 80


def test_work_grows_with_the_number_of_files_and_no_faster(tmp_path, monkeypatch):
    """Calls that walk all labels: as many for 200 pictures as for 50."""
    counts = {}
    for many in (50, 200):
        fill(tmp_path / str(many), [f"{n:04d}" for n in range(many)])
        calls = []
        for name in ("list_files", "duplicate_groups"):
            inner = getattr(__import__("harness.datasets.folder.inventory", fromlist=[name]), name)

            def counting(*args, inner=inner, calls=calls):
                calls.append(1)
                return inner(*args)

            monkeypatch.setattr(f"harness.datasets.folder.inventory.{name}", counting)
        split(Folder(path=str(tmp_path / str(many))).resolved(), many - 20, 10, 10)
        counts[many] = len(calls)
        monkeypatch.undo()
    assert counts[50] == counts[200] <= 6


EXPORT = """
name = "out"
epsilons = [0.0]
[datasets.sums]
generator = "image_captcha"
alphabet = "0123456789+-=/\u00fc"
length = [2, 3]
width = 90
height = 40
font_sizes = [28]
train = 30
validation = 10
test = 40
[breakers.b]
dataset = "sums"
architecture = "simple_cnn"
"""


def test_folder_reads_what_export_has_written(tmp_path):
    artifacts = drawn(plan(sweepfile.parse(EXPORT)).steps, tmp_path / "home")
    assert export(artifacts["test"], tmp_path / "out", None, no_progress) == 40
    folder = Folder(path=str(tmp_path / "out")).resolved()
    with (tmp_path / "out" / "labels.csv").open(newline="", encoding="utf-8") as lines:
        known = {row["file"]: row["label"] for row in csv.DictReader(lines)}
    assert {p.name: p.label for p in folder.unchanged().pictures} == known
    assert set(folder.text_alphabet()) == set("".join(known.values()))
    assert folder.text_length() == 3
    assert folder.warnings() == ()
    chosen = folder.choose(Choice("test", 0, 40, 0, None))
    images = np.load(artifacts["test"].path / "images.npy")
    for file, image in zip(chosen.files, chosen.images, strict=True):
        assert np.array_equal(image, images[int(file.removesuffix(".png").split("_")[1])])


def test_export_wants_a_new_folder(tmp_path):
    artifacts = drawn(plan(sweepfile.parse(EXPORT)).steps, tmp_path / "home")
    out = tmp_path / "out"
    out.mkdir()
    export(artifacts["train"], out, 3, no_progress)
    with pytest.raises(SpecError, match="not empty; name a new folder"):
        export(artifacts["test"], out, None, no_progress)
    assert len(list(out.iterdir())) == 4
    with pytest.raises(SpecError, match="is a file"):
        save(out / "labels.csv", [], ".png")


def test_each_split_goes_into_a_folder_of_its_own(tmp_path):
    (tmp_path / "out.toml").write_text(EXPORT)
    home, out = tmp_path / "home", tmp_path / "out"
    done = command("data", "export", tmp_path / "out.toml", "sums", out, "--split", "all", "-q",
                   home=home, check=0)  # fmt: skip
    assert "40 captchas as .png files in" in done.stdout + done.stderr
    assert {f.name: len(list(f.glob("*.png"))) for f in out.iterdir()} == {
        "train": 30, "validation": 10, "test": 40,
    }  # fmt: skip
    again = command("data", "export", tmp_path / "out.toml", "sums", out, "-q", home=home)
    assert again.returncode == 2
    assert "is not empty; name a new folder" in again.stderr
    assert len(again.stderr.strip().splitlines()) == 1
