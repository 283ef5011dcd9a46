"""What becomes of the store's numbers: names, denominators and warnings stay with them."""

import numpy as np
import pytest
from planted import Planted

import reports
from harness.results.rows.detection import DETECTION_COLUMNS

LABELS = [[0, 1, 2], [2, 1, 0]] * 20


@pytest.fixture
def planted(tmp_path):
    def made(more="", **drawn):
        home = Planted(tmp_path / "home", LABELS, more)
        home.draw(**drawn)
        home.train()
        home.read()
        return home

    return made


def test_clean_rates_have_what_stands_behind_them(planted, tmp_path):
    document = planted().document()
    (breaker,) = document.breakers
    assert "few_captchas" in breaker.warnings
    columns = breaker.columns()
    assert (columns["n_captchas"], columns["n_characters"]) == (40, 120)
    assert columns["captcha_accuracy_low"] < columns["captcha_accuracy"] == 1.0
    assert columns["captcha_accuracy_high"] == 1.0
    assert (columns["status"], columns["warnings"]) == ("ok", "few_captchas")
    reports.write(document, tmp_path)
    assert "<code>few_captchas</code>" in (tmp_path / "report.html").read_text()
    assert document.raised_warnings() == {
        "few_captchas": "fewer than 1,000 captchas behind the figure"
    }


def test_enough_captchas_are_not_called_few(tmp_path):
    home = Planted(tmp_path / "home", LABELS * 25)
    home.draw()
    home.train()
    home.read()
    (breaker,) = home.document().breakers
    assert breaker.warnings == ()


def test_files_keep_the_names_of_their_owner(planted, tmp_path):
    names = [f"{number}_ü =1.png" for number in range(40)]
    home = planted('[attacks.pgd]\nattack = "pgd"\n', files=names)
    home.craft({"pgd": [[[1, 1, 1]] * 40] * 3})
    document = home.document()
    (breaker,) = document.breakers
    assert list(breaker.predictions.files) == names
    assert [picture.file for picture in document.datasets[0].pictures] == names[:6]
    assert document.samples[0].pictures[0].file == names[0]
    reports.write(document, tmp_path)
    assert names[0] in (tmp_path / "predictions" / "d-b-none.csv").read_text()
    assert names[0] in (tmp_path / "report.html").read_text()


def test_without_names_files_are_numbered(planted):
    document = planted(files=["fewer than there are.png"]).document()
    assert document.breakers[0].predictions.files[39] == "test-000039.png"


def test_what_is_odd_about_a_data_set_is_shown(planted, tmp_path):
    odd = ["odd_labels: 4 labels of 300 have another length: '48 (1)'", "copies: 3 of 300"]
    lines = [*odd, "left_out: 1 file of 300: x.png"]
    document = planted(label_warnings=lines, plain=7, unreadable=["x.png"]).document()
    (data,) = document.datasets
    assert data.plain == 14  # of train and test
    assert data.label_warnings == tuple(odd)
    assert data.warnings == ("plain_pictures", "odd_labels", "copies", "left_out")
    assert set(data.warnings) <= set(document.raised_warnings())
    reports.write(document, tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "14 pictures are of one color" in page
    assert "4 labels of 300 have another length" in page
    assert "<code>plain_pictures</code>" in page


GUARDED = """
[attacks.pgd]
attack = "pgd"
[detectors.x]
detector = "squeeze"
aware = 0
"""


def guarded(tmp_path, fpr, clean):
    home = Planted(tmp_path / "home", LABELS, f"{GUARDED}fpr = {fpr}\n", validation=100)
    home.draw()
    home.train()
    home.read()
    home.craft({"pgd": [LABELS, [[1, 1, 1]] * 40, [[1, 1, 1]] * 40]})
    scores = np.linspace(0, 1, 40, dtype=np.float32)
    past = np.ones((3, 40), bool)
    home.fit(clean, 0.5)
    home.look(np.array([scores] * 3), past)
    return [row.columns() for row in home.document().detections]


def test_the_rate_at_five_percent_is_that_and_no_other(tmp_path):
    clean = np.linspace(0, 1, 100)
    row, _ = guarded(tmp_path, 0.2, clean)
    # The threshold that was set is 0.5; 5 % of the clean captchas lie above 95/99.
    scores = np.linspace(0, 1, 40)
    assert row["tpr_at_fpr_5pct"] == (scores > 0.9596).mean()
    assert row["tpr"] == (scores > 0.5).mean()
    assert row["tpr_low"] < row["tpr"] < row["tpr_high"]
    assert row["target_fpr"] == 0.2
    assert row["fpr_low"] < row["fpr"] == 0.5 < row["fpr_high"]
    assert (row["n_attacked"], row["status"]) == (40, "ok")
    assert tuple(row) == DETECTION_COLUMNS


def test_at_five_percent_the_column_is_what_it_was(tmp_path):
    row, _ = guarded(tmp_path, 0.05, np.linspace(0, 1, 100))
    assert row["tpr_at_fpr_5pct"] == row["tpr"] == (np.linspace(0, 1, 40) > 0.5).mean()


def test_too_few_clean_captchas_for_five_percent_give_no_figure(tmp_path):
    row, _ = guarded(tmp_path, 0.2, np.linspace(0, 1, 19))
    assert row["tpr_at_fpr_5pct"] is None
    assert row["tpr"] == 0.5


def test_every_warning_reaches_the_section_of_warnings(tmp_path):
    home = Planted(tmp_path / "home", LABELS, GUARDED, validation=100)
    home.draw()
    home.train()
    home.read()
    home.craft({"pgd": [LABELS, [[1, 1, 1]] * 40, [[1, 1, 1]] * 40]})
    home.fit(np.linspace(0, 1, 100), 0.5)
    home.look(np.zeros((3, 40), np.float32), np.ones((3, 40), bool))
    document = home.document()
    assert "not_aware" in document.raised_warnings()
    reports.write(document, tmp_path)
    assert "<code>not_aware</code>" in (tmp_path / "report.html").read_text()
