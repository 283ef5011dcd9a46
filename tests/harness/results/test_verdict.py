"""What a verdict says: its grade by the right end of the interval, its sentence by the figures."""

import pytest
from documents import breaker, document

from harness.metrics import wilson
from harness.results.attackers import FEWEST
from harness.results.rows.attacker_cost import AttackerCostRow, Attempts
from harness.results.rows.precision import PrecisionRow
from harness.results.rows.visit import VisitRow
from harness.results.tally import Accuracy, Tally
from harness.results.verdict import (
    BROKEN_FROM,
    MEANING,
    STANDS_BELOW,
    verdict,
    verdicts,
)


def reader(right, trials, labels=0, name="", length=4, **changes):
    counts = [0] * (length + 1)
    counts[0], counts[length] = trials - right, right
    interval = wilson(right, trials)
    accuracy = Accuracy(
        tally=Tally(counts=(tuple(counts),)), captcha_interval=interval, character_interval=interval
    )
    name = name or f"with-{labels}"
    return breaker(accuracy=accuracy, train_images=labels, breaker=name, warnings=(), **changes)


def judged(*breakers, **fields):
    whole = document(breakers=breakers, rows=(), **{"tries_per_day": 1000, **fields})
    return verdict(whole, "letters")


def choice(right, submitted, shown, name="with-0", solved=500.0, best=True):
    return PrecisionRow(
        dataset="letters", breaker=name, coverage=submitted / shown, threshold=0.5, n_shown=shown,
        n_submitted=submitted, n_right=right, interval=wilson(right, submitted), solved=solved,
        best=best,
    )  # fmt: skip


def test_the_sentence_of_a_whole_assessment():
    said = judged(
        reader(380, 1000),
        reader(100, 1000, name="another"),
        reader(710, 1000, 50),
        reader(850, 1000, 200),
        reader(960, 1000, 900),
        precision=(choice(94, 100, 1000, "with-900", 940.0),),
    )
    assert said.sentence == (
        "A bot that has seen 900 of your captchas solves 96 of 100; with 50 labelled 71; without "
        "any 38; choosing its tries it gets in 940 times a day of your 1,000."
    )
    assert said.grade == "open"


@pytest.mark.parametrize(
    ("breakers", "sentence"),
    [
        ([reader(380, 1000)], "A bot without any label of yours solves 38 of 100."),
        (
            [reader(0, 1000), reader(5, 1000, 900)],
            "A bot that has seen 900 of your captchas solves 0.5 of 100; without any none of "
            "1,000.",
        ),
        ([reader(1000, 1000, 50)], "A bot that has seen 50 of your captchas solves all of 1,000."),
        ([reader(999, 1000, 50)], "A bot that has seen 50 of your captchas solves 99.9 of 100."),
    ],
)
def test_the_sentence_of_less(breakers, sentence):
    assert judged(*breakers).sentence == sentence


@pytest.mark.parametrize(
    ("breakers", "grade"),
    [
        ([reader(0, 1000), reader(0, 1000, 900)], "stands"),
        ([reader(0, 1000), reader(3, 1000, 900)], "stands"),
        ([reader(0, 1000), reader(5, 1000, 900)], "weak"),  # the upper end is above 1 %
        ([reader(0, 100), reader(0, 100, 900)], "weak"),  # too few to say that it stands
        ([reader(0, 1000)], "weak"),  # nobody learned from it
        ([reader(0, 1000), reader(100, 1000, 900)], "weak"),  # 10 %: the lower end is below it
        ([reader(0, 1000), reader(125, 1000, 900)], "broken"),
        ([reader(125, 1000), reader(125, 1000, 900)], "open"),
        ([reader(125, 1000)], "open"),
    ],
)
def test_the_grade_is_judged_by_an_end_of_the_interval(breakers, grade):
    assert judged(*breakers).grade == grade
    assert grade in MEANING


