"""Whatever happens in a task, its run ends with the reason, and who waits for it hears of it."""

import contextlib
import json
import os

import pytest
from tiny import TINY

from commands.status import run_status
from harness.errors import HarnessError, RequirementError
from harness.runs.creation import start_text
from harness.runs.progress import Silence
from workers import broker, follow, presence, tasks


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run that has been enqueued, in a home whose queue answers; nothing is sent anywhere."""
    monkeypatch.setenv("CAPTCHA_HARNESS_HOME", str(tmp_path))
    monkeypatch.setattr(broker, "answers", lambda _home: True)
    monkeypatch.setattr(presence, "is_served", lambda _home: True)
    monkeypatch.setattr(follow, "LOOK_EVERY", 0.01)
    run = start_text(TINY, tmp_path)
    run.notes.begin()
    tasks._known.cache_clear()
    return run


def mark(run):
    """The mark that tasks of the present time carry."""
    return (run.folder / "running").read_text()


def raising(error):
    def task(*_args, **_options):
        raise error

    return task


@pytest.mark.parametrize(
    ("task", "called"),
    [("advance", "next_wave"), ("report", "write")],
)
@pytest.mark.parametrize(
    "error",
    [
        KeyError("deep inside"),
        ConnectionRefusedError(111, "the broker has gone"),
        HarnessError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_in_a_task_ends_its_run(run, monkeypatch, task, called, error):
    monkeypatch.setattr(tasks, called, raising(error))
    with pytest.raises(type(error)):
        getattr(tasks, task)(run.id, mark(run))
    assert not run.notes.is_running
    assert str(error).strip("'") in run.notes.end_reason()
    assert "Traceback" in (run.folder / tasks.ENDED_BY).read_text()
    status = run_status(run)
    assert (status.state, status.reason) == ("failed", run.notes.end_reason())
    with pytest.raises(HarnessError, match="ended before its report") as caught:
        follow.follow(run, Silence())
    assert "resume" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_step_that_cannot_even_begin_is_a_failure(run, monkeypatch):
    monkeypatch.setattr(tasks, "attempt", raising(RuntimeError("unexpected")))
    step = run.steps[0]
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    failure = run.failures()[step.digest]
    assert failure.reason == "RuntimeError: unexpected"
    assert "unexpected" in (run.folder / failure.traceback).read_text()
    assert tasks.carry_out(run.id, "f" * 20, mark(run)) == "failed"
    assert tasks.carry_out("nobody", step.digest, mark(run)) == "failed"


def test_what_the_environment_lacks_is_a_failure(run, monkeypatch):
    def lacking(*_):
        raise RequirementError("no room")

    monkeypatch.setattr("harness.runs.local_execution.carry_out", lacking)
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == "failed"
    assert run.failures()[run.steps[0].digest].reason == "no room"


def test_a_step_whose_process_ended_is_failed_and_the_rest_goes_on(run, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "next_wave", lambda run, _mark: sent.append(run.id) or "report")
    first, second = run.steps[:2]
    run.failure_notes.fail(second, "known")
    assert tasks.advance(run.id, mark(run), [first.digest, second.digest]) == "report"
    failures = run.failures()
    assert "its process ended" in failures[first.digest].reason
    assert failures[second.digest].reason == "known"
    assert sent == [run.id]


def test_the_next_run_forgets_how_the_last_one_ended(run):
    run.notes.end("because")
    assert run.notes.end_reason() == "because"
    run.notes.begin()
    assert run.notes.end_reason() == ""
    assert run_status(run).state == "running"
    run.notes.end()
    assert run_status(run).state == "unfinished"


def test_who_waits_gives_up_when_the_queue_has_gone(run, monkeypatch):
    monkeypatch.setattr(broker, "answers", lambda _home: False)
    monkeypatch.setattr(follow, "GIVE_UP", 0.05)
    with pytest.raises(HarnessError, match="the queue went away"):
        follow.follow(run, Silence())


def test_a_failed_step_is_not_called_done(run):
    ended = []

    class Screen(Silence):
        def end(self, label, _seconds, word="done"):
            ended.append((label, word))

    step = run.steps[0]
    run.failure_notes.fail(step, "why")
    run.notes.note_progress(step, 0.5, "")

    def answers(_home):
        run.notes.end()
        return True

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(broker, "answers", answers)
        follow.follow(run, Screen())
    assert ended == [(step.label, "failed")]


def test_a_worker_reads_a_run_once(run):
    first = tasks._run(run.id)
    assert tasks._run(run.id) is first
    plan = run.folder / "plan.json"
    plan.write_text(plan.read_text() + "\n")
    assert tasks._run(run.id) is not first


def test_a_queue_that_is_none_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv(broker.VARIABLE, "nonsense")
    with pytest.raises(RequirementError, match="names no Redis"):
        broker.answers(tmp_path)


def test_where_the_queue_is_stands_in_the_home(tmp_path, monkeypatch):
    """Not in TMPDIR, which `up` and `enqueue` may see differently, and others can write to."""
    monkeypatch.delenv(broker.VARIABLE, raising=False)
    assert not broker.answers(tmp_path)
    folder = tmp_path / ".captcha-harness"
    folder.mkdir()
    (folder / broker.QUEUE).write_text(json.dumps({"socket": "/somewhere/redis.sock"}))
    assert broker.url(tmp_path) == "redis+socket:///somewhere/redis.sock"
    (folder / broker.QUEUE).write_text("[]")
    assert "nobody-is-up" in broker.url(tmp_path)


def test_a_password_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv(broker.VARIABLE, "redis://someone:secret@127.0.0.1:1/0")
    with pytest.raises(RequirementError) as caught:
        follow.require_queue(tmp_path)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)


def test_a_wave_whose_failures_cannot_be_noted_ends_the_run(run, monkeypatch):
    """Else its steps would be given out again, and again."""
    monkeypatch.setattr(type(run.failure_notes), "fail", lambda *_: None)
    with pytest.raises(HarnessError, match="cannot be noted"):
        tasks.advance(run.id, mark(run), [run.steps[0].digest])
    assert not run.notes.is_running


def test_a_step_that_kills_its_process_is_not_given_out_for_ever(run, monkeypatch):
    step = run.steps[0]
    for number in range(1, tasks.MOST_ATTEMPTS + 1):
        # and the process is killed
        assert run.failure_notes.begin_attempt(step, os.getppid()) == number
    monkeypatch.setattr(tasks, "attempt", lambda *_: pytest.fail("tried once more"))
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert "was killed 3 times" in run.failures()[step.digest].reason
    run.failure_notes.forget()
    monkeypatch.setattr(tasks, "attempt", lambda *_: "done")
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "done"
    assert run.failure_notes.attempts(step, os.getppid()) == 0


def test_what_was_cut_short_with_another_worker_does_not_count(run):
    """`up` may be stopped in the middle of a long training, night after night."""
    step = run.steps[0]
    for worker in range(10):
        assert run.failure_notes.begin_attempt(step, worker) == 1


@pytest.mark.parametrize("reason", ["no font: caf\udce9.ttf", "two\nlines", "\x1b[31m", "é" * 3000])
def test_any_reason_can_be_noted(run, reason):
    step = run.steps[0]
    run.failure_notes.fail(step, reason, f"Traceback: {reason}")
    run.notes.log(f"failed: {reason}")
    assert run.failures()[step.digest].status == "failed"
    assert "Traceback" in (run.folder / run.failures()[step.digest].traceback).read_text()


def test_a_home_without_a_worker_is_told_from_one_that_is_served(tmp_path, monkeypatch):
    monkeypatch.setattr(presence, "_held", contextlib.ExitStack())
    assert not presence.is_served(tmp_path)
    presence.serve(tmp_path)
    assert presence.is_served(tmp_path)
    presence._held.close()
    assert not presence.is_served(tmp_path)
    assert list((tmp_path / ".captcha-harness" / "workers").iterdir()) == []


def test_who_waits_hears_that_nobody_works_here(run, monkeypatch):
    monkeypatch.setattr(presence, "is_served", lambda _home: False)
    monkeypatch.setattr(follow, "GIVE_UP", 0.05)
    with pytest.raises(HarnessError, match="no worker serves this home"):
        follow.follow(run, Silence())


def test_tasks_of_a_time_before_end_when_the_run_is_enqueued_again(run, monkeypatch):
    """Canceled and resumed while its steps are still in the queue: one chain goes on, not two."""
    before = mark(run)
    run.notes.cancel()
    run.notes.uncancel()
    run.notes.begin()
    for name in ("attempt", "next_wave"):
        monkeypatch.setattr(tasks, name, lambda *_: pytest.fail("a chain of before goes on"))
    step = run.steps[0]
    assert tasks.carry_out(run.id, step.digest, before) == tasks.SUPERSEDED
    assert tasks.advance(run.id, before, [step.digest]) == tasks.SUPERSEDED
    assert tasks.report(run.id, before) == tasks.SUPERSEDED
    assert run.failures() == {}
    assert run.notes.is_running
