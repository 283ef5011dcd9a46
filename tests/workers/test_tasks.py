"""Whatever happens in a task, its run ends with the reason, and who waits for it hears of it."""

import contextlib
import json
import time

import pytest
from tiny import TINY

from commands.status import run_status
from harness.errors import HarnessError, PassingError, RequirementError
from harness.runs.creation import start_text
from harness.runs.progress import Silence
from workers import broker, dispatch, follow, limits, presence, tasks


@pytest.fixture
def sent(monkeypatch):
    """What is sent to the queue: the task, and its first arguments."""
    messages = []
    monkeypatch.setattr(
        dispatch, "_send", lambda name, *args, **_how: messages.append((name, *args[1:-1]))
    )
    return messages


@pytest.fixture
def run(tmp_path, monkeypatch, sent):
    """A run that has been enqueued, in a home whose queue answers; nothing is sent anywhere."""
    monkeypatch.setenv("CAPTCHA_HARNESS_HOME", str(tmp_path))
    monkeypatch.setattr(broker, "answers", lambda _home: True)
    monkeypatch.setattr(presence, "is_served", lambda _home: True)
    monkeypatch.setattr(follow, "LOOK_EVERY", 0.01)
    run = start_text(TINY, tmp_path)
    run.notes.begin()
    tasks._known.cache_clear()
    tasks._dispatch.cache_clear()
    assert sent == []
    return run


def mark(run):
    """The mark that tasks of the present time carry."""
    return (run.folder / "running").read_text()


def raising(error):
    def task(*_args, **_options):
        raise error

    return task


def test_what_the_environment_lacks_is_a_failure(run, monkeypatch):
    def lacking(*_):
        raise RequirementError("no room")

    monkeypatch.setattr("harness.runs.local_execution.carry_out", lacking)
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == "failed"
    assert run.failures()[run.steps[0].digest].reason == "no room"


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


@pytest.mark.parametrize(
    "error",
    [
        KeyError("deep inside"),
        ConnectionRefusedError(111, "the broker has gone"),
        HarnessError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_in_a_task_ends_its_run(run, monkeypatch, error):
    """Who waits for it hears of it, in one line."""
    run.notes.cancel()
    monkeypatch.setattr(tasks, "write", raising(error))
    with pytest.raises(type(error)):
        tasks.report(run.id, mark(run))
    assert not run.notes.is_running
    assert str(error).strip("'") in run.notes.end_reason()
    assert "Traceback" in (run.folder / tasks.ENDED_BY).read_text()
    run.notes.uncancel()
    status = run_status(run)
    assert (status.state, status.reason) == ("failed", run.notes.end_reason())
    with pytest.raises(HarnessError, match="ended before its report") as caught:
        follow.follow(run, Silence())
    assert "resume" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), SystemExit(3), KeyboardInterrupt()], ids=repr
)
def test_whatever_a_step_raises_is_a_failure(run, monkeypatch, error):
    monkeypatch.setattr(tasks, "attempt", raising(error))
    step = run.steps[0]
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert run.failures()[step.digest].status == "failed"
    assert run.claims.at_work() == run.claims.abandoned() == []
    assert tasks.carry_out(run.id, "f" * 20, mark(run)) == "failed"
    with pytest.raises(HarnessError):
        tasks.carry_out("nobody", step.digest, mark(run))


def test_failures_that_cannot_be_noted_end_the_run(run, monkeypatch):
    """Else its steps would be given out again, and again."""
    monkeypatch.setattr(tasks, "attempt", raising(RuntimeError("odd")))
    monkeypatch.setattr(type(run.failure_notes), "fail", lambda *_: None)
    with pytest.raises(HarnessError, match="cannot be noted"):
        tasks.carry_out(run.id, run.steps[0].digest, mark(run))
    assert not run.notes.is_running