def test_the_limits_are_those_of_the_intervals():
    for right in range(200):
        low, high = wilson(right, 1000)
        grade = judged(reader(0, 1000), reader(right, 1000, 900)).grade
        expected = "broken" if low >= BROKEN_FROM else "stands" if high < STANDS_BELOW else "weak"
        assert grade == expected, right


@pytest.mark.parametrize("code", ["still_learning", "stuck_at_chance", "few_labels_curve_rises"])
def test_a_breaker_that_learned_too_little_shows_nothing_to_stand(code):
    learned = reader(0, 1000, 900).model_copy(update={"warnings": (code,)})
    assert judged(reader(0, 1000), learned).grade == "weak"
    assert not judged(reader(0, 1000), learned).complete


def test_a_training_that_was_left_out_shows_nothing_to_stand():
    missing = breaker(accuracy=None, train_images=900, breaker="with-900", status="skipped")
    assert judged(reader(0, 1000), reader(0, 1000, 50), missing).grade == "weak"


def test_what_chooses_counts_where_it_chose_enough():
    plain = reader(40, 1000)
    assert judged(plain).grade == "weak"
    assert judged(plain, precision=(choice(30, 40, 1000),)).grade == "open"
    few = choice(20, FEWEST - 1, 1000)
    assert judged(plain, precision=(few,)).grade == "weak"
    worse = choice(30, 40, 1000, best=False)
    assert judged(plain, precision=(worse,)).grade == "weak"


def test_the_highest_share_is_what_is_not_ruled_out():
    assert judged(reader(0, 1000), reader(5, 1000, 900)).highest == wilson(5, 1000)[1]
    nothing_right = choice(0, 30, 1000, solved=0.0)
    assert judged(reader(0, 1000), precision=(nothing_right,)).highest == wilson(0, 1000)[1]
    assert judged().highest == 1.0


def test_too_few_captchas_say_nothing():
    assert judged(reader(10, FEWEST - 1)).attackers == []
    assert verdicts(document(breakers=(reader(10, FEWEST - 1),), rows=())) == []


def test_single_characters_are_no_captchas():
    assert verdicts(document(breakers=(reader(900, 1000, 50, length=1),), rows=())) == []


def test_a_page_is_judged_by_its_visits():
    visits = VisitRow(
        dataset="letters", variant="login", breaker="ddddocr", defense="none", visits=100,
        passed=75, interval=wilson(75, 100),
    )  # fmt: skip
    said = judged(visits=(visits,))
    assert said.sentence == "A bot without any label of yours passes your page 75 of 100."
    assert said.grade == "open"
    noisy = visits.model_copy(update={"defense": "pgd 0.1"})
    assert judged(visits=(noisy,)).attackers == []


def test_what_it_costs_is_said_of_who_solves_most():
    costs = tuple(
        AttackerCostRow(
            dataset="letters", breaker=name, architecture="cnn", labels_by_hand=labels,
            training_seconds=seconds, tries_per_day=1000, loads_per_day=10_000,
            attempts=Attempts(loads=1000, tries=1000, solved=solved, interval=(0.1, 0.9)),
        )
        for name, labels, seconds, solved in (("free", 0, None, 380), ("most", 900, 90.0, 800))
    )  # fmt: skip
    said = judged(reader(380, 1000), attacker_costs=costs)
    assert said.cost_sentence == (
        "Who solves most a day (most) needs 900 labels by hand, 1.5 minutes of training first, "
        "then 1.2 tries and 1.2 captchas looked at for each that is solved; people are paid 0.50 "
        "dollars for solving 1,000."
    )
    assert judged(reader(0, 1000)).cost_sentence == ""


def test_a_weak_training_on_many_labels_does_not_hide_a_strong_one_on_few():
    weak = judged(reader(760, 1000), reader(907, 1000, 300), reader(535, 1000, 3000))
    assert weak.sentence.startswith(
        "A bot that has seen 300 of your captchas solves 91 of 100; without any 76"
    )
    assert [each.labels for each in weak.trained] == [300]
