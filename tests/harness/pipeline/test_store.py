"""The store under kill, corruption and company."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from console import ROOT

from harness.errors import RequirementError
from harness.pipeline.manifest import MANIFEST
from harness.pipeline.store import Store

WRITER = """
import sys, time
from pathlib import Path
from harness.pipeline.store import Store
store = Store(Path(sys.argv[1]))
for number in range(10_000):
    with store.writing("curves", f"{number:020d}", {"n": number}, {}) as (folder, notes):
        (folder / "data.bin").write_bytes(bytes([number % 256]) * 50_000)
        notes["seconds"] = 0
    print(number, flush=True)
"""


def write(store, digest="a" * 20, content=b"content", inputs=None):
    with store.writing("curves", digest, {"what": "test"}, inputs or {}) as (folder, notes):
        (folder / "data.bin").write_bytes(content)
        notes["seconds"] = 1.5


def left(home):
    """Drafts and their locks that are still there."""
    return list((home / ".captcha-harness" / "drafts").iterdir())


def test_what_is_written_is_found_again(tmp_path):
    write(Store(tmp_path), inputs={"b" * 20: "c"})
    found = Store(tmp_path).find("curves", "a" * 20)
    assert (found.path / "data.bin").read_bytes() == b"content"
    assert found.notes == {"seconds": 1.5}
    assert found.inputs == {"b" * 20: "c"}
    assert Store(tmp_path).find("curves", "b" * 20) is None
    assert Store(tmp_path).find("datasets", "a" * 20) is None


def test_notes_do_not_change_the_content(tmp_path):
    stores = [Store(tmp_path / name) for name in "ab"]
    for store, seconds in zip(stores, (1, 2), strict=True):
        with store.writing("curves", "a" * 20, {}, {}) as (folder, notes):
            (folder / "data.bin").write_bytes(b"same")
            notes["seconds"] = seconds
    first, second = (store.find("curves", "a" * 20) for store in stores)
    assert first.content == second.content
    assert first.notes != second.notes


def test_a_failing_writer_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ZeroDivisionError), store.writing("curves", "a" * 20, {}, {}) as (folder, _):
        (folder / "data.bin").write_bytes(b"half")
        raise ZeroDivisionError
    assert store.find("curves", "a" * 20) is None
    assert left(tmp_path) == []


@pytest.mark.parametrize("file", ["data.bin", "notes.json", MANIFEST])
@pytest.mark.parametrize("damage", ["flip", "truncate", "remove"])
def test_damage_is_noticed_and_cleared(tmp_path, file, damage):
    write(Store(tmp_path), content=bytes(1000))
    victim = tmp_path / "curves" / ("a" * 20) / file
    content = bytearray(victim.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 0x04
        victim.write_bytes(content)
    elif damage == "truncate":
        victim.write_bytes(content[:-2])
    else:
        victim.unlink()
    store = Store(tmp_path)
    assert store.find("curves", "a" * 20) is None
    write(store, content=b"again")
    assert (store.find("curves", "a" * 20).path / "data.bin").read_bytes() == b"again"


def test_damage_after_the_first_look_is_noticed_too(tmp_path):
    store = Store(tmp_path)
    write(store)
    assert store.find("curves", "a" * 20)
    victim = tmp_path / "curves" / ("a" * 20) / "data.bin"
    victim.write_bytes(b"c0ntent")
    os.utime(victim, ns=(0, time.time_ns() + 10**9))
    assert store.find("curves", "a" * 20) is None


def test_the_slower_of_two_writers_gives_way(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path)
    with first.writing("curves", "a" * 20, {}, {}) as (folder, _notes):
        (folder / "data.bin").write_bytes(b"slow")
        write(second, content=b"fast")
    found = first.find("curves", "a" * 20)
    assert (found.path / "data.bin").read_bytes() == b"fast"


def test_killed_at_any_moment(tmp_path):
    """Kill a busy writer many times: what it said is done is whole, nothing else is visible."""
    for trial in range(6):
        home = tmp_path / str(trial)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.013 * trial)
        writer.send_signal(signal.SIGKILL)
        said = 1 + len(writer.stdout.read().splitlines())
        writer.wait()
        writer.stdout.close()
        store = Store(home)
        store.prepare()
        for number in range(said):
            found = store.find("curves", f"{number:020d}")
            assert found, f"{number} was said to be done"
            assert (found.path / "data.bin").read_bytes() == bytes([number % 256]) * 50_000
        for folder in (home / "curves").iterdir():
            assert json.loads((folder / MANIFEST).read_text())["digest"] == folder.name
        assert left(home) == [], "leftovers of the dead stay behind"


def test_an_unwritable_home_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RequirementError, match="--home"):
        Store(tmp_path / "file" / "home").prepare()


def test_a_kind_may_lie_on_another_disk(tmp_path, monkeypatch):
    """A folder that is a link: a rename across disks is a copy beside, then a rename."""
    rename = Path.rename

    def other_disk(path, target):
        if path.parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", other_disk)
    store = Store(tmp_path)
    write(store)
    assert (store.find("curves", "a" * 20, read=True).path / "data.bin").read_bytes() == b"content"
    assert [path.name for path in (tmp_path / "curves").iterdir()] == ["a" * 20]
    assert left(tmp_path) == []
