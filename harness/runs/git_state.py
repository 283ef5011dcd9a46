"""The state of the git repository that a file lies in."""

import subprocess
from pathlib import Path

SECONDS = 5  # a repository on a slow disk must not hold up a run
DESCRIBE = ("describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+")


def commit_of(file: Path) -> str:
    """Tell the commit of a file's repository.

    Args:
        file: any file.

    Returns:
        The start of the commit's name, with "+" where something tracked is changed; empty where
        there is no repository, or no git.
    """
    command = ["git", "-C", str(file.absolute().parent), *DESCRIBE]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and a fixed command
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
