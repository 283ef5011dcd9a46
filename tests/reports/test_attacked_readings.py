"""Each rate under attack leads to its captchas: a file with all of them, a sheet with pictures."""

import csv
import re

from documents import PIXEL, breaker, document, row

import reports
from harness.results.document import Picture, SampleSheet
from harness.results.rows.prediction import AttackedReading


def reading(attack="pgd", epsilon=0.1, texts=("0042", "17"), **changes):
    known = {
        "dataset": "letters", "breaker": "reader", "defense": "none", "knowledge": "white_box",
        "source": "reader", "norm": "linf",
    }  # fmt: skip
    return AttackedReading(attack=attack, epsilon=epsilon, predictions=texts, **(known | changes))


def files(folder):
    return sorted(file.name for file in folder.glob("predictions/*.csv"))


def test_a_file_has_the_owner_s_names_and_what_was_read(tmp_path):
    reports.write(document(attacked=(reading(),)), tmp_path)
    with (tmp_path / "predictions" / "letters-reader-none-pgd-0.1.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [tuple(row.values()) for row in rows] == [
        ("a.png", "0042", "0042", "True", ""), ("b.png", "17", "1e5", "False", ""),
    ]  # fmt: skip


def test_attacks_of_one_name_keep_their_own_files(tmp_path):
    transfer = {"knowledge": "transfer", "defense": "blur"}
    attacked = (
        reading(), reading(norm="l2"), reading(defense="blur"), reading(**transfer),
        reading(**transfer, source="other"), reading(attack="../up"),
        reading(breaker="unread"),
    )  # fmt: skip
    reports.write(document(attacked=attacked), tmp_path)
    assert files(tmp_path) == sorted(
        [
            "letters-reader-none.csv", "letters-reader-blur.csv",
            "letters-reader-none-pgd-0.1.csv", "letters-reader-none-pgd-0.1-2.csv",
            "letters-reader-blur-pgd-0.1.csv", "letters-reader-blur-pgd-transfer-0.1.csv",
            "letters-reader-blur-pgd-transfer-other-0.1.csv", "letters-reader-none-.._up-0.1.csv",
        ]
    )  # fmt: skip


def test_a_rate_leads_to_its_file_and_its_pictures(tmp_path):
    picture = Picture(
        file="a.png", target="0042", prediction="0O42", clean=PIXEL, clean_prediction="0042",
        perturbed=PIXEL, difference=PIXEL,
    )  # fmt: skip
    sheet = SampleSheet(
        dataset="letters", breaker="reader", defense="none", attack="pgd", epsilon=0.1,
        pictures=(picture,),
    )  # fmt: skip
    rows = (row("pgd", 0.1, right=100), row("fgsm", 0.1, right=200))
    doc = document(breakers=(breaker(),), rows=rows, samples=(sheet,), attacked=(reading(),))
    text = reports.write(doc, tmp_path).read_text()
    (link,) = re.findall(r'<a href="([^"]+)">100 of 1,000</a>', text)
    assert (tmp_path / link).is_file()
    assert re.findall(r'<a class="pictures" href="#([^"]+)"', text) == ["sheet-0"]
    assert '<h4 id="sheet-0">pgd, epsilon 0.1: 900 of 1,000 misread</h4>' in text
    assert "<td>200 of 1,000</td>" in text