def test_a_step_begins_when_its_own_inputs_are_there(run, sent, monkeypatch):
    """Not when the slowest of the steps has ended that began together with it."""
    done = pretend(monkeypatch)
    names = {step.label: step for step in run.steps}
    for label in ("draw digits train", "draw digits validation"):
        done(run, names[label])
    tasks.carry_out(run.id, names["draw digits validation"].digest, mark(run))
    begun = {args[0] for name, *args in sent}
    assert names["train small"].digest in begun
    assert all(
        need in done.digests
        for step in run.steps
        if step.digest in begun
        for _kind, need in step.needs
    )


def test_what_needs_a_failed_step_is_skipped_at_once_and_the_report_follows(run, sent, monkeypatch):
    monkeypatch.setattr(tasks, "attempt", failing)
    for step in [step for step in run.steps if not step.needs]:
        tasks.carry_out(run.id, step.digest, mark(run))
    failures = run.failures()
    assert len(failures) == len(run.steps)
    assert {failure.status for failure in failures.values()} == {"failed", "skipped"}
    skipped = [failure for failure in failures.values() if failure.status == "skipped"]
    assert all(failure.reason.startswith("needs: ") for failure in skipped)
    assert [name for name, *_args in sent] == ["report"]


def test_a_message_that_comes_twice_does_no_work_twice(run, monkeypatch):
    calls = []

    def at_work(run, step, *_):
        calls.append(step.digest)
        assert tasks.carry_out(run.id, step.digest, mark(run)) == tasks.ELSEWHERE
        assert [claim["step"] for claim in run.claims.at_work(run.id)] == [step.label]
        return failing(run, step)

    monkeypatch.setattr(tasks, "attempt", at_work)
    step = run.steps[0]
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert calls == [step.digest]


def test_a_step_whose_inputs_are_not_there_is_left_alone(run, sent):
    """A message of nobody; or an input has gone, which is done again first."""
    step = next(step for step in run.steps if step.needs)
    assert tasks.carry_out(run.id, step.digest, mark(run)) == tasks.TOO_EARLY
    assert run.failures() == {}
    assert sent == []


def test_a_store_that_cannot_be_read_now_ends_no_run(run, monkeypatch):
    monkeypatch.setattr(tasks, "finished", raising(PassingError("too many open files")))
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == tasks.POSTPONED
    assert run.notes.is_running
    assert run.failures() == {}
    assert "too many open files" in (run.folder / "log.txt").read_text()


def test_a_step_that_was_canceled_and_resumed_at_once_is_no_failure(run, monkeypatch):
    def at_work(run, *_):
        run.notes.cancel()
        try:
            time.sleep(30)
        finally:
            run.notes.uncancel()

    monkeypatch.setattr(tasks, "attempt", at_work)
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == tasks.CANCELED
    assert run.failures() == {}
    assert run.notes.is_running


def test_a_report_that_comes_too_early_gives_out_what_can_begin(run, sent):
    assert tasks.report(run.id, mark(run)) == "too early"
    assert run.notes.is_running
    assert {args[0] for name, *args in sent} == {s.digest for s in run.steps if not s.needs}


def test_a_step_whose_processes_are_killed_is_not_given_out_for_ever(run, monkeypatch):
    step = run.steps[0]
    monkeypatch.setattr(tasks, "attempt", lambda *_: pytest.fail("tried once more"))
    for _ in range(limits.MOST_DEATHS - 1):
        run.failure_notes.note_death(step.digest)
    abandon(run, step)
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert "was killed 3 times" in run.failures()[step.digest].reason
    run.failure_notes.forget()
    monkeypatch.setattr(tasks, "attempt", failing)
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert run.failure_notes.deaths(step.digest) == 0


