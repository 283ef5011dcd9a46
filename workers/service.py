"""A service of `up`: a process that is started again, after growing pauses, when it has died."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a process is started again
SETTLED = 60.0  # seconds of life after which the pause is short again
ROOT = Path(__file__).parents[1]
BOUND = [sys.executable, "-I", "-S", str(Path(__file__).with_name("bound.py"))]


def say(text: str) -> None:
    """Write a line to stderr; the terminal may have been closed."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class Service:
    """One process, which ends with this one however this one ends.

    Attributes:
        name: what people call it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,
        log: Path | None = None,
        handles: Sequence[int] = (),
    ) -> None:
        """Describe the process; it is not started yet.

        Args:
            name: what people call it.
            command: whose first part is an absolute path.
            variables: its environment; None: that of this process.
            log: a file for what it prints; None: the terminal.
            handles: of open files that it gets.
        """
        self.name = name
        self._command, self._variables = list(command), variables
        self._log, self._handles = log, tuple(handles)
        self._process: subprocess.Popen[bytes] | None = None
        self._begun, self._pause, self._due = 0.0, FIRST_PAUSE, 0.0

    @property
    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process."""
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self._log.open("ab")) if self._log else None
            self._process = subprocess.Popen(  # noqa: S603 - fixed commands, no shell
                [*BOUND, str(os.getpid()), *self._command],
                cwd=ROOT,
                env=self._variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self._handles,
            )
        self._begun, self._due = time.monotonic(), 0.0

    def keep_up(self) -> bool:
        """Start the process again when it has died and its pause is over; tell whether it was."""
        if self.is_alive or self._process is None:
            return False
        now = time.monotonic()
        if not self._due:
            lived = now - self._begun
            self._pause = FIRST_PAUSE if lived > SETTLED else self._pause
            self._due = now + self._pause
            say(f"{self.name} {_ending(self._process)}; it is started again in {self._pause:g} s")
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self.kill()
        if now < self._due:
            return False
        self.start()
        return True

    def stop(self, asks: Sequence[signal.Signals], patience: float = 10.0) -> None:
        """Ask the process to end, then kill it and what it has started.

        Args:
            asks: signals, the last of which is given `patience` seconds and the others 2.
            patience: seconds.
        """
        process = self._process
        if process is None:
            return
        for ask in asks:
            if process.poll() is None:
                process.send_signal(ask)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience if ask == asks[-1] else 2.0)
        self.kill()
        process.wait()

    def kill(self) -> None:
        """Kill what is left of the process and of those that it has started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _ending(process: "subprocess.Popen[bytes]") -> str:
    """Describe how a process ended."""
    code = process.returncode
    if code is not None and code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
