"""What is urgent: the steps with the longest work behind them."""

from tiny import TINY

from harness.pipeline.runner import finished, unfinished
from harness.runs.creation import start_text
from harness.runs.frontier import Frontier
from harness.runs.urgency import LEVELS, kept_urgency, urgency_of

TWO = TINY.replace(
    "[attacks.fgsm]",
    """[breakers.large]
dataset = "digits"
architecture = "simple_cnn"
epochs = 200

[attacks.fgsm]""",
)


def steps_of(run):
    return {step.label: step for step in run.steps}


def test_the_longer_training_goes_first_and_nothing_before_what_it_needs(tmp_path):
    run = start_text(TWO, tmp_path)
    urgency, steps = urgency_of(run), steps_of(run)
    assert urgency.level(steps["train large"]) > urgency.level(steps["train small"])
    assert set(urgency.levels) == set(run.digests())
    assert set(urgency.levels.values()) <= set(range(LEVELS))
    for step in run.steps:
        for _kind, need in step.needs:
            assert urgency.level(run.step_names[need]) >= urgency.level(step)
    assert kept_urgency(run) == urgency
    assert urgency.seconds[steps["train large"].digest] > 0


def test_where_nothing_is_kept_nothing_is_urgent(tmp_path):
    run = start_text(TWO, tmp_path)
    assert {kept_urgency(run).level(step) for step in run.steps} == {0}
    (run.folder / "urgency.json").write_text("[]")
    assert kept_urgency(run).seconds == {}


def publish(run, step):
    contents = {name: run.store.find(kind, name).content for kind, name in step.needs}
    with run.store.writing(step.kind, step.digest, {}, contents) as (folder, notes):
        (folder / "data.bin").write_bytes(step.digest.encode())
        notes["seconds"] = 0.0


def test_steps_begin_as_their_inputs_come_and_all_are_done_in_the_end(tmp_path):
    """In any order: the frontier gives each step once, when all that it needs is there."""
    run = start_text(TWO, tmp_path)
    frontier = Frontier(run)
    waiting, done = frontier.ready(), []
    assert {step.label for step in waiting} == {s.label for s in run.steps if not s.needs}
    while waiting:
        step = waiting.pop(len(done) % len(waiting))
        assert {need for _kind, need in step.needs} <= set(done)
        assert not frontier.is_over()
        publish(run, step)
        done.append(step.digest)
        waiting += [new for new in frontier.begun_by(step) if new not in waiting]
        assert set(frontier.ready()) == set(waiting)
    assert sorted(done) == sorted(run.digests())
    assert frontier.is_over()


def test_what_is_behind_a_failed_step_is_skipped_with_the_reason(tmp_path):
    run = start_text(TWO, tmp_path)
    frontier, steps = Frontier(run), steps_of(run)
    run.failure_notes.fail(steps["train large"], "no")
    frontier.skip_behind(steps["train large"])
    failures = run.failures()
    skipped = {name for name, failure in failures.items() if failure.status == "skipped"}
    behind = {steps["train large"].digest}
    for step in run.steps:
        if any(need in behind for _kind, need in step.needs):
            behind.add(step.digest)
    assert skipped == behind - {steps["train large"].digest}
    assert failures[steps["read with large"].digest].reason == "needs: train large"


def test_what_is_unfinished_is_what_is_not_finished(tmp_path):
    """Also where an artifact is damaged, or its input has changed since."""
    run = start_text(TINY, tmp_path)
    for step in run.steps:
        publish(run, step)
    (run.store.path(run.steps[3].kind, run.steps[3].digest) / "data.bin").write_bytes(b"bad")
    first = run.steps[0]
    run.store.discard(first.kind, first.digest)
    with run.store.writing(first.kind, first.digest, {}, {}) as (folder, _notes):
        (folder / "data.bin").write_bytes(b"other")
    expected = [step for step in run.steps if finished(step, run.store) is None]
    assert unfinished(run.steps, run.store) == expected
    assert 0 < len(expected) < len(run.steps)
