"""GANs: trained, killed and gone on, drawing what they are asked for, and looked at."""

import csv
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from console import command
from PIL import Image
from shared import once
from tiny import folder

from harness.backend import tf
from harness.datasets.drawing.parallel import IMAGES, LABELS
from harness.errors import HarnessError, SpecError
from harness.files.checkpoint import NO_CHECKPOINT, Checkpoint
from harness.gans.appraisal import appraise_pictures, kernel_distances, nearest_distances
from harness.gans.conditional_gan import ConditionalGan
from harness.gans.dcgan import Dcgan
from harness.gans.gan_training import GanTraining
from harness.gans.layers import Bounded, ClassNorm
from harness.gans.sheets import spread
from harness.gans.trained_gan import draw_captchas, load, save
from harness.images.labelled import LabelledImages
from harness.measurements.gans.gather import figures
from harness.measurements.inputs import comparable
from harness.measurements.planning import plan
from harness.measurements.training.work import BreakerRef
from harness.pipeline.context import StepContext
from harness.progress import no_progress
from harness.registry import GANS, find
from harness.results import checks
from harness.sweep.sweepfile import locate, parse

SHAPE = (16, 16, 1)
QUICK = {"epochs": 3, "batch_size": 20, "noise": 8, "precision": "float32"}


def two_kinds(count):
    """Pictures of two kinds: bright above, or bright below; with noise."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, (count, 1)).astype(np.uint8)
    images = rng.integers(0, 60, (count, *SHAPE))
    for image, (label,) in zip(images, labels, strict=True):
        image[8 * label : 8 * label + 8] += 190
    return LabelledImages(images.astype(np.uint8), labels)


class KilledError(Exception):
    """What a power cut is to a test."""


@pytest.mark.parametrize("name", GANS)
def test_a_gan_that_is_killed_goes_on_as_if_nothing_had_happened(name, tmp_path):
    gan, data = find("gan", name)(**QUICK), two_kinds(60)

    def trained(checkpoint, progress=no_progress):
        training = GanTraining(gan, SHAPE, 2, 7)
        training.train(data, progress, checkpoint)
        return training

    def cut(_done, _total, word):
        if word.startswith("epoch 3"):
            raise KilledError

    def told(training):
        return [{key: row[key] for key in row if key != "seconds"} for row in training.history]

    whole = trained(NO_CHECKPOINT)
    with pytest.raises(KilledError):
        trained(Checkpoint(tmp_path / "kept.npz", every=0), cut)
    resumed = trained(Checkpoint(tmp_path / "kept.npz", every=0))
    assert told(resumed) == told(whole)
    assert resumed.sheets == whole.sheets
    assert len(resumed.sheets) == 3
    for one, other in zip(resumed.kept.get_weights(), whole.kept.get_weights(), strict=True):
        assert np.array_equal(one, other)


def train_conditional_gan(folder):
    """Train a conditional GAN that knows the two kinds."""
    gan = ConditionalGan(epochs=30, batch_size=20, noise=8, average=0.9)
    training = GanTraining(gan, SHAPE, 2, 7)
    training.train(two_kinds(200), no_progress, NO_CHECKPOINT)
    save("conditional_gan", training, SHAPE, "ab", folder)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A conditional GAN, trained once for all tests."""
    return load(once(tmp_path_factory, "conditional_gan", train_conditional_gan))


def test_it_draws_the_class_that_it_is_asked_for(network):
    labels = np.arange(100) % 2
    pictures = network.pictures(labels, 3)
    assert pictures.shape == (100, *SHAPE)
    above, below = (pictures[:, half].mean((1, 2, 3)) for half in (slice(8), slice(8, 16)))
    assert ((above > below) == (labels == 0)).mean() > 0.9


def test_a_picture_depends_on_its_own_number_alone(network):
    labels = np.array([0, 1, 1, 0, 1])
    together = network.pictures(labels, 3)
    alone = network.pictures(labels[3:4], 3, first=3)
    assert np.array_equal(together[3], alone[0])
    assert not np.array_equal(together[1], together[2])
    assert not np.array_equal(together, network.pictures(labels, 4))


def test_what_a_breaker_was_trained_on_is_no_test(tmp_path):
    for number in range(60):
        Image.new("L", (16, 16), 4 * number).save(tmp_path / f"{number % 2}_{number}.png")
    text = f"""
name = "pools"
epsilons = [0.0]
[datasets.ones]
generator = "folder"
path = "{tmp_path}"
train = 30
test = 10
[datasets.pieces]
generator = "side_by_side"
path = "{tmp_path}"
length = 1
train = 30
test = 10
[breakers.b]
dataset = "ones"
architecture = "two_conv"
reads = ["pieces"]
"""
    with pytest.raises(SpecError, match="cut from the same captchas"):
        plan(parse(text))


