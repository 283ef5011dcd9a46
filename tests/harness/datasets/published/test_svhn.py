"""House numbers: real ones from MATLAB files, broken files refused, and our own drawing."""

import tracemalloc

import numpy as np
import pytest
import scipy.io
from console import command

from harness.datasets.published import svhn_source
from harness.datasets.published.svhn import Svhn
from harness.datasets.ready_made import Choice
from harness.datasets.street_numbers import StreetNumbers
from harness.errors import RequirementError, SpecError
from harness.sweep.sweepfile import parse

SWEEP = """
name = "house"
epsilons = [0.0]
[datasets.svhn]
generator = "svhn"
path = {path!r}
train = {train}
test = 200
[breakers.cnn]
dataset = "svhn"
architecture = "two_conv"
"""


@pytest.fixture
def numbers(tmp_path):
    """1,000 pictures as the original has them: its axes, digits from 1 to 10."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (32, 32, 3, 1000)).astype(np.uint8)
    labels = rng.integers(1, 11, (1000, 1)).astype(np.uint8)
    file = tmp_path / "numbers.mat"
    scipy.io.savemat(file, {"X": images, "y": labels}, do_compression=True)
    return file, images, labels


def test_a_mat_is_read_as_it_was_written(numbers):
    file, images, labels = numbers
    tracemalloc.start()
    found, digits = svhn_source.read(file)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * images.nbytes
    assert np.array_equal(found[17], images[..., 17])
    assert np.array_equal(digits, labels[:, 0] % 10), "10 stands for 0"
    generator = Svhn(path=str(file)).resolved()
    parts = [
        generator.choose(Choice(split, 1, count, skip, file.parent))
        for split, count, skip in (("test", 200, 0), ("validation", 100, 200), ("train", 700, 300))
    ]
    assert parts[0].images.shape == (200, 32, 32, 3)
    assert len(np.unique(np.concatenate([part.images for part in parts]), axis=0)) == 1000


def test_another_file_is_another_data_set(numbers, tmp_path):
    file, images, labels = numbers
    scipy.io.savemat(tmp_path / "other.mat", {"X": images[..., ::-1], "y": labels})
    assert (
        Svhn(path=str(file)).resolved().contents
        != Svhn(path=str(tmp_path / "other.mat")).resolved().contents
    )


@pytest.mark.parametrize(
    "damage", ["truncated", "noise", "empty", "other arrays", "labels", "gone"]
)
def test_a_broken_mat_is_refused_in_one_line(numbers, damage):
    file, images, labels = numbers
    whole = file.read_bytes()
    if damage == "truncated":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "noise":
        file.write_bytes(np.random.default_rng(1).bytes(5000))
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "other arrays":
        scipy.io.savemat(file, {"X": images[:16], "y": labels})
    elif damage == "labels":
        scipy.io.savemat(file, {"X": images, "y": labels + 90})
    else:
        file.unlink()
    with pytest.raises(SpecError) as caught:
        svhn_source.read(file)
    assert "\n" not in str(caught.value)
    assert file.name in str(caught.value)


def test_a_sweep_file_says_where_it_is_and_what_is_wrong(numbers):
    file, *_arrays = numbers
    assert parse(SWEEP.format(path=str(file), train=800)).datasets["svhn"].train == 800
    with pytest.raises(SpecError, match=r"datasets\.svhn: train \+ validation \+ test = 1001"):
        parse(SWEEP.format(path=str(file), train=801))
    with pytest.raises(SpecError, match=r"datasets\.svhn: .*there is no such file"):
        parse(SWEEP.format(path=str(file) + "x", train=800))


def test_only_the_original_is_taken_for_it(numbers, tmp_path, monkeypatch):
    file, *_arrays = numbers
    with pytest.raises(SpecError, match="checksum"):
        svhn_source.fetch(tmp_path / "downloads", file)
    monkeypatch.setattr(svhn_source, "ADDRESS", "http://127.0.0.1:9/train_32x32.mat")
    with pytest.raises(RequirementError, match="data fetch svhn --path FILE"):
        svhn_source.fetch(tmp_path / "downloads")
    assert not list((tmp_path / "downloads").iterdir())


def test_fetching_says_what_is_wrong(numbers, tmp_path):
    done = command("data", "fetch", "svhn", "--path", str(numbers[0]), home=tmp_path)
    assert done.returncode
    assert done.stderr.count("\n") == 1
    assert "not the original" in done.stderr


def test_our_own_are_in_color_and_differ():
    generator = StreetNumbers()
    pictures, labels = zip(*(generator.draw(3, index) for index in range(40)), strict=True)
    assert {int(label[0]) for label in labels} == set(range(10))
    assert len({picture.tobytes() for picture in pictures}) == 40
    assert all(picture.std() > 8 for picture in pictures), "nothing can be seen"
    spread = np.stack(pictures).astype(int)
    assert np.abs(spread[..., 0] - spread[..., 2]).mean() > 10, "they are gray"


def test_several_stand_side_by_side():
    image, label = StreetNumbers(length=4, width=130).draw(3, 0)
    assert image.shape == (32, 130, 3)
    assert len(label) == 4
