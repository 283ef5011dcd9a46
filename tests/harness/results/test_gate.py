"""Limits are judged by the end of an interval that is worse; what was not measured crosses."""

import pytest
from documents import breaker, document, row

from harness.limits import Limits
from harness.metrics import wilson
from harness.results.gate import gate
from harness.results.rows.attacker_cost import AttackerCostRow, Attempts
from harness.results.rows.detection import DetectionRow
from harness.results.rows.result import WORST_CASE
from harness.results.tally import Accuracy, Tally


def exact(right, trials=1000, length=4):
    interval = wilson(right, trials)
    counts = [trials - right, *[0] * (length - 1), right]
    return Accuracy(
        tally=Tally(counts=(tuple(counts),)), captcha_interval=interval, character_interval=interval
    )


def reader(right, **changes):
    return breaker(accuracy=exact(right), warnings=(), **changes)


def judged(limits, **parts):
    checks = gate(document(limits=Limits(**limits), **{"rows": (), **parts}))
    return [(check.limit, check.at, check.kept) for check in checks]


def test_without_limits_nothing_is_judged():
    assert gate(document()) == []
    assert not Limits(epsilon=0.1).are_set


@pytest.mark.parametrize(
    ("right", "limit", "kept"),
    [(0, 0.004, True), (0, 0.003, False), (40, 0.06, True), (40, 0.05, False), (1000, 1.0, True)],
)
def test_the_upper_end_keeps_an_upper_limit(right, limit, kept):
    """Of 1,000 captchas none: up to 0.38 % are not ruled out; 40: up to 5.4 %."""
    got = judged({"captcha_accuracy": limit}, breakers=(reader(right),))
    assert got == [("captcha_accuracy", "letters", kept)]


def test_a_breaker_that_learned_too_little_keeps_no_limit():
    weak = reader(0).model_copy(update={"warnings": ("still_learning",)})
    (check,) = gate(document(breakers=(weak,), rows=(), limits=Limits(captcha_accuracy=0.05)))
    assert not check.kept
    assert "no breaker has learned all it can" in check.reason


def test_ready_made_readers_alone_are_judged_as_they_are():
    ready = reader(0, train_images=0)
    assert judged({"captcha_accuracy": 0.05}, breakers=(ready,)) == [
        ("captcha_accuracy", "letters", True)
    ]


@pytest.mark.parametrize("limit", ["captcha_accuracy", "robust_accuracy", "detected"])
def test_what_was_not_measured_crosses(limit):
    failed = breaker(status="failed", accuracy=None)
    assert [kept for _, _, kept in judged({limit: 0.5}, breakers=(failed,))] == [False]
    assert [kept for _, _, kept in judged({"solved_per_day": 1}, breakers=(failed,))] == [False]


def cost(solved, breaker="reader", dataset="letters"):
    tried = Attempts(tries=1000, loads=1000, solved=solved, interval=wilson(solved, 1000))
    return AttackerCostRow(
        dataset=dataset, breaker=breaker, architecture="cnn", tries_per_day=1000,
        loads_per_day=10_000, price_per_thousand=0.5, attempts=tried,
    )  # fmt: skip


@pytest.mark.parametrize(("limit", "kept"), [(60, True), (50, False)])
def test_solved_a_day(limit, kept):
    got = judged({"solved_per_day": limit}, attacker_costs=(cost(40), cost(10, "other")))
    assert got == [("solved_per_day", "letters", kept)]


@pytest.mark.parametrize(("limit", "kept"), [(0.57, True), (0.6, False)])
def test_the_lower_end_of_the_best_breaker_keeps_a_lower_limit(limit, kept):
    rows = [
        row(WORST_CASE, epsilon, defense=defense, knowledge="all").model_copy(
            update={"accuracy": exact(right)}
        )
        for defense, epsilon, right in (
            ("none", 0.1, 10), ("robust", 0.1, 900), ("none", 0.3, 0), ("robust", 0.3, 603),
        )
    ]  # fmt: skip
    assert judged({"robust_accuracy": limit}, rows=rows) == [("robust_accuracy", "letters", kept)]
    assert judged({"robust_accuracy": 0.8, "epsilon": 0.1}, rows=rows)[0][2]
    assert not judged({"robust_accuracy": 0.1, "epsilon": 0.2}, rows=rows)[0][2]


def seen(noticed, detector="d", attack="pgd", **changes):
    known = {
        "dataset": "letters", "breaker": "reader", "detector": detector, "attack": attack,
        "norm": "linf", "epsilon": 0.1, "adaptive": attack == "aware", "n_adversarial": 500,
        "noticed": noticed, "noticed_interval": wilson(noticed, 500),
    }  # fmt: skip
    return DetectionRow(**(known | changes))


def test_the_best_detector_is_judged_by_its_hardest_attack():
    rows = (seen(480), seen(20, attack="aware"), seen(400, "e"), seen(300, "e", "aware"))
    assert judged({"detected": 0.55}, detections=rows)[0][2]
    assert not judged({"detected": 0.57}, detections=rows)[0][2]
    failed = seen(0, "e", "cw", n_adversarial=0, status="failed")
    assert not judged({"detected": 0.05}, detections=(*rows, failed))[0][2]


def test_warnings_that_may_occur_are_named():
    rows = (row(warnings=("few_captchas",)), row(warnings=("strange",)))
    (check,) = gate(document(rows=rows, limits=Limits(warnings=("few_captchas",))))
    assert (check.kept, check.reason) == (False, "there are strange")
    assert gate(document(rows=rows[:1], limits=Limits(warnings=("few_captchas",))))[0].kept
    assert not gate(document(rows=rows, limits=Limits(warnings=())))[0].kept
