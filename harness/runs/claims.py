"""Claims: which process carries out which step, since when, and how far it is.

    <home>/.captcha-harness/claims/<digest>.claim

A claim is a file that a process holds under a lock of the kernel while it carries out a step, and
removes when it lets go. A claim that nobody holds was left by a process that was killed at its
step. Whoever takes it is told so.
"""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.files.drafts import holding
from harness.options import Json
from harness.pipeline.store import Store

SUFFIX = ".claim"
SIZE = 8192  # bytes of a claim: written at once, so that readers see the old or the new one
TRIES, PAUSE = 5, 0.02  # who only looks holds the lock for a moment
LONGEST = 500  # characters of a label
REPORT = "report-"  # what claims on the report of a run begin with
Facts = Mapping[str, Json]


@dataclass
class Claim:
    """A claim that this process holds.

    Attributes:
        before: what the claim of a process that was killed at this step said; empty: none was.
    """

    before: Facts
    _handle: int
    _facts: Facts
    _last: float = field(default=0.0)

    def note(self, share: float, detail: str) -> None:
        """Record how far the step is.

        Args:
            share: what is done of it, 0 to 1.
            detail: what it does just now, for people.
        """
        content = {**self._facts, "share": round(share, 3), "word": detail[:200]}
        with contextlib.suppress(OSError):  # a full disk must not end the step
            os.pwrite(self._handle, json.dumps(content).encode().ljust(SIZE), 0)

    def note_progress(self, done: int, total: int, detail: str = "") -> None:
        """Record how far the step is, once a second at most; see harness.progress."""
        if time.monotonic() - self._last >= 1:
            self._last = time.monotonic()
            self.note(done / total if total else 0.0, detail)

    def forget(self) -> None:
        """Empty the claim: whoever takes it hears of no process that was killed."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, 0)


class Claims:
    """The claims of one home."""

    def __init__(self, store: Store) -> None:
        """Name the folder; no file is touched."""
        self.folder = store.drafts.folder / "claims"

    @contextlib.contextmanager
    def take(self, name: str, run: str, step: str) -> Iterator[Claim | None]:
        """Hold the claim on a step; None where another process has it.

        Args:
            name: digest of the step.
            run: id of the run that it is done for.
            step: its label.

        Raises:
            OSError: the home cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{name}{SUFFIX}"
        with contextlib.ExitStack() as stack:
            handle = stack.enter_context(holding(file))
            for _ in range(TRIES):
                if handle is not None:
                    break
                time.sleep(PAUSE)
                handle = stack.enter_context(holding(file))
            if handle is None:
                yield None
                return
            facts: Facts = {
                "digest": name,
                "step": step[:LONGEST],
                "run": run,
                "host": socket.gethostname(),
                "process": os.getpid(),
                "since": time.time(),
            }
            claim = Claim(_content(handle), handle, facts)
            claim.note(0.0, "")
            try:
                yield claim
            finally:
                file.unlink(missing_ok=True)

    def at_work(self, run: str | None = None) -> list[Facts]:
        """List the claims that are held, of one run or of all, the oldest first."""
        held = [facts for _file, facts, is_held in self._looked_at() if is_held and facts]
        mine = [facts for facts in held if run in (None, facts.get("run"))]
        return sorted(mine, key=lambda facts: float(facts.get("since", 0)))

    def abandoned(self) -> list[Facts]:
        """List what the claims say that nobody holds: of processes that were killed."""
        return [facts for _file, facts, is_held in self._looked_at() if not is_held and facts]

    def clear(self, keep: Container[object] = ()) -> None:
        """Remove the claims that nobody holds.

        Args:
            keep: ids of runs whose claims stay.

        Raises:
            OSError: the home cannot be written.
        """
        for file, facts, is_held in self._looked_at():
            if not is_held and facts.get("run") not in keep:
                with holding(file) as handle:
                    if handle is not None:
                        file.unlink(missing_ok=True)

    def _looked_at(self) -> Iterator[tuple[Path, Facts, bool]]:
        """Go through all claims: the file, what it says, and whether it is held."""
        for file in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                reading = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
            except OSError:  # let go meanwhile
                continue
            try:
                facts, is_held = _content(reading), not _is_free(reading)
                if os.fstat(reading).st_nlink:
                    yield file, facts, is_held
            finally:
                os.close(reading)


def report_name(run: str) -> str:
    """Name the claim on writing the report of a run."""
    return f"{REPORT}{run}"


def _is_free(handle: int) -> bool:
    """Tell whether nobody holds the lock of an open file; it is held for a moment itself."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(handle, fcntl.LOCK_UN)
    return True


def _content(handle: int) -> Facts:
    """Read what a claim says; empty where it says nothing."""
    try:
        content = json.loads(os.pread(handle, SIZE, 0))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
