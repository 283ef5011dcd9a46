"""Tells which homes have a worker: each worker process holds a lock, and the kernel frees it."""

import contextlib
import os
import uuid
from pathlib import Path

from harness.files.drafts import holding
from harness.pipeline.store import Store

_held = contextlib.ExitStack()  # for as long as the process lives


def _folder(home: Path) -> Path:
    """Give the folder of the locks of a home."""
    return Store(home).drafts.folder / "workers"


def serve(home: Path) -> None:
    """Hold a lock that shows that this process carries out the steps of a home, while it lives."""
    with contextlib.suppress(OSError):  # raised again where something is written
        Store(home).drafts.prepare()
        _folder(home).mkdir(exist_ok=True)
        # Another process may take a lock for a dead one's before it is held.
        while _held.enter_context(holding(_folder(home) / f"{uuid.uuid4().hex}.lock")) is None:
            continue


def is_served(home: Path) -> bool:
    """Tell whether a process carries out the steps of a home; locks of dead ones are removed."""
    served = False
    for lock in _folder(home).glob("*.lock"):
        with contextlib.suppress(OSError), holding(lock) as handle:
            if handle is None:
                served = True
            elif os.path.samestat(os.fstat(handle), lock.stat()):
                lock.unlink()
    return served
