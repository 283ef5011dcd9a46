"""Labels for free in the report: the curve, the table, the sentence, and what misleads."""

import pytest
from documents import accuracy, breaker, document

import reports
from commands.figures import figures
from commands.summary import Summary, lines
from harness.metrics import wilson
from harness.results.rows.free_labels import FREE_LABELS_COLUMNS, FreeLabelsRow
from harness.results.tables import tables
from reports.sections import free_labels, training_set_size
from reports.tries_spent import days, furthest, learned

READER = breaker(breaker="ready", right=416, train_images=0, epochs=0)


def row(number=1, right=733, **changes):
    known = {
        "dataset": "letters", "breaker": "free", "round": number, "reader": "ready",
        "labels_by_hand": 0, "tries": 1000 * number, "days": float(number),
        "accepted": 450 * number, "round_tries": 1000, "round_accepted": 450,
        "right_on_accepted": 47, "n_on_accepted": 50, "on_accepted_interval": wilson(47, 50),
        "accuracy": accuracy(right, 1000),
    }  # fmt: skip
    return FreeLabelsRow(**(known | changes))


def asked(*rows, **changes):
    free = breaker(breaker="free", right=900, train_images=1200)
    return document(
        breakers=(READER, free), free_labels=rows or (row(1), row(2, 900)), tries_per_day=1000,
        **changes,
    )  # fmt: skip


def test_the_curve_begins_with_the_first_reader():
    (data,) = free_labels.content(asked()).datasets
    assert [each.fresh.shown for each in data.rounds] == ["73.3 %", "90.0 %"]
    assert [each.seeming.shown for each in data.rounds] == ["94.0 %", "94.0 %"]
    assert "free 90.0 % after 2,000" in data.panel.picture
    points = list(free_labels._points(asked(), "letters", (row(1), row(2, 900))))
    assert [(point["tries"], point["accuracy"]) for point in points] == [
        (0, 0.416), (1000, 0.733), (2000, 0.9),
    ]  # fmt: skip


def test_the_curve_begins_with_labels_by_hand_where_there_are_some():
    first = row(0, 100, reader="", labels_by_hand=20, tries=0, days=0.0, accepted=0,
                round_tries=None, round_accepted=None, n_on_accepted=None,
                right_on_accepted=None, on_accepted_interval=None)  # fmt: skip
    rows = (first, row(1, labels_by_hand=20))
    points = list(free_labels._points(asked(*rows), "letters", rows))
    assert [(point["tries"], point["accuracy"]) for point in points] == [(0, 0.1), (1000, 0.733)]
    (data,) = free_labels.content(asked(*rows)).datasets
    assert (data.rounds[0].days, data.rounds[0].share, data.rounds[0].reader) == (
        "0 days", "-", "-",
    )  # fmt: skip


def test_page_and_csv(tmp_path):
    text = reports.write(asked(), tmp_path).read_text()
    section = text.split('id="free-labels"')[1].split("</section>")[0]
    assert "Held-out accepted (too high)" in section
    assert "450 of 1,000" in section
    said = "Without any label by hand, 2,000 tries = 2 days of asking, it reads 90.0 %"
    assert said in text.replace("\xa0", " ")
    header, *rows = (tmp_path / "free_labels.csv").read_text().splitlines()
    assert tuple(header.split(",")) == FREE_LABELS_COLUMNS
    assert rows[0].startswith("letters,free,1,ready,0,1000,1.0,450,0.733,")


def test_types_of_columns():
    table = tables(asked(row(1), row(2, accuracy=None, status="skipped", tries=None)))
    frame = table["free_labels.csv"]
    for name in ("round", "tries", "accepted", "n_on_accepted", "labels_by_hand"):
        assert str(frame[name].dtype) == "Int64", name
    assert str(frame["days"].dtype) == str(frame["captcha_accuracy"].dtype) == "float64"


def test_without_it_there_is_no_section():
    assert free_labels.content(document()) is None


def test_a_breaker_that_asks_is_no_point_of_the_learning_curve():
    given = [breaker(breaker=f"g{n}", train_images=n) for n in (500, 1000)]
    rows = (row(1), row(2, 900))
    doc = document(breakers=(*given, breaker(breaker="free", train_images=731)), free_labels=rows)
    (curve,) = training_set_size.content(doc).curves
    assert [each.breaker for each in curve.breakers] == ["g500", "g1000"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0.05, "less than a day"), (1.0, "1 day"), (2.4, "3 days"), (1234.0, "1,234 days")],
)
def test_days(number, shown):
    assert days(number) == shown


def test_sentences():
    assert learned(row(2, 900, labels_by_hand=1)) == (
        "with 1 label by hand, 2,000 tries = 2 days of asking, it reads 90.0 % "
        "(95 %: 88.0 to 92.0) of 1,000 fresh captchas; by held-out accepted ones "
        "it would seem to read 94.0 %"
    )
    none = row(1, accuracy=None, status="skipped", accepted=0)
    waiting = row(2, accuracy=None, status="skipped", accepted=None, tries=None, days=None)
    assert furthest([none, waiting]) == none
    assert learned(none).endswith("and no answer was accepted: nothing could be learned from")
    assert learned(waiting) == "without any label by hand: skipped"
    assert furthest([row(1), none]) == row(1)


def test_terminal_json_and_comparison(tmp_path):
    doc = asked()
    assert any("letters: free: without any label by hand" in line for line in lines(doc))
    assert [each["round"] for each in Summary(doc, tmp_path).as_json()["free_labels"]] == [1, 2]
    figure = figures(doc)["free labels", "letters", "free", "2"]
    assert (figure.value, figure.n) == (0.9, 1000)
