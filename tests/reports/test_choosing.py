"""What the report and the terminal say of the attacker who chooses."""

import re

import pytest
from documents import breaker, document, page

from commands.summary import lines
from harness.metrics import wilson
from harness.results.calibration import Calibration, ReliabilityBin
from harness.results.rows.precision import PrecisionPoint, PrecisionRow
from harness.selective_prediction import Budgets
from reports.sections import precision

DAY = Budgets(tries=1000, loads=10_000)


def shown(coverage, submitted, right, best=False, warnings=(), budgets=DAY, **names):
    return PrecisionRow(
        dataset="letters", breaker=names.get("breaker", "reader"), coverage=coverage,
        threshold=1 - coverage, n_shown=1000, n_submitted=submitted, n_right=right,
        interval=wilson(right, submitted), solved=budgets.solved(right, submitted, 1000),
        best=best, warnings=warnings,
    )  # fmt: skip


ROWS = (
    shown(1.0, 1000, 670), shown(0.5, 490, 420), shown(0.1, 104, 101),
    shown(0.01, 11, 11, warnings=("few_submitted",)), shown(0.1, 104, 101, best=True),
)  # fmt: skip
SURE = Calibration(
    error=0.151, by_chance=0.021, by_chance_high=0.03, mean_confidence=0.821,
    bins=tuple(
        ReliabilityBin(texts=100, confidence=n / 10, right=9 * n, interval=wilson(9 * n, 100))
        for n in range(1, 11)
    ),
)  # fmt: skip
POINTS = tuple(
    PrecisionPoint(submitted=n, right=n * 9 // 10, interval=wilson(n * 9 // 10, n))
    for n in (30, 100, 500, 1000)
)


def chosen(rows=ROWS, **changes):
    first = breaker(calibration=SURE, by_coverage=POINTS, **changes)
    return document((first,), (), precision=rows, tries_per_day=DAY.tries, loads_per_day=DAY.loads)


def test_the_terminal_says_what_is_solved_beside_the_plain_rate():
    line = next(lines(chosen()))
    assert "670 of the 1,000 tries a day; of the surest 10.4 % it reads 97.1 %" in line
    assert ", 971 a day" in line, "10,000 loads give 1,040 texts, and 1,000 may be tried"


def test_the_first_card_says_it_in_a_sentence(tmp_path):
    _, parsed = page(tmp_path, chosen())
    assert "submits only the surest 10.4 % of the captchas that he loads" in parsed.text
    assert "solves about 970 a day instead of 670" in parsed.text
    assert "of the surest 10.4 %" in parsed.text


def test_few_submitted_are_no_precision(tmp_path):
    (panel,) = precision.content(chosen()).panels
    by_coverage = {share.coverage: share for share in panel.shares}
    assert list(by_coverage) == ["100 %", "50 %", "10 %", "1 %"], "the best stands for its twin"
    few = by_coverage["1 %"]
    assert (few.precision, few.loads_per_solve, few.solved) == (None, "-", "-")
    assert by_coverage["10 %"].best
    assert by_coverage["100 %"].solved_span == "640 to 698"
    page(tmp_path, chosen())
    cells = (tmp_path / "precision.csv").read_text().splitlines()
    assert cells[4].split(",")[5:] == ["11", "11", "", "", "", "", "", "few_submitted", "False"]
    assert float(cells[3].split(",")[7]) == pytest.approx(101 / 104)


@pytest.mark.parametrize("rows", [(), (shown(1.0, 29, 20, best=True),)])
def test_what_was_not_measured_is_not_spoken_of(rows, tmp_path):
    doc = chosen(rows)
    assert "surest" not in next(lines(doc))
    _, parsed = page(tmp_path, doc)
    assert "An attacker who" not in parsed.text
    assert ("The attacker who chooses" in parsed.text) == bool(rows)


@pytest.mark.parametrize(("submitted", "right"), [(1000, 670), (500, 330)])
def test_where_choosing_gives_no_more_it_is_called_so(submitted, right, tmp_path):
    doc = chosen((shown(submitted / 1000, submitted, right, best=True),))
    assert "surest" not in next(lines(doc))
    assert "solves no more" in page(tmp_path, doc)[1].text


def test_of_many_breakers_the_best_coverage_alone_is_listed(tmp_path):
    names = [f"b{number}" for number in range(11)]
    rows = tuple(
        row.model_copy(update={"breaker": name}) for name in names for row in (ROWS[0], ROWS[-1])
    )
    several = [breaker(breaker=name, calibration=SURE, by_coverage=POINTS) for name in names]
    doc = document(several, (), precision=rows)
    (panel,) = precision.content(doc).panels
    assert [share.breaker for share in panel.shares] == names
    assert all(share.best for share in panel.shares)
    assert len(panel.styles) == 8
    assert "Drawn are 8 breakers of 11" in page(tmp_path, doc)[1].text


def test_loads_that_run_out_first_end_the_day():
    few = Budgets(tries=1000, loads=2000)
    (row,) = (shown(0.1, 100, 95, best=True, budgets=few),)
    assert row.solved_per_day == pytest.approx(190)
    assert row.loads_per_solve == pytest.approx(1000 / 95)


def test_the_breaker_that_is_too_sure_is_called_so(tmp_path):
    text, parsed = page(tmp_path, chosen())
    section = text.split('id="precision"')[1].split("</section>")[0]
    assert "too sure" in section
    assert re.search(r"82\.1 %.*49\.5 %.*0\.151.*0\.021", section, re.DOTALL)
    assert "Right texts against confidence on letters: reader too sure" in section
    assert "90.0 % of the surest 30" in section
    assert len(parsed.ids) == len(set(parsed.ids))
    honest = SURE.model_copy(update={"by_chance_high": 0.2})
    assert honest.judgment == "as sure as it is right"
