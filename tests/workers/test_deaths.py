"""What happens when something dies: each line of the table in docs/operations.md is a test here."""

import fcntl
import os
import pty
import random
import socket
import subprocess
import termios
import time

import pytest
from console import spawn_command
from quick_steps import STEPS, TEXT
from tiny import TIMED, tables
from upped import Upped, alive, processes, wait

from commands.report import write_report
from harness.measurements.catalog import functions
from harness.runs.creation import start_text
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from workers import broker

MANY = TEXT.format(repeats=list(range(6)))  # 20 steps
MOST = TEXT.format(repeats=list(range(20)))  # 62 steps
FEW = TEXT.format(repeats=[0])  # 5 steps


@pytest.fixture
def upped(tmp_path):
    """`up` with one worker, stopped at the end."""
    up = Upped(tmp_path / "home", "--no-beat")
    up.start()
    yield up
    up.stop()
    assert not broker.answers(up.home), "Redis outlives `up`"


def behave(up, how):
    """Say what a training does."""
    (up.home / "behavior").write_text(how)


def at_work(up, run):
    """Wait until a worker is at a training."""
    wait(lambda: any("begin train" in line for line in log_of(up, run)), 60, up.log)


def log_of(up, run):
    return (up.home / "runs" / run / "log.txt").read_text().splitlines()


def finished_once(up, run):
    """Whether no step of a run was finished twice."""
    done = [
        line.split(" done ")[1].rsplit(" in ")[0] for line in log_of(up, run) if " done " in line
    ]
    return len(done) == len(set(done))


