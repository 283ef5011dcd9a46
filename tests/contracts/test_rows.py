"""A table times a property: every row of every table keeps its promises."""

import numpy as np
import pytest
from surroundings import lacking

from harness.attacks.attack import FULL
from harness.breakers.architecture import Architecture, layers
from harness.breakers.simple_cnn import SimpleCnn
from harness.datasets.drawing.parallel import IMAGES, LABELS, draw
from harness.datasets.generator import Generator
from harness.datasets.ready_made import ReadyMade
from harness.datasets.text_generator import TextGenerator
from harness.defenses.defense import InputDefense, TrainingDefense
from harness.errors import SkippedError
from harness.images.labelled import LabelledImages
from harness.progress import no_progress
from harness.registry import ARCHITECTURES, ATTACKS, DEFENSES, DETECTORS, GANS, GENERATORS, find
from harness.testing import (
    check_architecture,
    check_ball,
    check_batch_mates,
    check_defense,
    check_detector,
    check_gan,
    check_generator,
    check_same_bytes,
)
from harness.testing import perturbed as attacked

RADII = (0.0, 0.05, 0.15, 0.3)
DRAWN = [
    name
    for name in GENERATORS
    if not issubclass(find("generator", name), ReadyMade) and name not in ("callable", "gan")
]
OF_TEXTS = [name for name in DRAWN if issubclass(find("generator", name), TextGenerator)]
TRAINED = [name for name in ARCHITECTURES if issubclass(find("architecture", name), Architecture)]
NORMS = [(name, norm) for name in ATTACKS for norm in find("attack", name).norms]
IN_BALLS = [pair for pair in NORMS if pair[1] != "spatial"]
FILTERS = [name for name in DEFENSES if issubclass(find("defense", name), InputDefense)]
TRAININGS = [name for name in DEFENSES if issubclass(find("defense", name), TrainingDefense)]
QUICK = {  # options that keep the tests short
    "auto": {"steps": 15, "targets": 2, "queries": 60},
    "apgd_ce": {"steps": 25},
    "apgd_dlr": {"steps": 15, "targets": 3},
    "cw": {"steps": 60, "weights": 4},
    "fab": {"steps": 20, "targets": 3},
    "hop_skip_jump": {"queries": 400},
    "square": {"queries": 300},
}


def drawer(name, **options):
    """A generator, or a skipped test where the package that draws is not installed."""
    generator = find("generator", name)(**options)
    try:
        generator.require()
    except SkippedError as error:
        lacking(str(error))
    return generator


@pytest.mark.parametrize("name", DRAWN)
def test_a_captcha_is_a_function_of_seed_and_index(name):
    generator = drawer(name)
    assert isinstance(generator, Generator)
    check_generator(generator)
    image, _label = generator.draw(5, 17)
    assert image.min() < 128 < image.max(), "nothing is drawn"


@pytest.mark.parametrize("name", OF_TEXTS)
def test_colors_sizes_and_lengths_are_options(name):
    generator = drawer(name, color="rgb", length=6, width=180, height=70)
    image, label = generator.draw(1, 0)
    assert image.shape == (70, 180, 3)
    assert len(label) == 6


def test_processes_draw_the_same_as_one(tmp_path):
    generator = find("generator", "image_captcha")(length=2, width=64, height=32, font_sizes=(22,))
    draw("image_captcha", generator, 9, 520, tmp_path, no_progress)
    images, labels = np.load(tmp_path / IMAGES), np.load(tmp_path / LABELS)
    for index in (0, 259, 260, 519):
        image, label = generator.draw(9, index)
        assert np.array_equal(images[index], image)
        assert np.array_equal(labels[index], label)


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize(("shape", "length"), [((28, 28, 1), 1), ((40, 90, 3), 5)])
def test_logits_have_a_row_for_each_character(name, shape, length):
    architecture = find("architecture", name)()
    shape = (1, 20_000, 1) if architecture.sounds else shape
    check_architecture(architecture, shape, length)
    model = architecture.build(shape, length, 7, seed=1)
    told = layers(model)
    assert sum(layer["parameters"] for layer in told) == model.count_params()
    assert all(min(layer["output"], default=1) > 0 for layer in told)


