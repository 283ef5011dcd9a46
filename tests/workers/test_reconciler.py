"""What got lost is given out again, once; the queue and the workers are pretended here."""

import pytest
from kombu.exceptions import OperationalError
from tiny import TINY

from harness.runs.creation import start_text
from workers import dispatch, reconciler
from workers.reconciler import Reconciler


@pytest.fixture
def run(tmp_path):
    """A run that has been enqueued."""
    run = start_text(TINY, tmp_path)
    run.notes.begin()
    return run


@pytest.fixture
def sent(monkeypatch):
    """What is given out, by digest or as `report`."""
    messages = []

    def send(name, *args, **_how):
        messages.append(name if name == "report" else args[1])

    monkeypatch.setattr(dispatch, "_send", send)
    monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 0)
    return messages


def first_steps(run):
    return sorted(step.digest for step in run.steps if not step.needs)


def looked(home, times=1):
    looker = Reconciler(home)
    looker.is_new_queue = False
    for _ in range(times):
        looker.look()
    return looker


def test_what_is_nobodys_at_two_looks_is_given_out(run, sent):
    looker = looked(run.home)
    assert sent == []
    looker.look()
    assert sorted(sent) == first_steps(run)
    looker.look()
    assert sorted(sent) == first_steps(run), "not again at once"


def test_a_new_queue_gets_all_at_once(run, sent):
    Reconciler(run.home).look()
    assert sorted(sent) == first_steps(run)


def test_nothing_is_lost_as_long_as_messages_wait(run, sent, monkeypatch):
    monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 3)
    looked(run.home, 3)
    assert sent == []


def test_a_step_at_work_is_not_given_out(run, sent):
    digest = first_steps(run)[0]
    with run.claims.take(digest, run.id, "at work"):
        looked(run.home, 3)
    assert sorted(sent) == first_steps(run)[1:]


def test_the_step_of_a_killed_process_is_given_out_though_messages_wait(run, sent, monkeypatch):
    monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 3)
    abandoned(run, first_steps(run)[0])
    looked(run.home, 2)
    assert sent == first_steps(run)[:1]
    assert len(run.claims.abandoned()) == 1, "who takes it counts the death"


def test_the_claims_of_an_ended_run_go(run, sent):
    abandoned(run, first_steps(run)[0])
    run.notes.end()
    looked(run.home)
    assert sent == run.claims.abandoned() == []


def test_a_run_that_is_canceled_or_over_gets_its_report(run, sent):
    run.notes.cancel()
    looked(run.home)
    assert sent == ["report"]
    run.notes.uncancel()
    for step in run.steps:
        run.failure_notes.fail(step, "no")
    looked(run.home)
    assert sent == ["report", "report"]


def test_a_postponed_step_waits_for_its_time(run, sent):
    step = next(step for step in run.steps if not step.needs)
    run.failure_notes.postpone(step, "no room", (60.0, 0.0))
    looked(run.home, 2)
    assert step.digest not in sent
    run.failure_notes.postpone(step, "no room", (60.0, 0.0))
    looked(run.home)
    assert step.digest in sent
    assert run.failure_notes.postpone(step, "no room", (60.0, 0.0)) is None


def test_a_look_that_fails_is_told_once_and_the_next_one_gives_all_out(run, sent, monkeypatch):
    lines = []
    monkeypatch.setattr(reconciler, "say", lines.append)

    class Stop:
        """Lets three looks be taken."""

        looks = 0

        def wait(self, _seconds):
            self.looks += 1
            if self.looks > 2:
                monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 0)
            return self.looks > 3

    def gone(_self):
        raise OperationalError("the queue is gone")

    monkeypatch.setattr(Reconciler, "_waiting", gone)
    Reconciler(run.home).go_on(Stop())
    assert len(lines) == 1
    assert sorted(sent) == first_steps(run)


def test_workers_that_take_no_message_are_noticed(run, sent, monkeypatch):
    monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 3)
    looker = looked(run.home, 2)
    assert not looker.is_ignored()
    monkeypatch.setattr(reconciler, "IGNORED", 0.0)
    with run.claims.take(first_steps(run)[0], run.id, "at work"):
        looker.look()
        assert not looker.is_ignored()
    looker.look()
    assert looker.is_ignored()
    assert not looker.is_ignored(), "it counts anew"
    monkeypatch.setattr(Reconciler, "_waiting", lambda _self: 0)
    looker.look()
    assert not looker.is_ignored()
    assert sent == []


def abandoned(run, digest):
    """Leave a claim behind, as a process does that is killed."""
    with run.claims.take(digest, run.id, "killed"):
        file = run.claims.folder / f"{digest}.claim"
        content = file.read_bytes()
    file.write_bytes(content)
