"""A child process that draws one share of a data set, and its reports.

The child may run a function of the user's, which prints, warns, reads, forks, never returns or ends
its process. So it reports through a pipe that nothing else uses; its output is read as it comes,
and the last of it is kept; and nothing waits for a pipe to close, but for the process to end.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from harness.errors import HarnessError, RequirementError

PATIENCE = 600.0  # seconds in which at least one captcha must be drawn
KEPT = 16_000  # last bytes of output that an error shows
LAST_WORDS = 1.0  # seconds to read the pipes after the end; another process may hold them open
LOOK = 0.2  # seconds between two checks whether the process still runs
START = (
    "import json, sys; share = json.load(sys.stdin); sys.path[:] = share.pop('import_path'); "
    "from harness.datasets.drawing.shard import main; main(share)"
)
ENDS = {
    signal.SIGKILL: "was killed: is the memory full?",
    signal.SIGBUS: "found no room: is the disk full?",
}


class WorkerProcess:
    """Child process that draws its share of a data set.

    Attributes:
        drawn: number of captchas so far.
    """

    def __init__(self, share: Mapping[str, object]) -> None:
        """Start the process; its share is a harness.datasets.drawing.shard.Share without pipe."""
        self.drawn, self.output, self._news = 0, b"", b""
        self._message: dict[str, object] = {}
        self._heard = time.monotonic()
        self._pipe, theirs = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            [sys.executable, "-P", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs,),
            start_new_session=True,
        )
        os.close(theirs)
        # What can be imported here can be imported there, wherever the process stands.
        path = [str(Path(entry).absolute()) for entry in sys.path]
        if self._process.stdin:
            request = {**share, "import_path": path, "pipe": theirs, "parent": os.getpid()}
            content = json.dumps(request).encode()
            with contextlib.suppress(BrokenPipeError):  # it ended at once: `ended` says why
                self._process.stdin.write(content)
                self._process.stdin.close()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ended(self) -> bool:
        """Wait up to LOOK seconds; tell whether the share is drawn.

        Raises:
            HarnessError: it never will be; its message, else how the process ended.
        """
        self._listener.join(LOOK)
        if self._message.get("done"):  # whatever a thread of the function still does
            return True
        if self._listener.is_alive():
            if time.monotonic() - self._heard > PATIENCE:
                self.stop()
                raise HarnessError(
                    f"drew nothing for {PATIENCE / 60:.0f} minutes; does the function wait for "
                    "something?",
                    self.output.decode(errors="replace"),
                )
            return False
        raise self._failure()

    def _failure(self) -> HarnessError:
        """Build the error of a process that ended before its share was drawn."""
        output = self.output.decode(errors="replace")
        if "error" in self._message:
            kind = RequirementError if self._message.get("lacking") else HarnessError
            details = self._message.get("details", "")
            return kind(str(self._message["error"]), f"{details}\n{output}".strip())
        code = self._process.returncode
        if code is not None and code < 0:
            number = signal.Signals(-code)
            if number in ENDS:
                return RequirementError(f"a drawing process {ENDS[number]}", output)
            return HarnessError(f"a drawing process was ended by {number.name}", output)
        last = output.strip().splitlines()[-1:] or ["it said nothing"]
        return HarnessError(f"a drawing process ended with exit code {code}: {last[0]}", output)

    def _listen(self) -> None:
        """Read reports and output until the process has ended, whoever holds its pipes then."""
        stdout = self._process.stdout.fileno() if self._process.stdout else self._pipe
        with selectors.DefaultSelector() as selector:
            for pipe in {self._pipe, stdout}:
                os.set_blocking(pipe, False)
                selector.register(pipe, selectors.EVENT_READ)
            until = None  # what is in the pipes when the process ends is still taken in
            while until is None or time.monotonic() < until:
                events = selector.select(LOOK if until is None else 0)
                for key, _mask in events:
                    self._take(selector, key.fd)
                if until is not None and not events:
                    break
                if until is None and self._process.poll() is not None:
                    until = time.monotonic() + LAST_WORDS

    def _take(self, selector: selectors.BaseSelector, pipe: int) -> None:
        try:
            content = os.read(pipe, 65_536)
        except BlockingIOError:
            return
        if not content:
            selector.unregister(pipe)
        elif pipe == self._pipe:
            self._hear(content)
        else:
            self.output = (self.output + content)[-KEPT:]

    def _hear(self, content: bytes) -> None:
        """Read reports, a line of JSON each."""
        self._heard = time.monotonic()
        *lines, self._news = (self._news + content).split(b"\n")
        for line in lines:
            message = json.loads(line)
            self.drawn = message.pop("drawn", self.drawn)
            self._message |= message

    def stop(self) -> None:
        """Kill the process and those that it has started, and close the pipes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._listener.join()
        if self._process.stdout and not self._process.stdout.closed:
            self._process.stdout.close()
            os.close(self._pipe)