def test_captchas_are_pictures_side_by_side(network, tmp_path):
    draw_captchas(network, 3, 5, 130, tmp_path, no_progress)
    images, labels = np.load(tmp_path / IMAGES), np.load(tmp_path / LABELS)
    assert images.shape == (130, 16, 48, 1)
    assert labels.shape == (130, 3)
    for number in (0, 129):
        each = network.pictures(labels[number], 5, first=3 * number)
        assert np.array_equal(images[number], np.concatenate(each, axis=1))
    assert 0.3 < labels.mean() < 0.7


def test_a_collapse_is_noticed():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(100, 8, 8, 1))
    alike = real[:1] + 0.01 * real
    assert spread(alike) < 0.1 * spread(real)
    assert checks.gan_warnings(0.1, 0, 100) == ("gan_collapsed",)
    assert checks.gan_warnings(float("nan"), 0, 100) == ("gan_collapsed",)
    assert checks.gan_warnings(0.9, 6, 100) == ("gan_copies",)
    assert checks.gan_warnings(0.9, 5, 100) == ()


def test_the_kernel_distance_tells_kinds_apart():
    rng = np.random.default_rng(0)
    first, same, other = (rng.normal(size=(1000, 16)) + shift for shift in (0, 0, 0.5))
    none, some = kernel_distances(first, same), kernel_distances(first, other)
    assert abs(none.mean()) < 2 * none.std(ddof=1)
    assert some.min() > none.max()


