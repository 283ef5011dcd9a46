"""Each warning has a planted case that trips it, and a clean case that does not."""

import pytest

from harness.metrics import wilson
from harness.results import checks
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.tally import Accuracy, Tally

ATTACKS = {"fgsm": "fgsm", "pgd": "pgd", "noise": "uniform_noise", "square": "square"}


def row(attack, epsilon, hits, trials=2000, knowledge="white_box", **more):
    tally = Tally(counts=((trials - hits, hits),))
    interval = wilson(hits, trials)
    accuracy = Accuracy(tally=tally, captcha_interval=interval, character_interval=interval)
    known = {
        "dataset": "d", "breaker": "b", "source": "b", "defense": "none", "norm": "linf",
        "clean": Tally(counts=((40 * trials // 2000, 1960 * trials // 2000),)),
    }  # fmt: skip
    return ResultRow(
        **(known | more), attack=attack, epsilon=epsilon, accuracy=accuracy, knowledge=knowledge
    )


def codes(*rows):
    warned = checks.warn(rows, ["pgd"], ATTACKS, classes=10)
    return {code for one in warned for code in one.warnings}


CLEAN = (
    row("fgsm", 0.0, 1960),
    row("fgsm", 0.1, 800),
    row("fgsm", 0.6, 300),
    row("pgd", 0.0, 1960),
    row("pgd", 0.1, 20),
    row("pgd", 0.6, 0),
    row("noise", 0.1, 1900, knowledge="black_box"),
    row("square", 0.1, 90, knowledge="black_box"),
    row("fgsm", 0.1, 1500, knowledge="transfer", source="other"),
    row(WORST_CASE, 0.1, 20, knowledge="all", source="all"),
)

PLANTED = {
    "few_captchas": row("pgd", 0.1, 5, trials=999),
    "weaker_than_fgsm": row("pgd", 0.1, 1200),
    "weaker_than_noise": row("fgsm", 0.1, 1955),
    "transfer_beats_white_box": row("fgsm", 0.1, 100, knowledge="transfer", source="other"),
    "black_box_beats_white_box": row("pgd", 0.1, 700),
    "success_falls": row("pgd", 0.3, 900),
    "above_chance_at_largest": row("pgd", 0.6, 900),
    "clean_differs": row("fgsm", 0.0, 1959),
}


def test_believable_rows_get_no_warning():
    assert codes(*CLEAN) == set()


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_case_is_found(code):
    planted = PLANTED[code]
    others = [
        one
        for one in CLEAN
        if (one.attack, one.epsilon, one.knowledge)
        != (planted.attack, planted.epsilon, planted.knowledge)
    ]
    assert code in codes(*others, planted)
    assert code in checks.MEANING


def test_warnings_that_are_there_stay():
    marked = row("fgsm", 0.1, 800).model_copy(update={"warnings": ("leaking_protocol",)})
    assert checks.warn([marked], [], ATTACKS, 10)[0].warnings == ("leaking_protocol",)


def test_failed_rows_pass_unchanged():
    failed = ResultRow(
        dataset="d", breaker="b", source="b", knowledge="white_box", defense="none",
        attack="fgsm", norm="linf", epsilon=0.1, status="failed",
    )  # fmt: skip
    assert checks.warn([failed], [], ATTACKS, 10) == [failed]


def test_what_was_probed_becomes_codes():
    sound = {
        "gradients": {"zero": 0.0, "bad": 0.0},
        "answers": {"probabilities": False, "random": False},
        "more_steps": 0.0,
    }
    assert checks.probed(sound) == ()
    assert checks.probed({}) == ()
    assert checks.probed({"more_steps": None}) == ()
    for key, value, code in (
        ("gradients", {"zero": 0.5, "bad": 0.0}, "zero_gradients"),
        ("gradients", {"zero": 0.0, "bad": 0.01}, "bad_gradients"),
        ("answers", {"probabilities": True, "random": False}, "probabilities"),
        ("answers", {"probabilities": False, "random": True}, "random_answers"),
        ("more_steps", 0.1, "more_steps_help"),
    ):
        assert checks.probed(sound | {key: value}) == (code,)
        assert code in checks.MEANING
