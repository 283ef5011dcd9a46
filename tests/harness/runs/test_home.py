"""A home that is looked at stays as it is; what is removed is ours; what is lost is said."""

import errno
import os
import subprocess
import sys
import time

import pytest
from console import ROOT, command

from harness.errors import RequirementError
from harness.files.atomic import append, is_full, replace, reserved
from harness.files.drafts import FORGOTTEN, Drafts, holding
from harness.pipeline import manifest
from harness.pipeline.store import Store

OWNERS = (
    "checkpoints/best_model.pt",
    "checkpoints/12000-steps.pt",
    f"checkpoints/{'a' * 20}.npz",
    "unfinished/2019-novel/chapter.txt",
    "unfinished/1984/chapter.txt",
    "unfinished/99999-0a1b2c3d/chapter.txt",
    "datasets/mine/images.npy",
    f"breakers/{'b' * 20}/weights.npz",
    "curves",
    ".captcha-harness/drafts/0123/kept.txt",
    ".captcha-harness/checkpoints/mine.npz",
)
SWEEP = """
name = "looked-at"
[datasets.d]
generator = "image_captcha"
length = 1
width = 40
height = 40
font_sizes = [20]
train = 4
test = 3
[breakers.b]
dataset = "d"
architecture = "simple_cnn"
"""


def write(store, digest="a" * 20, content=b"content"):
    with store.writing("breakers", digest, {}, {}) as (folder, notes):
        (folder / "data.bin").write_bytes(content)
        notes["seconds"] = 1.0


def everything(folder):
    """Name, time and size of all that lies below a folder."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
    }


@pytest.fixture
def owners(tmp_path):
    """A folder with files of its owner's that are called like ours, and old."""
    for name in OWNERS:
        file = tmp_path / "home" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine")
        os.utime(file, (0, 0))
    return tmp_path / "home"


def test_files_of_the_owner_stay(owners):
    before = everything(owners)
    store = Store(owners)
    assert store.find("breakers", "b" * 20) is None
    assert everything(owners) == before, "looking has changed something"
    store.prepare()
    write(store, digest="c" * 20)
    after = everything(owners)
    assert {name: after.get(name) for name in before if name in OWNERS} == {
        name: stamp for name, stamp in before.items() if name in OWNERS
    }


def test_what_is_in_the_way_of_an_artifact_is_kept_beside(owners):
    write(Store(owners), digest="b" * 20)
    kept = list((owners / ".captcha-harness" / "set-aside").glob("*/weights.npz"))
    assert [file.read_text() for file in kept] == ["mine"]