REMEMBERED = {}


def perturbed(name, norm, breaker, digits, count=24):
    """Clean images and what an attack makes of them, attacked once for all properties."""
    key = name, norm, count
    if key not in REMEMBERED:
        REMEMBERED[key] = freshly_perturbed(name, norm, breaker, digits, count)
    return REMEMBERED[key]


def freshly_perturbed(name, norm, breaker, digits, count, radii=RADII, seed=1):
    radii = radii if norm == "linf" else tuple(8 * radius for radius in radii)
    attack = find("attack", name)(norm=norm, **QUICK.get(name, {}))
    images, labels = digits[2][:count], digits[3][:count]
    return images, attacked(attack, breaker, images, labels, radii, seed)


@pytest.mark.parametrize(("name", "norm"), IN_BALLS)
def test_images_stay_in_the_ball(name, norm, breaker, digits):
    clean, radii = perturbed(name, norm, breaker, digits)
    check_ball(find("attack", name)(norm=norm), clean, radii)
    for radius in radii[1:]:
        change = (radius.images.astype(np.float64) / FULL - clean / 255).reshape(len(clean), -1)
        reach = np.linalg.norm(change, np.inf if norm == "linf" else 2, axis=1)
        assert reach.max() > 0.5 * radii[1].epsilon, "the attack does not use its radius"


@pytest.mark.parametrize(("name", "norm"), NORMS)
def test_same_seed_same_bytes(name, norm, breaker, digits):
    _clean, first = perturbed(name, norm, breaker, digits)
    _clean, second = freshly_perturbed(name, norm, breaker, digits, 24)
    check_same_bytes(first, second)


@pytest.mark.parametrize(("name", "norm"), NORMS)
def test_batch_mates_do_not_matter(name, norm, breaker, digits):
    _clean, few = perturbed(name, norm, breaker, digits, count=16)
    _clean, many = perturbed(name, norm, breaker, digits, count=32)
    check_batch_mates(few, many)


@pytest.mark.parametrize(
    ("name", "norm"), [pair for pair in IN_BALLS if pair[0] != "uniform_noise"]
)
def test_no_weaker_than_noise(name, norm, breaker, digits):
    count = 40 if name == "hop_skip_jump" else 200
    _clean, strong = perturbed(name, norm, breaker, digits, count=count)
    _clean, noisy = perturbed("uniform_noise", norm, breaker, digits, count=count)

    def accuracy(images):
        return (breaker.read(images) == digits[3][: len(images)]).mean()

    for one, other in zip(strong[1:], noisy[1:], strict=True):
        assert accuracy(one.images) < accuracy(other.images)


def test_a_defense_is_a_filter_or_a_training():
    assert sorted(FILTERS + TRAININGS) == sorted(DEFENSES)
    assert not set(FILTERS) & set(TRAININGS)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_changes_images_and_stays_in_range(name, digits):
    check_defense(find("defense", name)(), digits[2][:8].astype(np.float32) / 255)


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_scores_each_image_by_itself(name):
    check_detector(find("detector", name)())


@pytest.mark.parametrize("name", GANS)
def test_a_gan_draws_pictures_of_the_size_it_learned(name):
    check_gan(find("gan", name)())


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_changes_weights_and_tells_how(name, breaker, digits):
    before = breaker.model.get_weights()
    model = SimpleCnn().build((28, 28, 1), 1, 10, 0)
    model.set_weights(before)
    options = {"epochs": 1, "batch_size": 32, "precision": "float32"}
    data = LabelledImages(digits[0][:64], digits[1][:64])
    (epoch,) = find("defense", name)(**options).strengthen(model, data, None, 3, no_progress)
    assert np.isfinite(epoch["loss"])
    assert epoch["epoch"] == 1
    after = model.get_weights()
    assert [weight.shape for weight in after] == [weight.shape for weight in before]
    assert all(np.isfinite(weight).all() for weight in after)
    assert any(not np.array_equal(a, b) for a, b in zip(after, before, strict=True))
    kept = breaker.model.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(kept, before, strict=True)), "another's moved"
