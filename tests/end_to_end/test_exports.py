"""What leaves the house for other programs: images as files, a breaker as numbers."""

import csv
import json

import numpy as np
from console import command
from tiny import folder

from harness.backend import tf
from harness.breakers.reader import trained_reader
from harness.datasets.export import save
from harness.datasets.folder.folder import Folder
from harness.runs.home import existing


def test_export_gives_png_files_named_by_label(done, tmp_path):
    import cv2

    place, _said = done
    out = tmp_path / "pngs"
    command("data", "export", place / "tiny.toml", "digits", out, "--count", 7, "-q",
            home=place / "home", check=0)  # fmt: skip
    files = sorted(out.glob("*.png"))
    assert len(files) == 7
    run = folder(place / "home")
    with (run / "predictions" / "digits-small-none.csv").open(newline="") as stream:
        targets = [row["targets"] for row in csv.DictReader(stream)][:7]
    assert sorted(f"{t}_{n:06d}" for n, t in enumerate(targets)) == [f.stem for f in files]
    there = Folder(path=str(out)).resolved().unchanged()
    listed = {picture.file: picture.label for picture in there.pictures}
    assert sorted(listed) == files
    assert [listed[file] for file in files] == [file.name.split("_")[0] for file in files]
    image = cv2.imread(str(files[0]), cv2.IMREAD_GRAYSCALE)
    data = [np.load(f) for f in (place / "home").glob("datasets/*/images.npy")]
    test = next(images for images in data if len(images) == 40)
    assert np.array_equal(image, test[int(files[0].stem.split("_")[1])][..., 0])
    wrong = command("data", "export", place / "tiny.toml", "letters", out, home=place / "home")
    assert wrong.returncode == 2
    assert "digits test" in wrong.stderr


def test_a_label_that_no_name_can_hold_is_in_the_table(tmp_path):
    save(tmp_path, [(0, "+", b"one"), (1, "7", b"other")], ".png")
    assert (tmp_path / "u002b_000000.png").read_bytes() == b"one"
    assert (tmp_path / "labels.csv").read_text().split() == [
        "file,label", "u002b_000000.png,+", "7_000001.png,7",
    ]  # fmt: skip


def answers(layers, arrays, images):
    """What somebody else's program makes of the two files: plain operations, in their order."""
    made = {}
    for layer in layers:
        config, own = layer["config"], [arrays[name] for name in layer["weights"]]
        takes = [made[name] for name in layer["takes"]]
        match layer["kind"]:
            case "InputLayer":
                found = images
            case "Conv2D":
                strides, padding = config["strides"], config["padding"].upper()
                found = tf.nn.relu(tf.nn.conv2d(takes[0], own[0], strides, padding) + own[1])
            case "BatchNormalization":
                gamma, beta, mean, variance = own
                spread = np.sqrt(variance + config["epsilon"])
                found = (takes[0] - mean) / spread * gamma + beta
            case "Flatten":
                found = tf.reshape(takes[0], [len(images), -1])
            case "Dense":
                found = takes[0] @ own[0] + own[1]
                found = tf.nn.relu(found) if config["activation"] == "relu" else found
            case "Dropout" | "Cast":
                found = takes[0]
            case "Stack":
                found = tf.stack(takes, axis=1)
        made[layer["name"]] = found
    return found.numpy()


def assert_read_alike(out, trained):
    """The exported files answer as the breaker itself does."""
    document = json.loads((out / "layers.json").read_text())
    images = np.random.default_rng(0).random((16, *document["shape"]), np.float32)
    with np.load(out / "weights.npz", allow_pickle=False) as arrays:
        found = answers(document["layers"], arrays, images)
    expected = trained_reader(trained).logits(images).numpy()
    assert np.allclose(found, expected, atol=1e-4)


def test_a_breaker_is_exported_for_other_programs(done, tmp_path):
    place, said = done
    for defense in ("none", "finetune"):
        out = tmp_path / defense
        home = place / "home"
        command("export-model", said["run"], "small", out, "--defense", defense, home=home, check=0)
        layers = json.loads((out / "layers.json").read_text())["layers"]
        seen = set()
        for layer in layers:
            assert {name.split(":")[0] for name in layer["takes"]} <= seen, (
                "a layer comes before what it takes its input from"
            )
            seen.add(layer["name"])
        with np.load(out / "weights.npz", allow_pickle=False) as arrays:
            assert sorted(arrays.files) == sorted(n for layer in layers for n in layer["weights"])
            dense = [layer for layer in layers if layer["kind"] == "Dense"]
            assert arrays[dense[-1]["weights"][0]].shape[-1] == dense[-1]["gives"][-1]
        assert_read_alike(out, existing(said["run"], place / "home").trained("small", defense))
    wrong = command("export-model", said["run"], "smal", tmp_path / "x", home=place / "home")
    assert wrong.returncode == 2
    assert "did you mean 'small'" in wrong.stderr
