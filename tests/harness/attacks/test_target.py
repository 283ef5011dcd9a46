"""Targeted attacks: where they want to go, whether they arrive, and what the report says."""

import csv

import numpy as np
import pytest
from console import command
from tiny import folder

from harness.progress import no_progress
from harness.registry import ATTACKS, find
from harness.results.rows.result import TARGET_COLUMNS

TARGETED = [
    name for name in ATTACKS if "target" in find("attack", name).model_fields and name != "apgd_dlr"
]
QUICK = {
    "apgd_ce": {"steps": 30},
    "bim": {"steps": 30},
    "cw": {"steps": 80, "weights": 4},
    "mim": {"steps": 30},
    "pgd": {"steps": 30},
    "square": {"queries": 600},
}
SWEEP = """
name = "targeted"
seed = 3
epsilons = [0.0, 0.2]

[datasets.digits]
generator = "image_captcha"
alphabet = "0123"
length = 2
width = 64
height = 32
font_sizes = [22, 26]
train = 300
validation = 30
test = 24

[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 6

[breakers.other]
dataset = "digits"
architecture = "simple_cnn"
epochs = 1

[attacks.aimed]
attack = "pgd"
target = "next"
transfer = true
"""


@pytest.mark.parametrize("word", ["next", "random", "least_likely"])
def test_a_target_is_wrong_everywhere_and_always_the_same(word, breaker, digits):
    images, labels = digits[2][:50], digits[3][:50]
    attack = find("attack", "pgd")(target=word)
    aims = attack.aims(breaker, images, labels, 7)
    assert aims.shape == labels.shape
    assert (aims != labels).all()
    assert aims.max() < breaker.classes
    assert np.array_equal(aims[:20], attack.aims(breaker, images[:20], labels[:20], 7))
    if word == "next":
        assert np.array_equal(aims, (labels + 1) % 10)
    if word == "random":
        assert not np.array_equal(aims, attack.aims(breaker, images, labels, 8))
        assert len(np.unique((aims.astype(int) - labels) % 10)) > 5
    if word == "least_likely":
        logits = breaker.logits(images.astype(np.float32) / 255).numpy()
        assert np.array_equal(aims, logits.argmin(-1))


def test_places_without_a_character_stay_without_one():
    class Several:
        classes, blank = 4, 3

    labels = np.array([[0, 2, 3], [1, 3, 3]], np.uint8)
    for word in ("next", "random"):
        aims = find("attack", "pgd")(target=word).aims(Several(), None, labels, 0)
        assert np.array_equal(aims == 3, labels == 3)
        assert ((aims != labels) | (labels == 3)).all()


@pytest.mark.parametrize("name", TARGETED)
def test_targets_are_reached(name, breaker, digits):
    images, labels = digits[2][:40], digits[3][:40]
    norm = find("attack", name).norms[0]
    radius = 0.25 if norm == "linf" else 4.0
    arrived = {}
    for target in (None, "next"):
        attack = find("attack", name)(target=target, norm=norm, **QUICK.get(name, {}))
        (found,) = attack.perturb(breaker, images, labels, (radius,), 1, no_progress)
        arrived[target] = (breaker.read(found.images) == (labels + 1) % 10).mean()
    least = 0.3 if name == "fgsm" else 0.85
    assert arrived["next"] >= least
    assert arrived["next"] > arrived[None] + 0.15


def test_a_sweep_counts_what_arrives_and_its_report_shows_it(tmp_path):
    file, home = tmp_path / "targeted.toml", tmp_path / "home"
    file.write_text(SWEEP)
    command("run", file, home=home, check=0)
    with (folder(home) / "targets.csv").open(newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    assert tuple(reader.fieldnames) == TARGET_COLUMNS
    assert {row["attack"] for row in rows} == {"aimed"}
    own = {float(row["epsilon"]): row for row in rows if row["source"] == row["breaker"] == "small"}
    assert float(own[0.2]["target_rate"]) > float(own[0.0]["target_rate"]) + 0.3
    assert int(own[0.2]["on_target"]) == round(24 * float(own[0.2]["target_rate"]))
    low, high = float(own[0.2]["target_rate_low"]), float(own[0.2]["target_rate_high"])
    assert low <= float(own[0.2]["target_rate"]) <= high
    assert sum(row["knowledge"] == "transfer" for row in rows) == 4
    page = (folder(home) / "report.html").read_text()
    assert 'id="targets"' in page
