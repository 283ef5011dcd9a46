"""Binds a process to the one that started it: when that is killed, the kernel kills this one too.

Run as a program, it binds itself and becomes the command that follows: PARENT COMMAND [ARGUMENT]
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # Linux, sys/prctl.h


def bind(parent: int) -> None:
    """Let the kernel kill this process when its parent ends; elsewhere than on Linux, do nothing.

    Args:
        parent: its process id; where it has ended already, this process ends.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    bind(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell; the command is its parent's own