def own_terminal():
    """Let the terminal that is the input be that of this session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("what", ["child", "worker"])
def test_a_step_is_given_out_again_when_its_worker_is_killed(upped, what):
    behave(upped, "sleep 5")
    run = upped.enqueue(FEW)
    at_work(upped, run)
    upped.kill(what)
    killed = time.time()
    behave(upped, "sleep 0.1")
    wait(lambda: sum("begin train" in line for line in log_of(upped, run)) > 1, 30, upped.log)
    assert time.time() - killed < 30
    upped.wait_for(run, "done")
    assert finished_once(upped, run)
    if what == "worker":
        assert "worker 1 was killed by SIGKILL; it is started again in 1 s" in upped.log.read_text()


def test_redis_is_started_again_and_the_run_goes_on(upped):
    behave(upped, "sleep 0.5")
    run = upped.enqueue(MANY)
    at_work(upped, run)
    upped.kill("redis")
    upped.wait_for(run, "done")
    assert "Redis was killed by SIGKILL; it is started again" in upped.log.read_text()
    assert finished_once(upped, run)


def test_the_clock_is_started_again_and_no_step_is_cut_short(tmp_path):
    up = Upped(tmp_path / "home").start()
    try:
        behave(up, "sleep 6")
        run = up.enqueue(FEW)
        at_work(up, run)
        up.kill("beat")
        up.wait_for(run, "done")
        assert sum("begin train" in line for line in log_of(up, run)) == 1
        wait(lambda: up.all().get("beat"), 30, up.log)
    finally:
        up.stop()


def test_nothing_outlives_a_killed_up_and_the_next_one_goes_on(upped):
    behave(upped, "sleep 5")
    run = upped.enqueue(FEW)
    at_work(upped, run)
    everything = [number for numbers in upped.all().values() for number in numbers]
    assert {"redis", "worker", "child"} <= set(upped.all())
    upped.kill("up")
    upped.process.wait()
    wait(lambda: not alive(everything), 10)
    assert upped.status(run)["at_work"] == []
    behave(upped, "sleep 0.1")
    upped.start()
    upped.wait_for(run, "done")
    assert finished_once(upped, run)


def test_everything_ends_when_the_terminal_is_closed(tmp_path):
    up = Upped(tmp_path / "home", "--no-beat")
    terminal, inside = pty.openpty()
    up.start(
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        preexec_fn=own_terminal,
    )
    os.close(inside)
    everything = [number for numbers in up.all().values() for number in numbers]
    os.close(terminal)
    assert up.process.wait(60) == 0
    wait(lambda: not alive(everything), 10)


def test_another_folder_of_temporary_files_leads_to_the_same_queue(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    up = Upped(tmp_path / "home", "--no-beat", TMPDIR=str(tmp_path / "a")).start()
    try:
        file = up.home / "sweep.toml"
        file.write_text(FEW)
        spawn_command(
            "enqueue", file, "--wait", "--quiet", home=up.home, check=0, TMPDIR=str(tmp_path / "b")
        )
    finally:
        up.stop()


@pytest.mark.parametrize("how", ["die", "exit"])
def test_a_step_that_ends_its_process_is_failed_and_the_rest_is_done(upped, how):
    behave(upped, how)
    run = upped.enqueue(FEW)
    status = upped.wait_for(run, "failed", seconds=90)
    (failed,) = [note for note in status["failures"] if note["status"] == "failed"]
    begun = sum("begin train" in line for line in log_of(upped, run))
    if how == "die":
        assert "killed 3 times" in failed["reason"]
        assert begun == 3
    else:
        assert "end of its process" in failed["reason"]
        assert begun == 1
    assert (status["done"], status["skipped"]) == (2, 2)
    assert status["report"]
    behave(upped, "sleep 0")
    spawn_command("resume", run, "--wait", "--quiet", home=upped.home, check=0)


def test_a_step_that_hangs_is_ended_at_its_limit(tmp_path):
    limits = "step_limit_least = step_limit_factor = step_limit_of_unknown = 3\n"
    up = Upped(tmp_path / "home", "--no-beat", settings=limits).start()
    try:
        behave(up, "hang")
        run = up.enqueue(FEW)
        status = up.wait_for(run, "failed", seconds=120)
        assert any("longer than its limit" in note["reason"] for note in status["failures"])
        assert (status["done"], status["failed"], status["skipped"]) == (2, 1, 2)
    finally:
        up.stop()


def test_a_step_at_work_is_stopped_within_ten_seconds_of_cancel(upped):
    behave(upped, "hang")
    run = upped.enqueue(FEW)
    at_work(upped, run)
    spawn_command("cancel", run, home=upped.home, check=0)
    canceled = time.monotonic()
    wait(lambda: upped.status(run)["at_work"] == [], 10, upped.log)
    assert time.monotonic() - canceled < 10
    status = upped.wait_for(run, "canceled")
    wait(lambda: not (upped.home / "runs" / run / "running").exists(), 60, upped.log)
    assert status["failed"] == 0
    behave(upped, "sleep 0")
    spawn_command("resume", run, "--wait", "--quiet", home=upped.home, check=0)


def test_no_step_waits_for_a_slow_one_that_it_does_not_need(tmp_path):
    up = Upped(tmp_path / "home", "--no-beat", "--workers", "2").start()
    try:
        behave(up, "uneven 20")
        run = up.enqueue(TEXT.format(repeats=[0, 1]))
        up.wait_for(run, "done")
        events = [line.split(f"{run} ", 1)[1] for line in log_of(up, run)]
        slow = next(event.split()[2] for event in events if event.startswith("begin train"))
        other = "b-1" if slow == "b-0" else "b-0"
        ended = next(n for n, event in enumerate(events) if event.startswith(f"done train {slow}"))
        assert f"begin noise on {other}" in events[:ended]
    finally:
        up.stop()


def test_a_lost_message_is_sent_again(upped):
    """All that waits is thrown away, as a Redis does that has lost its memory."""
    import redis

    behave(upped, "sleep 2")
    run = upped.enqueue(MANY)
    at_work(upped, run)
    redis.Redis.from_url(broker.url(upped.home).replace("redis+socket://", "unix://")).flushall()
    behave(upped, "sleep 0")
    upped.wait_for(run, "done")
    assert finished_once(upped, run)


def test_a_redis_of_the_users_may_be_away_for_a_while(tmp_path, monkeypatch):
    """It comes back without its memory; the steps at work did not need it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [broker.server(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    monkeypatch.setenv(broker.VARIABLE, f"redis://127.0.0.1:{port}/0")
    redis = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    up = Upped(tmp_path / "home", "--no-beat").start()
    try:
        assert "redis" not in up.all()
        behave(up, "sleep 2")
        run = up.enqueue(MANY)
        at_work(up, run)
        redis.kill()
        redis.wait()
        time.sleep(8)
        behave(up, "sleep 0")
        redis = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
        up.wait_for(run, "done")
        assert finished_once(up, run)
        assert "reconciler: " in up.log.read_text()
    finally:
        up.stop()
        redis.kill()
        redis.wait()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The home of a run of the same steps in one process."""
    home = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CAPTCHA_HARNESS_HOME", str(home))
        for work, function in STEPS.items():
            patched.setitem(functions(), work, function)
        run = start_text(MOST, home)
        carry_out_all(run, Silence())
        write_report(run)
    return home


KILLS = int(os.environ.get("CAPTCHA_HARNESS_TEST_KILLS", "10"))


@pytest.mark.parametrize("seed", range(int(os.environ.get("CAPTCHA_HARNESS_TEST_SEEDS", "1"))))
def test_a_sweep_outlives_random_kills(tmp_path, seed, undisturbed):
    """Nothing but `up` itself is started by hand, and nothing is done twice."""
    up = Upped(tmp_path / "home", "--workers", "2").start()
    numbers = random.Random(seed)
    behave(up, "sleep 2")
    run = up.enqueue(MOST)
    killed = []
    try:
        while len(killed) < KILLS:
            time.sleep(numbers.uniform(1, 5))
            what = numbers.choice(["child", "worker", "beat", "redis", "up"])
            if up.kill(what):
                killed.append(what)
            if what == "up":
                up.process.wait()
                up.start()
        behave(up, "sleep 0")
        status = up.wait_for(run, "done", seconds=180)
        assert status["done"] == 62, killed
        assert finished_once(up, run), killed
        assert tables(up.home, TIMED) == tables(undisturbed, TIMED)
    finally:
        up.stop()
    assert not [n for numbers in processes(up.process.pid).values() for n in numbers]
