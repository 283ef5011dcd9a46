"""Captchas ranked by the breaker that reads most of each."""

import numpy as np
import pytest
from documents import accuracy, breaker, document

from harness.metrics import wilson
from harness.results.ranking import difference, pooled, ranking
from harness.results.rows.prediction import Predictions
from harness.results.tally import Accuracy, Tally


def reader(dataset, right, *, name="", recipe="", match=None, trials=1000, length=4):
    counts = [0] * (length + 1)
    counts[0], counts[length] = trials - right, right
    interval = wilson(right, trials)
    measured = Accuracy(
        tally=Tally(counts=(tuple(counts),)), captcha_interval=interval, character_interval=interval
    )
    predictions = match is not None and Predictions(
        files=("a",) * trials, predictions=("1",) * trials, targets=("1",) * trials,
        match=tuple(map(bool, match)),
    )  # fmt: skip
    return breaker(
        dataset=dataset, breaker=name or f"reader-{dataset}", accuracy=measured, recipe=recipe,
        predictions=predictions or None, warnings=(),
    )  # fmt: skip


def test_the_difference_of_two_rates_is_newcombe_s():
    """Table II of Newcombe 1998, method 10: 56 of 70 and 48 of 80."""
    low, high = difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_the_strongest_breaker_ranks_a_captcha():
    doc = document(
        breakers=(
            reader("a", 900), reader("a", 950, name="better"), reader("b", 930), reader("c", 300),
        ),
        rows=(),
    )  # fmt: skip
    places = ranking(doc)
    assert [entry.strongest.dataset for entry in places] == ["c", "b", "a"]
    assert [entry.strongest.name for entry in places] == ["reader-c", "reader-b", "better"]
    assert [entry.is_apart for entry in places] == [True, False, False]
    assert places[0].behind == pytest.approx(0.63)
    assert places[-1].interval is None


def test_one_captcha_and_single_characters_are_not_ranked():
    assert ranking(document(breakers=(reader("a", 900), reader("a", 300, name="b")), rows=())) == []
    single = breaker(dataset="mnist", accuracy=accuracy(900, 1000, 1))
    assert ranking(document(breakers=(reader("a", 900), single), rows=())) == []


def test_trainings_that_differ_in_their_seed_count_as_one():
    match = np.arange(1000)[None] < np.array([[880], [900], [920]])
    several = [
        reader("a", int(row.sum()), name=f"net-a-{n}", recipe="r", match=row)
        for n, row in enumerate(match)
    ]
    doc = document(breakers=(*several, reader("a", 910, name="other"), reader("b", 950)), rows=())
    strongest = ranking(doc)[0].strongest
    assert (strongest.name, strongest.rate) == ("other", 0.91)  # the best of three is no breaker
    strongest = ranking(document(breakers=(*several, reader("b", 950)), rows=()))[0].strongest
    assert strongest.name == "net-a (3 trainings)"
    assert strongest.rate == pytest.approx(0.9)
    assert strongest.captchas == 1000


def test_three_trainings_on_the_same_captchas_are_not_three_times_the_captchas():
    match = np.arange(1000) < 900
    same = [reader("a", 900, name=f"n-{n}", recipe="r", match=match) for n in range(3)]
    _, (low, high) = pooled(same)
    assert (low, high) == pytest.approx(wilson(900, 1000), abs=1e-4)
    unlike = [
        reader("a", int(row.sum()), name=f"n-{n}", recipe="r", match=row)
        for n, row in enumerate(np.arange(1000)[None] < np.array([[800], [900], [1000]]))
    ]
    _, (wider_low, wider_high) = pooled(unlike)
    assert wider_high - wider_low > 3 * (high - low)


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_interval_of_pooled_trainings_covers(spread):
    """Captchas differ in difficulty, trainings in skill: the mean of all trainings is in it."""
    rng, inside = np.random.default_rng(0), 0
    times, captchas, trainings = 120, 400, 5
    grid = rng.normal(size=(2000, 1)) + spread * rng.normal(size=200) + 1.0
    true = float((1 / (1 + np.exp(-2 * grid))).mean())
    for _ in range(times):
        skill = spread * rng.normal(size=(trainings, 1))
        chance = 1 / (1 + np.exp(-2 * (rng.normal(size=captchas) + skill + 1.0)))
        match = rng.random((trainings, captchas)) < chance
        several = [
            reader("a", int(row.sum()), name=f"n-{n}", recipe="r", match=row, trials=captchas)
            for n, row in enumerate(match)
        ]
        low, high = pooled(several)[1]
        inside += low <= true <= high
    assert inside >= 0.88 * times