def test_a_link_is_not_followed(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    drafts = Drafts(home)
    drafts.prepare()
    other.mkdir()
    name = "f" * 32
    (other / f"{name}.lock").touch()
    (other / name).mkdir()
    (other / name / "mine.txt").write_text("mine")
    for folder in ("drafts", "checkpoints"):
        (drafts.folder / folder).rmdir()
        (drafts.folder / folder).symlink_to(other)
    before = everything(other)
    drafts.remove_abandoned()
    assert everything(other) == before


def test_without_its_mark_nothing_is_removed(tmp_path):
    drafts = Drafts(tmp_path)
    drafts.prepare()
    draft = tmp_path / ".captcha-harness" / "drafts" / ("e" * 32)
    draft.mkdir()
    draft.with_suffix(".lock").touch()
    (drafts.folder / "ABOUT").write_text("another folder, by chance of the same name")
    drafts.remove_abandoned()
    assert draft.is_dir()
    drafts.prepare()
    drafts.remove_abandoned()
    assert not draft.exists()


def test_a_checkpoint_is_forgotten_after_a_month(tmp_path):
    drafts = Drafts(tmp_path)
    drafts.prepare()
    old, new = (drafts.checkpoints / f"{digit * 20}.npz" for digit in "12")
    for file, age in ((old, FORGOTTEN + 10), (new, FORGOTTEN - 1000)):
        file.write_text("weights")
        os.utime(file, (time.time() - age,) * 2)
    drafts.remove_abandoned()
    assert not old.exists()
    assert new.exists()


def test_the_draft_of_a_living_process_stays_whoever_looks(tmp_path):
    """A lock, not a number: another container sees other numbers, and no such process."""
    code = (
        "import sys; from pathlib import Path; from harness.files.drafts import Drafts\n"
        "with Drafts(Path(sys.argv[1])).new() as draft:\n"
        "    print(draft, flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        draft = process.stdout.readline().strip()
        Store(tmp_path).prepare()
        assert os.path.isdir(draft)  # noqa: PTH112 - a name that another process has printed
        process.kill()
        process.wait()
        Store(tmp_path).prepare()
        assert not os.path.exists(draft)  # noqa: PTH110
    assert list((tmp_path / ".captcha-harness" / "drafts").iterdir()) == []


def test_a_lock_is_held_once(tmp_path):
    with holding(tmp_path / "lock") as first, holding(tmp_path / "lock") as second:
        assert first is not None
        assert second is None
    with holding(tmp_path / "lock") as third:
        assert third is not None


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE])
def test_a_file_that_cannot_be_read_now_is_no_damage(tmp_path, monkeypatch, number):
    write(Store(tmp_path))
    file = tmp_path / "breakers" / ("a" * 20) / "data.bin"
    os.utime(file, (0, 0))  # so that its bytes are looked at

    def refused(path):
        raise OSError(number, os.strerror(number), str(path))

    before = everything(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(manifest, "_sha256", refused)
        with pytest.raises(RequirementError, match=os.strerror(number)):
            Store(tmp_path).find("breakers", "a" * 20)
    assert everything(tmp_path) == before
    assert Store(tmp_path).find("breakers", "a" * 20)


def test_looking_does_not_read_the_data_again(tmp_path, monkeypatch):
    write(Store(tmp_path))
    monkeypatch.setattr(manifest, "_sha256", lambda file: pytest.fail(f"{file} was read"))
    assert Store(tmp_path).find("breakers", "a" * 20)


def test_an_input_is_read_whatever_its_time_says(tmp_path):
    write(Store(tmp_path))
    file = tmp_path / "breakers" / ("a" * 20) / "data.bin"
    stat = file.stat()
    file.write_bytes(b"c0ntent")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    store = Store(tmp_path)
    assert store.find("breakers", "a" * 20)
    assert store.find("breakers", "a" * 20, read=True) is None


def test_every_byte_of_a_manifest_counts(tmp_path):
    write(Store(tmp_path))
    file = tmp_path / "breakers" / ("a" * 20) / manifest.MANIFEST
    content = file.read_bytes()
    unnoticed = []
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        if Store(tmp_path).find("breakers", "a" * 20):
            unnoticed.append((place, content[place - 10 : place + 10]))
    assert not unnoticed


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"files": []}', "[]", '{"schema": 2}', "", "\xff"]
)
def test_a_strange_manifest_is_damage(tmp_path, text):
    write(Store(tmp_path))
    (tmp_path / "breakers" / ("a" * 20) / manifest.MANIFEST).write_text(text, "latin-1")
    assert Store(tmp_path).find("breakers", "a" * 20) is None


def test_commands_that_look_write_nothing(tmp_path):
    """plan and status of a home that is not there, and of one that was used."""
    sweep, home = tmp_path / "looked-at.toml", tmp_path / "home"
    sweep.write_text(SWEEP)
    command("plan", sweep, home=home, check=0)
    assert not home.exists()
    command("data", "export", sweep, "d", tmp_path / "out", "-q", home=home, check=0)
    run = next((home / "runs").glob("*/")).name
    before = everything(home)
    for words in (("plan", sweep), ("status",), ("status", run), ("compare", run, run)):
        command(*words, home=home, check=0)
    assert everything(home) == before


def test_a_full_disk_is_told_from_other_errors():
    assert is_full(OSError(errno.ENOSPC, "full"))
    assert is_full(OSError("400 requested and 12 written"))
    assert not is_full(OSError(errno.ECONNREFUSED, "refused"))


def test_room_is_taken_before_it_is_used(tmp_path, monkeypatch):
    array = reserved(tmp_path / "a.npy", "uint8", (1000, 1000))
    assert (tmp_path / "a.npy").stat().st_blocks * 512 >= array.nbytes

    def full(*_where):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    store = Store(tmp_path / "home")
    with (
        pytest.raises(RequirementError, match="No space left"),
        store.writing("curves", "a" * 20, {}, {}) as (folder, _notes),
    ):
        reserved(folder / "b.npy", "uint8", (10,))


def test_an_error_of_what_a_step_reads_is_not_taken_for_the_home(tmp_path):
    with (
        pytest.raises(ConnectionRefusedError),
        Store(tmp_path).writing("curves", "a" * 20, {}, {}),
    ):
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")


def test_a_file_is_replaced_as_a_whole(tmp_path):
    file = tmp_path / "note.json"
    replace(file, "first")
    stamp = file.stat().st_mtime_ns
    replace(file, "first")
    assert file.stat().st_mtime_ns == stamp
    replace(file, "second, é")
    assert file.read_text("utf-8") == "second, é"
    for number in range(3):
        append(tmp_path / "log.txt", f"line {number}")
    assert (tmp_path / "log.txt").read_text() == "line 0\nline 1\nline 2\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.txt", "note.json"]
