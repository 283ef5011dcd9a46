"""Drafts: unfinished work below a home, each held by a lock that the kernel frees.

    <home>/.captcha-harness/ABOUT        the mark: only below it is anything ever removed
                            drafts/      one folder and one lock file for each unfinished artifact
                            checkpoints/ what trainings that were cut short go on from
                            set-aside/   damaged artifacts whose manifest does not say what they are

A lock, not a process number: numbers mean nothing in another container or on another machine, and
are given out again. The kernel frees a lock when its process ends, however it ends.
"""

import contextlib
import fcntl
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from harness.files.atomic import replace

ABOUT = """Unfinished work of captcha-harness: drafts, checkpoints of trainings, locks.
All of it may be deleted while no captcha-harness is running; finished work lies elsewhere.
"""
NAME = re.compile(r"[0-9a-f]{32}")
CHECKPOINT = re.compile(r"\.?[0-9a-f]{20}\.npz(-[0-9a-f]{8})?")
FORGOTTEN = 30 * 86_400  # seconds after which a training that was cut short begins anew


class Drafts:
    """The drafts and checkpoints of one home; making this object touches no file."""

    def __init__(self, home: Path) -> None:
        """Name the folders below a home."""
        self.folder = home / ".captcha-harness"
        self.checkpoints = self.folder / "checkpoints"
        self.set_aside = self.folder / "set-aside"
        self._drafts = self.folder / "drafts"

    def prepare(self) -> None:
        """Create the folders and the file ABOUT, their mark.

        Raises:
            OSError: the home cannot be written.
        """
        for folder in (self._drafts, self.checkpoints, self.set_aside):
            folder.mkdir(parents=True, exist_ok=True)
        replace(self.folder / "ABOUT", ABOUT)

    @contextlib.contextmanager
    def new(self) -> Iterator[Path]:
        """Create an empty folder, locked by this process and removed at the end of the `with`."""
        self.prepare()
        with contextlib.ExitStack() as stack:
            lock = self._drafts / f"{uuid.uuid4().hex}.lock"
            while stack.enter_context(holding(lock)) is None:  # a sweep came between
                lock = self._drafts / f"{uuid.uuid4().hex}.lock"
            draft = lock.with_suffix("")
            draft.mkdir()
            try:
                yield draft
            finally:
                shutil.rmtree(draft, ignore_errors=True)
                lock.unlink(missing_ok=True)

    def remove_abandoned(self) -> None:
        """Remove drafts whose process has ended, and checkpoints that are older than 30 days.

        Nothing is removed where the mark is missing, through a link, or by a name that is not of
        the form that this module gives.
        """
        if not self._marked():
            return
        for lock in _real(self._drafts, "*.lock"):
            if not NAME.fullmatch(lock.stem):
                continue
            with contextlib.suppress(OSError), holding(lock) as handle:
                if handle is not None:
                    _remove(lock.with_suffix(""))
                    lock.unlink(missing_ok=True)
        for file in _real(self.checkpoints, "*"):
            with contextlib.suppress(OSError):  # gone meanwhile
                if (
                    CHECKPOINT.fullmatch(file.name)
                    and file.is_file()
                    and not file.is_symlink()
                    and time.time() - file.stat().st_mtime > FORGOTTEN
                ):
                    file.unlink()

    def are_held(self) -> bool:
        """Tell whether a process is writing an artifact."""
        for lock in _real(self._drafts, "*.lock"):
            with contextlib.suppress(OSError), holding(lock) as handle:
                if handle is None:
                    return True
        return False

    def _marked(self) -> bool:
        try:
            return (
                not self.folder.is_symlink() and (self.folder / "ABOUT").read_text("utf-8") == ABOUT
            )
        except (OSError, UnicodeDecodeError):
            return False


def _real(folder: Path, pattern: str) -> list[Path]:
    """List the files of a folder by a pattern; none where the folder is a link to another."""
    return [] if folder.is_symlink() else sorted(folder.glob(pattern))


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def holding(lock: Path) -> Iterator[int | None]:
    """Hold a lock file, created if need be; gives its handle, None where another process has it.

    A child process that gets the handle keeps the lock held for as long as it lives.

    Raises:
        OSError: the file cannot be opened.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The file may have been removed by a process that held it before.
        held = lock.exists() and os.path.samestat(os.fstat(handle), lock.stat())
    except BlockingIOError:
        held = False
    try:
        yield handle if held else None
    finally:
        os.close(handle)