def test_what_lacks_for_a_moment_is_tried_again_and_not_for_ever(run, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("harness.runs.local_execution.carry_out", full)
    step = run.steps[0]
    for pause in limits.PAUSES:
        assert tasks.carry_out(run.id, step.digest, mark(run)) == "postponed"
        assert run.failures() == {}
        assert 0 < run.failure_notes.postponed()[step.digest] <= pause
    assert tasks.carry_out(run.id, step.digest, mark(run)) == "failed"
    assert "not enough memory" in run.failures()[step.digest].reason
    assert "postponed by 5 s" in (run.folder / "log.txt").read_text()


def test_a_step_is_stopped_at_its_limit(run, monkeypatch):
    monkeypatch.setattr(tasks, "attempt", lambda *_: time.sleep(30))
    monkeypatch.setattr(tasks, "limit", lambda _expected: 0.5)
    begun = time.monotonic()
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == "failed"
    assert time.monotonic() - begun < 10
    assert "longer than its limit" in run.failures()[run.steps[0].digest].reason


def test_a_step_at_work_is_stopped_when_its_run_is_canceled(run, sent, monkeypatch):
    def at_work(run, *_):
        run.notes.cancel()
        time.sleep(30)

    monkeypatch.setattr(tasks, "attempt", at_work)
    begun = time.monotonic()
    assert tasks.carry_out(run.id, run.steps[0].digest, mark(run)) == tasks.CANCELED
    assert time.monotonic() - begun < 10
    assert run.failures() == {}
    assert [name for name, *_args in sent] == ["report"]
    tasks.report(run.id, mark(run))
    assert {failure.reason for failure in run.failures().values()} == {"canceled"}
    assert not run.notes.is_running


def test_tasks_of_a_time_before_end_when_the_run_is_enqueued_again(run, monkeypatch):
    """Canceled and resumed while its steps are still in the queue: one chain goes on, not two."""
    before = mark(run)
    run.notes.cancel()
    run.notes.uncancel()
    run.notes.begin()
    monkeypatch.setattr(tasks, "attempt", lambda *_: pytest.fail("a chain of before goes on"))
    step = run.steps[0]
    assert tasks.carry_out(run.id, step.digest, before) == tasks.SUPERSEDED
    assert tasks.report(run.id, before) == tasks.SUPERSEDED
    assert run.failures() == {}
    assert run.notes.is_running


def test_a_step_goes_on_with_the_time_that_its_run_was_enqueued_last(run, monkeypatch):
    """It was at work when the run was enqueued again, and is not done once more."""
    before = mark(run)

    def at_work(run, step, *_):
        run.notes.begin()
        return failing(run, step)

    monkeypatch.setattr(tasks, "attempt", at_work)
    marks = []
    monkeypatch.setattr(dispatch, "_send", lambda _name, *args, **_how: marks.append(args[-1]))
    for step in [step for step in run.steps if not step.needs]:
        tasks.carry_out(run.id, step.digest, mark(run))
    assert set(marks) == {mark(run)} != {before}


def test_a_failed_step_is_not_called_done(run, monkeypatch):
    ended = []

    class Screen(Silence):
        def end(self, label, _seconds, word="done"):
            ended.append((label, word))

    step = run.steps[0]
    run.failure_notes.fail(step, "why")

    def answers(_home):
        run.notes.end()
        return True

    monkeypatch.setattr(broker, "answers", answers)
    with run.claims.take(step.digest, run.id, step.label):
        follow.follow(run, Screen())
    assert ended == [(step.label, "failed")]


def failing(run, step, *_):
    """An attempt that fails."""
    run.failure_notes.fail(step, "no")
    return "failed"


def abandon(run, step):
    """Leave a claim behind, as a process does that is killed."""
    with run.claims.take(step.digest, run.id, step.label):
        file = run.claims.folder / f"{step.digest}.claim"
        content = file.read_bytes()
    file.write_bytes(content)


def pretend(monkeypatch):
    """Give a function that lets a step count as done; `digests` are those that do."""
    digests = set()

    class Pretended:
        content, inputs = "", {}

    def find(_step, _store):
        return Pretended() if _step.digest in digests else None

    for module in ("workers.tasks", "harness.runs.frontier", "harness.runs.run"):
        monkeypatch.setattr(f"{module}.finished", find)

    def done(_run, step):
        digests.add(step.digest)

    done.digests = digests
    return done
