"""A folder for what libraries leave in the folder of temporary files when they are killed.

TensorFlow writes the code that it makes into temporary files, and removes them when it ends. Of a
process that was killed they would stay for ever: here they are in a folder with a lock in it, which
the kernel frees, and the next step removes the folders that nobody holds.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness.files.drafts import holding

PREFIX = "captcha-harness-scratch-"
LOCK = "lock"
SETTLED = 60.0  # seconds after which a folder that is in use is locked


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Let temporary files of this process lie in a folder of their own, which goes at the end."""
    before = tempfile.tempdir
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with holding(folder / LOCK):
            tempfile.tempdir = str(folder)
            yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders of processes that are gone, if they are this user's."""
    for left in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody holds it, or it is gone meanwhile
            facts = left.lstat()
            young = time.time() - facts.st_mtime < SETTLED
            ours = (left / LOCK).is_file() and facts.st_uid == os.getuid()
            if young or left.is_symlink() or not ours:
                continue
            with holding(left / LOCK) as handle:
                if handle is not None:
                    shutil.rmtree(left)