def test_the_nearest_picture_is_found():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (700, 4, 4, 1)).astype(np.uint8)
    others = np.concatenate([images[::-1][:350], images[:50] // 2])
    found, around = nearest_distances(images, others, 20)
    assert (found[350:] < 1e-3).all(), "a copy is not found"
    flat, rest = images[3].ravel() / 255, others.reshape(400, -1) / 255
    far = np.sort(np.sqrt(((rest - flat) ** 2).mean(1)))
    assert found[3] == pytest.approx(far[0], abs=1e-4)
    assert around[3] == pytest.approx(far[:20].mean(), abs=1e-4)
    own, all_others = nearest_distances(images[:5], images[:5], 20, same=True)
    assert own.min() > 0.01, "it is its own neighbour"
    assert (all_others < 1).all()


def test_copies_and_repetitions_are_counted(breaker, digits):
    train, real = digits[0][:400], digits[2][:200]
    rng = np.random.default_rng(0)

    def found(drawn):
        appraisal = vars(appraise_pictures(breaker, drawn, train, real, no_progress))
        drawn, real_labels = np.zeros(len(drawn)), np.zeros(len(real))
        return figures({**appraisal, "labels": drawn, "real_labels": real_labels})

    own = found(real[rng.permutation(200)])
    assert 2 <= own["near_copies"] <= 6, "1 in 100 real ones are, and some may be as near"
    assert 194 <= own["distinct"] <= 198
    assert found(train[:200])["near_copies"] == 200
    assert found(train[:200])["distinct"] > 150
    collapsed = found(np.repeat(real[:1], 200, axis=0))
    assert collapsed["distinct"] == 0


def test_one_picture_has_no_other():
    one = np.zeros((1, 4, 4, 1), np.uint8)
    assert np.isinf(nearest_distances(one, one, 1, same=True)[0]).all()


def test_a_bounded_layer_has_slope_one():
    from harness.backend import keras

    layer = Bounded(keras.layers.Dense(6, use_bias=False))
    inputs = tf.random.stateless_normal([40, 9], [1, 2])
    for _ in range(100):
        layer(inputs, training=True)
    slope = np.linalg.svd((layer(tf.eye(9)) - layer(tf.zeros([9, 9]))).numpy())[1].max()
    assert slope == pytest.approx(1, abs=1e-3)


def test_each_class_has_a_scale_of_its_own():
    layer = ClassNorm(3)
    features = tf.random.stateless_normal([30, 4, 4, 2], [1, 2])
    labels = tf.constant([0, 1, 2] * 10)
    layer(features, labels, training=True)
    layer.scales.assign([[1.0, 1.0], [2.0, 2.0], [0.0, 0.0]])
    found = layer(features, labels, training=True).numpy()
    assert np.abs(found[2::3]).max() == 0
    assert found[1::3].std() > 1.6 * found[0::3].std()


def test_dcgan_is_the_published_network():
    gan = Dcgan()
    generator, discriminator = gan.generator((32, 32, 3), 10), gan.discriminator((32, 32, 3), 10)
    kernels = [w.shape for w in generator.weights if len(w.shape) > 1]
    assert kernels == [(100, 8192), (5, 5, 256, 512), (5, 5, 128, 256), (5, 5, 3, 128)]
    kernels = [w.shape for w in discriminator.weights if len(w.shape) > 1]
    assert kernels == [(5, 5, 3, 64), (5, 5, 64, 128), (5, 5, 128, 256), (4096, 1)]
    assert (gan.generator_rate, gan.discriminator_rate, gan.beta_1) == (1e-4, 1e-3, 0.5)
    assert (gan.batch_size, gan.epochs, gan.noise, gan.smoothing) == (100, 100, 100, 0.1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('gan = "ours"', 'gan = "theirs"', r"datasets\.pairs\.gan: 'theirs'.*ours, plain"),
        ('gan = "ours"', 'gan = "plain"', r"datasets\.pairs\.gan: .* has no label.*/label"),
        ('dataset = "street"\nepochs', 'dataset = "pairs"\nepochs', "trained on 'pairs'"),
        ('judge = "reader"', 'judge = "on_pairs"', r"gans\.ours\.judge: on_pairs must be trained"),
        ('gan = "dcgan"', 'gan = "dcgn"', "did you mean 'dcgan'"),
        ('reads = ["single"]', 'reads = ["singel"]', r"breakers\.reader\.reads: 'singel'"),
        ('reads = ["single"]', 'reads = ["street"]', "is read anyway"),
        ("width = 16\nheight", "length = 2\nwidth = 32\nheight", "single characters"),
        ("batch_size = 20\njudge", "images = 121\nbatch_size = 20\njudge", "train = 120"),
        ("answers = 1", "answer = 1", r"gans\.plain\.poll\.answer"),
    ],
)
def test_what_does_not_fit_is_said(old, new, says):
    with pytest.raises(SpecError, match=says):
        parse(locate("gan-quick").read_text().replace(old, new, 1))


def test_a_breaker_is_not_asked_for_characters_that_it_does_not_know(tmp_path):
    made = {"architecture": "simple_cnn", "options": {}, "shape": [32, 32, 3], "length": 1}
    (tmp_path / "breaker.json").write_text(json.dumps({**made, "alphabet": "0123456789"}))
    np.save(tmp_path / IMAGES, np.zeros((2, 32, 32, 3), np.uint8))
    np.save(tmp_path / LABELS, np.zeros((2, 1), np.uint8))
    data = SimpleNamespace(path=tmp_path, notes={"alphabet": "0123456789"})
    inputs = {"b": data, "t": data}
    reader = SimpleNamespace(shape=(32, 32, 3), length=1)
    place = StepContext(tmp_path, inputs, tmp_path, {}, no_progress)
    comparable(BreakerRef(breaker="b"), place, "t", reader)
    data.notes["alphabet"] = "ABCDEFGHIJ"
    with pytest.raises(HarnessError, match="reads 1 of '0123456789' on 32 x 32 pixels, in color"):
        comparable(BreakerRef(breaker="b"), place, "t", reader)


def test_a_sweep_trains_draws_breaks_and_reports(tmp_path):
    command("run", "gan-quick", home=tmp_path / "home", check=0)
    run = folder(tmp_path / "home")
    with (run / "gans.csv").open(newline="") as lines:
        ours, plain = csv.DictReader(lines)
    assert ours["gan"] == "ours"
    assert ours["drawn"] == "60"
    assert 0 <= float(ours["agreement_low"]) <= float(ours["agreement_high"]) <= 1
    assert ours["kid"] == "", "so few pictures have no distance"
    assert plain["agreement"] == ""
    with (run / "breakers.csv").open(newline="") as lines:
        read = [(row["dataset"], row["breaker"]) for row in csv.DictReader(lines)]
    assert read == [("street", "reader"), ("pairs", "on_pairs"), ("single", "reader")]
    page = (run / "report.html").read_text()
    assert "Drawn by a GAN" in page
    assert "Who reads what" in page
    again = command("run", "gan-quick", home=tmp_path / "home", check=0)
    assert "imitate" not in again.stderr
    done = command("data", "labels", f"{run.name}/plain", tmp_path / "out", home=tmp_path / "home")
    assert re.search(r"^0 of 12 pictures have a label", done.stdout, re.M)
    whole = command("data", "labels", f"{run.name}/plain", tmp_path, home=tmp_path / "home")
    assert "is not empty" in whole.stderr
    missing = command("data", "labels", f"{run.name}/plian", tmp_path / "x", home=tmp_path / "home")
    assert "did you mean 'plain'" in missing.stderr
