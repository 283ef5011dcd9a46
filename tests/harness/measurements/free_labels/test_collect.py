"""A site is asked: each captcha once, by the reader with the best record of its tries."""

import itertools

import numpy as np
import pytest
from coded import Knowing, coded

from harness.errors import SkippedError
from harness.measurements.free_labels.run import collect
from harness.measurements.free_labels.tries import (
    TRIES,
    Record,
    Tries,
    held_out,
    labelled_rows,
)
from harness.measurements.free_labels.work import Collect
from harness.measurements.training.work import BreakerRef
from harness.pipeline.context import StepContext
from harness.pipeline.store import Artifact
from harness.progress import no_progress

CAPTCHAS = 1000


def hardness(number):
    return number * 37 % 100


@pytest.fixture
def site(tmp_path):
    """A training split of 1,000 captchas, of each hundred one of each hardness."""
    labels = np.random.default_rng(5).integers(0, 10, (CAPTCHAS, 2)).astype(np.uint8)
    images = np.stack([coded(label, hardness(number)) for number, label in enumerate(labels)])
    np.save(tmp_path / "images.npy", images[..., None])
    np.save(tmp_path / "labels.npy", labels)
    return Artifact(tmp_path, "", {}, {}, {"alphabet": "0123456789", "blank": None})


def asked(site, folder, shares, before=(), first=0, tries=400, probes=50, missing=False):
    """Carry out a round; gives it as it lies on the disk, and the number of the chosen reader."""
    folder.mkdir()
    readers = tuple(
        BreakerRef(ready_made="knowing", options=Knowing(share=share, missing=missing))
        for share in shares
    )
    names = tuple(f"round{number}" for number in range(len(before)))
    work = Collect(
        readers=readers, train="t", first=first, tries=tries, probes=probes, before=names
    )
    inputs = {"t": site, **dict(zip(names, before, strict=True))}
    context = StepContext(folder, inputs, folder, {}, no_progress)
    collect(work, context)
    artifact = Artifact(folder, "", {}, {}, context.notes)
    return Tries.load(artifact), artifact


def test_a_reader_of_known_accuracy_gives_the_known_number_of_labels(site, tmp_path):
    tries, artifact = asked(site, tmp_path / "r", [75], first=100, tries=400)
    assert tries.rows.tolist() == list(range(100, 500)), "each captcha once, in order"
    assert tries.accepted.sum() == 300
    assert (tries.accepted == (hardness(tries.rows) < 75)).all()
    assert artifact.notes["chosen"] == 0
    assert tries.held_out.sum() == 30
    rows = labelled_rows([artifact])
    assert len(rows) == 270
    assert not set(rows) & set(tries.rows[tries.held_out])
    assert set(rows) < set(tries.rows[tries.accepted])


@pytest.mark.parametrize("shares", [[30, 80, 60], [80, 30, 60], [60, 30, 80]])
def test_the_best_reader_is_chosen_by_tries_that_are_spent(site, tmp_path, shares):
    tries, artifact = asked(site, tmp_path / "r", shares, tries=500, probes=80)
    best = shares.index(80)
    assert artifact.notes["chosen"] == best
    spent = np.bincount(tries.readers)
    assert spent.sum() == 500
    assert [spent[n] for n in range(3) if n != best] == [80, 80]
    assert len(set(tries.rows)) == 500, "no captcha is tried twice"
    right = hardness(tries.rows) < np.array(shares)[tries.readers]
    assert (tries.accepted == right).all(), "what probing readers were let in with counts too"


def test_a_record_of_earlier_rounds_is_not_asked_for_again(site, tmp_path):
    _first, before = asked(site, tmp_path / "one", [40, 60], tries=300)
    tries, artifact = asked(
        site, tmp_path / "two", [40, 60, 90], before=(before,), first=300, tries=300
    )
    assert np.bincount(tries.readers).tolist() == [0, 0, 300]
    assert artifact.notes["chosen"] == 2
    assert not tries.held_out.any(), "only the first round holds out"
    worse, artifact = asked(
        site, tmp_path / "three", [40, 60, 10], before=(before,), first=300, tries=300
    )
    assert artifact.notes["chosen"] == 1
    assert np.bincount(worse.readers).tolist() == [0, 250, 50]


def test_probing_takes_no_more_than_half_of_the_tries(site, tmp_path):
    tries, _artifact = asked(site, tmp_path / "r", [20, 90], tries=12, probes=50)
    assert len(tries.rows) == 12
    assert np.bincount(tries.readers).min() == 3


def test_the_same_work_gives_the_same_bytes(site, tmp_path):
    for name in ("one", "two"):
        asked(site, tmp_path / name, [20, 90])
    assert (tmp_path / "one" / TRIES).read_bytes() == (tmp_path / "two" / TRIES).read_bytes()


def test_a_reader_that_is_not_installed_skips_the_step(site, tmp_path):
    with pytest.raises(SkippedError, match="make extras"):
        asked(site, tmp_path / "r", [50], missing=True)


@pytest.mark.parametrize(
    ("tries", "accepted", "best"),
    [
        ([50, 50], [20, 30], 1),
        ([1000, 50], [410, 20], 0),
        ([0, 50], [0, 0], 1),
        ([50, 50], [25, 25], 1),
        ([10, 10, 10], [0, 0, 0], 2),
    ],
)
def test_the_best_of_a_record(tries, accepted, best):
    assert Record(np.array(tries), np.array(accepted)).best() == best


@pytest.mark.parametrize(("accepted", "share"), [*itertools.product([0, 9, 10, 255, 5000], [1, 3])])
def test_what_is_held_out(accepted, share):
    mask = np.zeros(accepted * share, bool)
    mask[::share] = True
    chosen = held_out(mask)
    assert not (chosen & ~mask).any()
    assert chosen.sum() == min(100, mask.sum() // 10)
