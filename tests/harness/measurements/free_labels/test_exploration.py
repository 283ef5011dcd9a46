"""What no reader answers is tried: only where answers are refused, and not in vain for long."""

import numpy as np
import pytest
from coded import Knowing, coded

from harness.measurements.free_labels.exploration import IN_VAIN, Exploration
from harness.measurements.free_labels.run import collect
from harness.measurements.free_labels.tries import Record, Tries
from harness.measurements.free_labels.work import Collect
from harness.measurements.training.work import BreakerRef
from harness.pipeline.context import StepContext
from harness.pipeline.store import Artifact
from harness.progress import no_progress

TRIES = 1200


def asked(folder, labels, **reader):
    """Ask a site of 1,200 captchas with one reader; gives the tries."""
    images = np.stack([coded(label, number * 37 % 100) for number, label in enumerate(labels)])
    np.save(folder / "images.npy", images[..., None])
    np.save(folder / "labels.npy", labels)
    site = Artifact(folder, "", {}, {}, {"alphabet": "0123456789", "blank": None})
    readers = (BreakerRef(ready_made="knowing", options=Knowing(**reader)),)
    work = Collect(readers=readers, train="t", first=0, tries=TRIES, probes=50)
    collect(work, StepContext(folder, {"t": site}, folder, {}, no_progress))
    return Tries.load(site)


def drawn(classes, seed=5):
    return np.random.default_rng(seed).integers(0, classes, (TRIES, 2)).astype(np.uint8)


@pytest.mark.parametrize("share", [40, 75, 100])
def test_a_blind_spot_of_the_reader_gets_labels(tmp_path, share):
    labels = drawn(10)
    tries = asked(tmp_path, labels, share=share, blind=True)
    with_nine = (labels == 9).any(1)
    got = tries.accepted & with_nine
    assert got.sum() >= 10, "those that the reader alone would never have had"
    assert (got <= tries.explored).all()
    assert tries.explored.mean() < 0.25, "only some answers are changed"
    plain = (tries.rows * 37 % 100 < share) & ~with_nine
    assert tries.accepted.sum() >= 0.85 * plain.sum(), "and it costs few labels of the others"
    record = Record.of([tries], 1)
    assert record.tries[0] == (~tries.explored).sum(), "what was changed is not on its record"


def test_a_reader_without_a_blind_spot_is_left_alone(tmp_path):
    tries = asked(tmp_path, drawn(10), share=75)
    assert tries.explored.sum() <= 0.05 * TRIES
    assert tries.accepted.sum() >= 0.72 * TRIES


def test_a_character_that_no_captcha_has_is_soon_given_up(tmp_path):
    """9 is in the alphabet and in no captcha; who takes 0 for 8 is refused there."""
    labels = drawn(9)
    tries = asked(tmp_path, labels, share=75)
    assert tries.explored.sum() <= 2 * IN_VAIN


def test_nothing_is_tried_before_there_are_labels_to_compare():
    exploration = Exploration(np.zeros(10, np.int64))
    answers = drawn(9)[:100]
    for answer in answers:
        chosen, swap = exploration.answer(answer)
        assert swap is None
        assert (chosen == answer).all()
        exploration.learn(chosen, swap, False)
    assert exploration.scarce == []


def test_labels_by_hand_count():
    exploration = Exploration(np.full(10, 1000))
    for answer in drawn(9):
        _chosen, swap = exploration.answer(answer)
        exploration.learn(answer, swap, 8 not in answer)
    assert 8 in exploration.suspects
    assert exploration.swaps == {}, "nothing is scarce"
