"""What a busy person takes home, and how rates are rounded."""

import re

import pytest
from documents import (
    breaker,
    document,
    page,
    row,
)

from harness.rows.result import WORST_CASE
from reports import headlines, rates


@pytest.mark.parametrize(("right", "trials"), [(9999, 10000), (1, 10000)])
def test_almost_is_not_all_and_hardly_is_not_none(tmp_path, right, trials):
    one = breaker(right, trials)
    rows = (row(right=right, trials=trials), row(right=right, trials=trials, epsilon=0.0))
    doc = document(breakers=(one.model_copy(update={"history": ()}),), rows=rows)
    _, parsed = page(tmp_path, doc)
    shown = re.findall(r"\b\d+\.\d %", parsed.text.split("Rates are right captchas")[0])
    assert {"99.9 %"} <= set(shown) if right > 1 else {"0.1 %"} <= set(shown)
    assert "100.0 %" not in shown
    # of attack success, 5 of 10,000 is 0.1 % too: nothing here is none
    assert "0.0 %" not in shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.9999, "99.9"), (1.0, "100.0"), (1e-5, "0.1"), (0.0, "0.0"), (0.5, "50.0")],
)
def test_an_interval_s_end_is_not_overstated(share, shown):
    assert rates.bound(share) == shown


def test_headline_says_what_to_expect_on_a_page():
    (card,) = headlines.headlines(document()).cards
    said = " ".join(card.sentences)
    assert "reader reads 67.0 % of letters captchas (95 %: 65.0 to 69.0), 1 in 1.5 tries" in said
    assert "100,000 tries a day lets it in about 67,000 times" in said
    # 540 of 1,000 by the worst case, not the 603 of a single attack
    assert "within 0.1 (linf), taken per captcha, leaves 54.0 %" in said
    assert any("owner" in tile.side for tile in card.tiles)


def test_headline_names_the_defense_that_changes_something():
    rows = (
        row(WORST_CASE, right=3),
        row(WORST_CASE, right=157, defense="finetune"),
        row(WORST_CASE, right=9, defense="blur"),
    )
    breakers = (breaker(), breaker(right=950, defense="finetune"), breaker(defense="blur"))
    (card,) = headlines.headlines(document(breakers, rows)).cards
    assert "Defended by finetune it still reads 15.7 %" in card.sentences[-1]
    assert "95.0 % clean" in card.sentences[-1]
    (card,) = headlines.headlines(document(breakers, rows[::2])).cards
    assert card.sentences[-1] == "No defense measured (blur) raises that beyond the intervals."


def test_headline_of_a_classifier_speaks_of_images():
    doc = document((breaker(900, 1000, 1),), (row("pgd", right=10, length=1),))
    (card,) = headlines.headlines(doc).cards
    assert "tries" not in " ".join(card.sentences)
    assert "taken per image, leaves 1.0 %" in card.sentences[1]


def test_nothing_read_rules_nothing_out():
    (card,) = headlines.headlines(document((breaker(0, 1000),), ())).cards
    assert "reads none of 1,000 letters captchas" in card.sentences[0]
    assert "up to 2,000 entries a day are not ruled out" in card.sentences[0]
