"""The worst case over attacks: of which captchas, and with which warnings."""

from itertools import count

import pytest
from planted import Planted

from harness.results.rows.result import WORST_CASE

ATTACKS = """
[attacks.pgd]
attack = "pgd"
steps = 3
[attacks.noise]
attack = "uniform_noise"
"""
ONE = ATTACKS + "captchas = 1\n"
LABELS = [[0, 1, 2]] * 4
RIGHT, WRONG, HALF = [0, 1, 2], [1, 2, 0], [0, 1, 0]


@pytest.fixture
def planted(tmp_path):
    homes = count()

    def made(more, curves, **notes):
        home = Planted(tmp_path / f"home{next(homes)}", LABELS, more)
        home.draw()
        home.train()
        home.read()
        home.craft(curves, **notes)
        return home.document()

    return made


def rows(document, attack):
    return {row.epsilon: row for row in document.rows if row.attack == attack}


def right(row):
    return row.accuracy.tally.right_captchas, row.accuracy.tally.captchas


def test_more_steps_help_stands_at_the_radius_that_was_probed(planted):
    strong = [[RIGHT] * 4, [RIGHT] * 3 + [WRONG], [WRONG] * 4]
    document = planted(ATTACKS, {"pgd": strong, "noise": [[RIGHT] * 4] * 3}, pgd={
        "more_steps": 0.1, "more_steps_at": 0.2,
    })  # fmt: skip
    marked = [e for e, row in rows(document, "pgd").items() if "more_steps_help" in row.warnings]
    assert marked == [0.2]
    worst = rows(document, WORST_CASE)
    assert [e for e, row in worst.items() if "more_steps_help" in row.warnings] == [0.2]


def test_a_number_alone_was_probed_at_the_middle_radius(planted):
    strong = [[RIGHT] * 4, [WRONG] * 4, [WRONG] * 4]
    document = planted(
        ATTACKS, {"pgd": strong, "noise": [[RIGHT] * 4] * 3}, pgd={"more_steps": 0.1}
    )
    for attack in ("pgd", WORST_CASE):
        found = rows(document, attack)
        assert [e for e, row in found.items() if "more_steps_help" in row.warnings] == [0.1]


def test_the_worst_case_has_the_warnings_of_who_decides_it(planted):
    strong, weak = [[RIGHT] * 4, [WRONG] * 4, [WRONG] * 4], [[RIGHT] * 4, [HALF] * 4, [HALF] * 4]
    flat = {"gradients": {"zero": 0.5, "bad": 0.0}}
    document = planted(ATTACKS, {"pgd": strong, "noise": weak}, pgd=flat)
    worst = rows(document, WORST_CASE)
    assert all("zero_gradients" in row.warnings for row in worst.values())
    document = planted(ATTACKS, {"pgd": strong, "noise": weak}, noise=flat)
    worst = rows(document, WORST_CASE)
    # At radius 0 all are alike; above it, noise leaves two characters where pgd leaves none.
    assert [e for e, row in worst.items() if "zero_gradients" in row.warnings] == [0.0]


def test_one_attack_on_one_captcha_does_not_make_all_rest_on_one(planted):
    strong = [[RIGHT] * 4, [RIGHT] * 2 + [WRONG] * 2, [WRONG] * 3 + [RIGHT]]
    document = planted(ONE, {"pgd": strong, "noise": [[RIGHT], [WRONG], [WRONG]]})
    worst = rows(document, WORST_CASE)
    assert [right(worst[e]) for e in (0.0, 0.1, 0.2)] == [(4, 4), (1, 4), (0, 4)]
    assert [worst[e].clean.captchas for e in (0.0, 0.1, 0.2)] == [4, 4, 4]
    marked = [e for e, row in worst.items() if "unequal_captchas" in row.warnings]
    assert marked == [0.1, 0.2]
    assert worst[0.1].columns()["n_captchas"] == 4


def test_where_only_the_small_attack_has_a_radius_its_captchas_count(planted):
    more = ONE + "epsilons = [0.05]\n"
    strong = [[RIGHT] * 4, [WRONG] * 4, [WRONG] * 4]
    document = planted(more, {"pgd": strong, "noise": [[WRONG]]})
    worst = rows(document, WORST_CASE)
    assert {e: right(row) for e, row in worst.items()} == {
        0.0: (4, 4), 0.05: (0, 1), 0.1: (0, 4), 0.2: (0, 4),
    }  # fmt: skip
    assert "unequal_captchas" not in worst[0.05].warnings
    assert "success_falls" not in worst[0.1].warnings


def test_equal_captchas_are_not_called_unequal(planted):
    document = planted(ATTACKS, {"pgd": [[RIGHT] * 4] * 3, "noise": [[RIGHT] * 4] * 3})
    assert not any("unequal_captchas" in row.warnings for row in document.rows)


def test_one_captcha_more_or_less_is_no_reason_for_suspicion(planted):
    """One captcha that noise breaks, beside four that pgd leaves, says nothing of gradients."""
    more = ONE.replace('"uniform_noise"', '"square"')
    document = planted(more, {"pgd": [[RIGHT] * 4] * 3, "noise": [[RIGHT], [WRONG], [WRONG]]})
    assert not any("black_box_beats_white_box" in row.warnings for row in document.rows)
