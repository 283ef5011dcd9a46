"""What is made once for all tests, also where they run in several processes at once."""

import fcntl
import os


def once(factory, name, make):
    """Make a folder, unless another process of the same tests has made it or is making it.

    Args:
        factory: pytest's tmp_path_factory; the folder is gone with the rest that it gives.
        name: of the folder, and of its lock.
        make: fills the folder that it is handed.

    Returns:
        The folder, which nobody may change.
    """
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, ready = root / f"shared-{name}", root / f"shared-{name}.ready"
    with (root / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            ready.touch()
    return folder
