"""The command line as tests call it: in this process, or in one of its own."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
CLI = [sys.executable, "-m", "commands.cli"]


@contextlib.contextmanager
def _surroundings(changes):
    """The root of the project as folder, and other environment variables, as a process has them."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        with contextlib.chdir(ROOT):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _checked(done, check):
    if check is not None:
        assert done.returncode == check, done.stderr
    return done


def command(*args, home: Path, check: int | None = None, **environment):
    """Run captcha-harness in this process: what it writes, and its exit code.

    A new process costs seconds of imports, which say nothing about most commands. What a process
    is needed for (signals, closed streams, the queue) is called with `spawn_command`.
    """
    from commands import cli, messages

    out, err = io.StringIO(), io.StringIO()
    with (
        _surroundings(environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        words = [*map(str, args), "--home", str(home)]
        code = messages.ended(
            lambda: cli.app(words, prog_name=messages.NAME, standalone_mode=False)
        )
    done = SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())
    return _checked(done, check)


def spawn_command(*args, home: Path, check: int | None = None, timeout: float = 300, **environment):
    """Run captcha-harness in a process of its own."""
    done = subprocess.run(
        [*CLI, *map(str, args), "--home", str(home)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=timeout,
        check=False,
    )
    return _checked(done, check)
