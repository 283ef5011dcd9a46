"""The messages on stderr, in one form, and the exit code that the command line ends with.

An error is one line that begins with the program's name, or one for each mistake of a file. A
defect of the project keeps its traceback. Once this is imported, Ctrl-C ends with
one line too, while the rest is imported.
"""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NoReturn

NAME = "captcha-harness"
STOPPED = "interrupted; what is done stays done, and the same command goes on from there"
LACKING, INTERRUPTED, READER_GONE = 3, 130, 141  # the last two: 128 and the number of the signal


class UnwrittenError(Exception):
    """Stdout cannot be written; the cause is the error of the system."""


class Outlet(io.TextIOWrapper):
    """Stdout whose failures can be told from those of all other files."""

    def write(self, text: str, /) -> int:
        """See io.TextIOWrapper."""
        try:
            return super().write(text)
        except OSError as error:
            raise UnwrittenError from error

    def flush(self) -> None:
        """See io.TextIOWrapper."""
        try:
            super().flush()
        except OSError as error:
            raise UnwrittenError from error


def tell(*lines: str) -> None:
    """Write lines to stderr, if it can be written."""
    with contextlib.suppress(OSError, ValueError):
        for line in lines:
            sys.stderr.write(f"{NAME}: {line}\n")
        sys.stderr.flush()


def prepare() -> None:
    """Open the standard streams that are closed.

    A closed one would give its number to the next file that is opened, a store's perhaps. Writing
    to a stdout that was closed fails, as it should.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free
    sys.stdin = sys.stdin or os.fdopen(0, closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False, errors="backslashreplace")
    if sys.stdout is None:
        sys.stdout = Outlet(os.fdopen(1, "wb", closefd=False))
    elif type(sys.stdout) is io.TextIOWrapper:  # not a stream of a test
        old = sys.stdout
        sys.stdout = Outlet(
            old.buffer, old.encoding, "backslashreplace", line_buffering=old.line_buffering
        )


def ended(command: Callable[[], object]) -> int:
    """Run a command to its end.

    Args:
        command: gives an exit code, or anything else for 0.

    Returns:
        The exit code: that of the command or of its error; 2 for wrong use; 3 if stdout cannot be
        written; 130 for Ctrl-C; 141 if nobody reads on.
    """
    import typer

    from harness.errors import HarnessError

    code: object
    try:
        code = command()
    except HarnessError as error:
        tell(*error.lines())
        code = error.exit_code
    except _usage_errors() as error:
        tell(*_wrong_use(error))
        code = error.exit_code
    except typer.Abort as error:
        if isinstance(error.__cause__, EOFError):  # typer takes each for a person's Ctrl-D
            raise error.__cause__ from None
        code = INTERRUPTED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except MemoryError as error:
        tell(f"not enough memory ({error or 'none left'}); what is done stays done")
        code = LACKING
    except UnwrittenError as error:
        code = _unwritten(error.__cause__)
    except SystemExit as error:
        code = error.code
    if code == INTERRUPTED:
        tell(STOPPED)
    return _flushed(code if isinstance(code, int) else 0)


def leave(code: int) -> NoReturn:
    """End this process with an exit code.

    After Ctrl-C it ends at once: where that came while a string was executed (dataclasses do so as
    they are imported), Python would end by the signal, whatever code it is given.
    """
    if code == INTERRUPTED:
        os._exit(code)
    sys.exit(code)


def _usage_errors() -> Any:
    """Find the base of what typer raises for wrong use: it has no public name."""
    import typer

    return next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")


def _wrong_use(error: Any) -> Iterator[str]:
    """Write wrong use in a line; nothing where the help was shown instead."""
    from harness.errors import folded

    if type(error).__name__ == "NoArgsIsHelpError":
        return
    text = folded(error.format_message()).rstrip(".").replace(". Did", "; did")
    command = error.ctx.command_path if getattr(error, "ctx", None) else NAME
    between = "" if text.endswith("?") else ";"
    yield f"{text[:1].lower()}{text[1:]}{between} `{command} --help` lists what can be given"


def _unwritten(error: BaseException | None) -> int:
    """Write why stdout cannot be written, unless its reader has gone, as in `| head`."""
    if isinstance(error, BrokenPipeError):
        return READER_GONE
    reason = error.strerror if isinstance(error, OSError) else error
    tell(f"cannot write to standard output ({reason}); what is done stays done")
    return LACKING


def _flushed(code: int) -> int:
    """Write what stdout still holds, and give the exit code, another one if that fails."""
    try:
        sys.stdout.flush()
    except UnwrittenError as error:
        code = code or _unwritten(error.__cause__)
        with contextlib.suppress(OSError):  # so that Python does not try it once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _unhandled(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End with one line on Ctrl-C while modules are imported; else as Python does."""
    if issubclass(kind, KeyboardInterrupt):
        tell(STOPPED)
        os._exit(INTERRUPTED)
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _unhandled
