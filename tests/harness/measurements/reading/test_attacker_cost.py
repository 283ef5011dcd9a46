"""What an attacker spends is counted from the steps behind a breaker."""

import csv

import numpy as np
import pytest
from planted import Planted

import reports
from harness.errors import SpecError
from harness.measurements.reading.run import READING
from harness.measurements.reading.work import Read
from harness.sweep.sweepfile import parse

LABELS = np.random.default_rng(1).integers(0, 3, (30, 3)).astype(np.uint8)
MORE = """
[breakers.few]
dataset = "d"
architecture = "simple_cnn"
images = 10
[breakers.chosen]
dataset = "d"
architecture = "simple_cnn"
patience = 3
[breakers.endless]
dataset = "d"
architecture = "simple_cnn"
endless = true
[breakers.ready]
dataset = "d"
architecture = "ddddocr"
[defenses.blur]
defense = "mean_blur"
"""
PRICES = "tries_per_day = 300\nprice_per_thousand = 2\nprice_per_label = 0.1\n"


def planted(tmp_path, prices=""):
    home = Planted(tmp_path / "home", LABELS, MORE, validation=5)
    home.sweep = parse(prices + home.text)
    home.draw()
    home.train()
    wrong = LABELS.copy()
    wrong[:10, 0] = (wrong[:10, 0] + 1) % 3
    home.read(wrong)
    return home


def test_labels_and_seconds_are_those_of_the_trainings(tmp_path):
    rows = {row.breaker: row for row in planted(tmp_path).document().attacker_costs}
    assert {name: row.labels_by_hand for name, row in rows.items()} == {
        "b": 20, "few": 10, "chosen": 25, "endless": None, "ready": 0,
    }  # fmt: skip
    assert {name: row.training_seconds for name, row in rows.items()} == {
        "b": 1.0, "few": 1.0, "chosen": 1.0, "endless": 1.0, "ready": 0.0,
    }  # fmt: skip
    for row in rows.values():
        assert row.tries_per_solve == row.loads_per_solve == 1.5
        assert row.milliseconds_per_captcha == pytest.approx(1000 / 30)
        assert row.price_per_thousand == 0.5
        assert "few_captchas" in row.warnings


def test_a_sweep_may_say_what_things_cost(tmp_path):
    home = planted(tmp_path, PRICES)
    reports.write(home.document(), tmp_path)
    with (tmp_path / "attacker_costs.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["breaker"] for row in rows] == ["b", "few", "chosen", "endless", "ready"]
    assert (rows[0]["solved_per_day"], rows[0]["people_price_per_day"]) == ("200.0", "0.4")
    assert (rows[0]["labels_price"], rows[0]["training_price"]) == ("2.0", "")
    assert rows[3]["labels_by_hand"] == ""


def test_what_has_not_run_costs_nothing_that_is_known(tmp_path):
    home = Planted(tmp_path / "home", LABELS, MORE, validation=5)
    rows = home.document().attacker_costs
    assert {row.status for row in rows} == {"skipped"}
    assert {row.attempts for row in rows} == {None}
    assert [row.training_seconds for row in rows] == [None] * 4 + [0.0]


def test_single_characters_are_nobodys_cost(tmp_path):
    home = Planted(tmp_path / "home", LABELS[:, :1], length="1")
    home.draw()
    home.train()
    home.read()
    assert home.document().attacker_costs == ()


@pytest.mark.parametrize("price", ["-1", '"cheap"', "inf", "1e9"])
def test_a_price_is_a_number_of_dollars(price, tmp_path):
    text = Planted(tmp_path / "home", LABELS).text
    with pytest.raises(SpecError, match="price_per_thousand"):
        parse(f"price_per_thousand = {price}\n{text}")


@pytest.mark.parametrize(("knows", "tries"), [(True, 200), (False, 400)])
def test_where_choosing_pays_the_surest_alone_are_tried(knows, tries, tmp_path):
    """Half of all captchas are read; who knows which loads two for each that is submitted."""
    labels = np.random.default_rng(2).integers(0, 3, (400, 3)).astype(np.uint8)
    home = Planted(tmp_path / "home", labels)
    home.sweep = parse(f"tries_per_day = 1000\nloads_per_day = 2000\n{home.text}")
    home.draw()
    home.train()
    right = np.random.default_rng(4).permutation(400) < 200
    classes = labels.copy()
    classes[~right, 0] = (classes[~right, 0] + 1) % 3
    sure = np.random.default_rng(3).random(400) / 2 + (0.5 * right if knows else 0)
    for step in home.steps(Read):
        arrays = {"classes": classes, "labels": labels, "confidence": sure.astype(np.float32)}
        home.put(step, {READING: arrays}, read_seconds=1.0, blank=None, parameters=1)
    (row,) = home.document().attacker_costs
    if knows:
        assert row.n_loads == 400
        assert row.n_tries == pytest.approx(tries, abs=20)
        assert row.tries_per_solve == pytest.approx(1.0, abs=0.05)
        assert row.loads_per_solve == pytest.approx(2.0, abs=0.2)
    else:
        assert row.solved_per_day == pytest.approx(500, rel=0.2)
        assert row.tries_per_solve == pytest.approx(2.0, rel=0.2)


ASKED = """
[breakers.ready]
dataset = "d"
architecture = "ddddocr"
[breakers.none_by_hand]
dataset = "d"
architecture = "simple_cnn"
labels = "accepted"
readers = ["ready"]
rounds = 1
[breakers.few_by_hand]
dataset = "d"
architecture = "simple_cnn"
labels = "accepted"
readers = ["ready"]
rounds = 1
images = 5
"""


def test_labels_that_a_site_gives_away_are_not_by_hand(tmp_path):
    rows = Planted(tmp_path / "home", LABELS, ASKED).document().attacker_costs
    assert {row.breaker: row.labels_by_hand for row in rows} == {
        "b": 20, "ready": 0, "none_by_hand": 0, "few_by_hand": 5,
    }  # fmt: skip
