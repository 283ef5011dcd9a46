"""Costs follow from counts: tries, loads, dollars; what is not known is empty, and never 0."""

import pytest

from harness.results.rows.attacker_cost import (
    ATTACKER_COST_COLUMNS,
    AttackerCostRow,
    Attempts,
)


def row(**changes):
    known = {
        "dataset": "d", "breaker": "b", "architecture": "cnn", "labels_by_hand": 400,
        "training_seconds": 1800.0, "milliseconds_per_captcha": 3.6,
        "attempts": Attempts(loads=1000, tries=250, solved=200, interval=(0.75, 0.85)),
        "tries_per_day": 1000,
    }  # fmt: skip
    return AttackerCostRow(**(known | changes))


def test_who_chooses_loads_more_than_he_tries():
    cells = row().columns()
    assert tuple(cells) == ATTACKER_COST_COLUMNS
    assert (cells["n_loads"], cells["n_tries"], cells["n_solved"]) == (1000, 250, 200)
    assert cells["tries_per_solve"] == 1.25
    assert cells["tries_per_solve_low"] == pytest.approx(1 / 0.85)
    assert cells["tries_per_solve_high"] == pytest.approx(1 / 0.75)
    assert cells["loads_per_solve"] == 5.0
    assert cells["loads_per_solve_high"] == pytest.approx(4 / 0.75)
    assert (cells["solved_per_day"], cells["solved_per_day_low"]) == (800, 750)
    assert cells["people_price_per_day"] == pytest.approx(0.4)
    assert row(loads_per_day=2000).solved_per_day == 400, "2,000 loads are 500 tries"


def test_without_prices_there_are_no_dollars():
    cells = row().columns()
    for name in ("labels_price", "training_price", "reading_price_per_thousand", "cheaper_after"):
        assert cells[name] is None
    labels_alone = row(price_per_label=0.02)
    assert labels_alone.labels_price == 8.0
    assert labels_alone.cheaper_after is None, "the machine is not priced"
    assert row(labels_by_hand=0, training_seconds=0.0).labels_price == 0.0, "needs no price"
    assert row(labels_by_hand=None, price_per_label=1.0).labels_price is None


def test_a_breaker_is_cheaper_than_people_once_its_preparation_is_paid():
    priced = row(price_per_label=0.02, price_per_hour=1.0, price_per_thousand=0.5)
    assert priced.training_price == 0.5
    assert priced.reading_price_per_thousand == pytest.approx(1000 * 5 * 3.6 / 3_600_000)
    captchas = priced.cheaper_after
    for solved, cheaper in ((captchas - 1, False), (captchas, True)):
        spent = 8.5 + solved * priced.reading_price_per_thousand / 1000
        assert (spent < solved * 0.5 / 1000) is cheaper
    assert row(price_per_label=0.02, price_per_hour=500.0).cheaper_after is None, "never"


def test_nothing_solved_is_no_division():
    none = row(attempts=Attempts(loads=90, tries=90, solved=0, interval=(0.0, 0.04)))
    assert none.tries_per_solve is None
    assert none.tries_per_solve_low == pytest.approx(25)
    assert none.tries_per_solve_high is None
    assert none.loads_per_solve is None
    assert (none.solved_per_day, none.solved_per_day_high) == (0, 40)
    failed = row(attempts=None, status="failed", training_seconds=None).columns()
    empty = [name for name, cell in failed.items() if cell is None]
    assert {"n_loads", "solved_per_day", "people_price_per_day", "training_seconds"} <= set(empty)
