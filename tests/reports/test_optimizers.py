"""Optimizers and losses are told apart by color and dash, and accuracy by bits from accuracy."""

from documents import breaker, document, page

from reports.palette import COLORS, DASHES
from reports.sections import optimizers, training

PAIRS = [(optimizer, loss) for optimizer in ("sgd", "adam") for loss in ("cross_entropy", "binary")]


def trained(optimizer, loss, **changes):
    known = {
        "breaker": f"net-{optimizer}-{loss}", "optimizer": optimizer, "loss": loss,
        "right_bits": 36_500, "bits": 40_000,
    }  # fmt: skip
    return breaker(right=0 if optimizer == "sgd" else 600, **(known | changes))


def test_a_color_for_each_optimizer_and_a_dash_for_each_loss(tmp_path):
    doc = document(breakers=[trained(*pair) for pair in PAIRS], rows=())
    (compared,) = optimizers.content(doc).comparisons
    styles = [end.style for end in compared.ends]
    assert [style.color for style in styles] == [COLORS[0], COLORS[0], COLORS[1], COLORS[1]]
    assert [style.dash for style in styles] == [DASHES[0], DASHES[1], DASHES[0], DASHES[1]]
    assert (compared.bits, compared.zeros) == (40, "90.0 %")
    assert [end.bits for end in compared.ends] == ["91.2 %"] * 4
    (lines,) = training.content(doc).datasets
    assert [end.style for end in lines.ends] == styles, "the same lines look the same"
    text, parsed = page(tmp_path, doc)
    assert 'id="optimizers"' in text
    assert "has 90.0 % of the bits right" in parsed.text


def test_breakers_that_differ_in_more_are_not_compared():
    for others in (
        [trained("sgd", "cross_entropy")],
        [trained("sgd", "cross_entropy"), trained("sgd", "cross_entropy", breaker="again")],
        [trained("sgd", "cross_entropy"), trained("adam", "cross_entropy", architecture="else")],
        [trained("sgd", "cross_entropy"), trained("adam", "cross_entropy", defense="blur")],
    ):
        assert optimizers.content(document(breakers=others, rows=())) is None


def test_what_failed_or_was_not_counted_is_shown_as_that(tmp_path):
    failed = trained("sgd", "binary", accuracy=None, status="failed", history=(), bits=None)
    uncounted = trained("adam", "binary", right_bits=None, bits=None, history=())
    doc = document(breakers=(failed, uncounted), rows=())
    (compared,) = optimizers.content(doc).comparisons
    assert compared.panel is None
    assert compared.zeros == ""
    assert [end.status for end in compared.ends] == ["failed", "ok"]
    _, parsed = page(tmp_path, doc)
    assert "Accuracy by bits" not in parsed.text
