"""Two runs side by side: every figure, also those that are gone, new or failed; and a gate."""

import csv
import json
import re

import pytest
from console import command
from documents import HOSTILE, Parsed, accuracy, breaker, document, row
from planted import Planted

from commands.comparison import compared
from commands.comparison_files import write_comparison
from harness.errors import SpecError
from harness.results.rows.certified import CertifiedRow
from harness.results.rows.detection import DetectionRow
from harness.results.rows.gan import GanRow
from harness.results.rows.people import PeopleRow
from harness.results.rows.precision import PrecisionRow
from harness.results.rows.prediction import Predictions
from harness.results.rows.visit import VisitRow


def only(rows, **wanted):
    return [c for c in rows if all(c[name] == value for name, value in wanted.items())]


def test_clean_accuracy_is_compared_without_any_attack():
    before, after = (document((breaker(hits),), ()) for hits in (630, 280))
    comparison = compared(before, after)
    (change,) = comparison.as_json()
    assert (change["kind"], change["row"]) == ("breaker", "letters reader none")
    assert (change["before"], change["after"]) == (0.63, 0.28)
    assert (change["before_n"], change["after_n"]) == (1000, 1000)
    assert change["before_interval"] == pytest.approx((0.61, 0.65))
    assert change["changed"]
    first, last = comparison.as_text().splitlines()
    assert "0.6300" in first
    assert "0.2800" in first
    assert last == "1 of 1 common rows differ by more than chance"


def everything(share, status="ok"):
    """One figure of each kind, all of the same rate."""
    hits, ok = int(1000 * share), status == "ok"
    names = {"dataset": "d", "breaker": "b"}
    measured = accuracy(hits, 1000) if ok else None
    return document(
        (breaker(hits, accuracy=measured, status=status),),
        (row(right=hits, status=status, on_target=hits if ok else None),),
        certified=(
            CertifiedRow(**names, defense="n", epsilon=0.1, accuracy=measured, status=status),
        ),
        detections=(
            DetectionRow(
                **names, detector="x", attack="pgd", norm="linf", epsilon=0.1, adaptive=False,
                n_adversarial=1000 if ok else 0, noticed=hits, n_clean=1000 if ok else 0,
                false_alarms=hits, status=status,
            ),
        ),
        visits=(
            VisitRow(
                **names, variant="v", defense="n", visits=1000 if ok else 0, passed=hits,
                status=status,
            ),
        ),
        gans=(
            GanRow(
                gan="g", kind="k", dataset="d", drawn=1000 if ok else None, agreed=hits,
                kid=share if ok else None, kid_interval=(share, share + 0.01), status=status,
            ),
        ),
        people=(
            PeopleRow(
                variant="v", people=9, captchas=1000, right=hits, interval=(share, share),
                p50_seconds=3.0,
            ),
        ) if ok else (),
        precision=(
            PrecisionRow(
                **names, coverage=0.1, threshold=0.5, n_shown=10_000, n_submitted=1000,
                n_right=hits, interval=(share, share), solved=1.0,
            ),
        ) if ok else (),
    )  # fmt: skip


KINDS = {
    "breaker", "attack", "target", "certified", "detection", "false alarms", "visit", "gan", "kid",
    "people", "precision",
}  # fmt: skip


def test_every_kind_of_figure_is_compared():
    comparison = compared(everything(0.2), everything(0.8))
    assert {change.kind for change in comparison.changes} == KINDS
    assert all(change.outcome == "changed" for change in comparison.changes)
    same = compared(everything(0.2), everything(0.2))
    assert {change.outcome for change in same.changes} == {"same"}
    assert not same.is_worse


def test_a_broken_run_is_not_the_same_as_a_good_one():
    comparison = compared(everything(0.2), everything(0.2, "failed"))
    outcomes = {change.kind: change.outcome for change in comparison.changes}
    assert outcomes["breaker"] == outcomes["attack"] == outcomes["visit"] == "failed"
    assert outcomes["people"] == "gone"
    assert comparison.is_worse
    *lines, last = comparison.as_text().splitlines()
    assert (
        "failed: breaker letters reader none: 0.2000 (0.1800 to 0.2200, n 1,000) -> failed" in lines
    )
    assert last.startswith("0 of 0 common rows differ")
    assert "6 failed" in last
    mended = compared(everything(0.2, "failed"), everything(0.2))
    assert {change.outcome for change in mended.changes} == {"measured", "new"}
    assert not mended.is_worse
    neither = compared(everything(0.2, "failed"), everything(0.2, "failed"))
    assert {change.outcome for change in neither.changes} == {"in neither"}


def test_rows_that_are_gone_or_new_are_counted():
    before = document((breaker(), breaker(breaker="other")), ())
    after = document((breaker(), breaker(breaker="third")), ())
    comparison = compared(before, after)
    assert [change.outcome for change in comparison.changes] == ["gone", "new", "same"]
    *_, last = comparison.as_text().splitlines()
    assert last == "0 of 1 common rows differ by more than chance; 1 gone; 1 new"


def test_images_from_several_breakers_are_several_rows():
    rows = tuple(
        row(right=hits, knowledge="transfer", source=source)
        for source, hits in (("x", 100), ("y", 900))
    )
    comparison = compared(document((), rows), document((), rows[:1]))
    assert [change.outcome for change in comparison.changes] == ["gone", "same"]


def reading(match):
    """A breaker that has read so many captchas, and which of them right."""
    count = len(match)
    predictions = Predictions(
        files=tuple(f"{n}.png" for n in range(count)), predictions=("1",) * count,
        targets=("1",) * count, match=tuple(match),
    )  # fmt: skip
    return document((breaker(sum(match), count, predictions=predictions),), ())


def test_the_same_captchas_are_compared_one_by_one():
    """40 more of 1,000 are read, none is lost: the intervals overlap, the captchas do not lie."""
    first = reading([n < 500 for n in range(1000)])
    (change,) = compared(first, reading([n < 540 for n in range(1000)])).changes
    assert (change.test, change.outcome) == ("McNemar", "changed")
    assert change.chance == pytest.approx(2 * 0.5**40)
    others = reading([n < 540 for n in range(1000)])
    renamed = others.breakers[0].predictions.model_copy(update={"targets": ("2",) * 1000})
    other = breaker(540, 1000, predictions=renamed)
    (change,) = compared(first, document((other,), ())).changes
    assert (change.test, change.outcome) == ("Fisher", "same")


def test_the_more_figures_are_compared_the_further_one_must_lie_off():
    rows = [tuple(row(f"a{n}", right=500) for n in range(number)) for number in (1, 200)]
    for before in rows:
        off = (before[0].model_copy(update={"accuracy": accuracy(570, 1000)}), *before[1:])
        comparison = compared(document((), before), document((), off))
        (change,) = [each for each in comparison.changes if each.after.value == 0.57]
        assert change.chance == pytest.approx(0.002, rel=0.1)
        assert change.outcome == ("changed" if len(before) == 1 else "same")


@pytest.mark.parametrize("ending", ["html", "csv", "md", "json"])
def test_a_comparison_is_a_file_by_the_ending_of_its_name(tmp_path, ending):
    hostile = breaker(breaker=HOSTILE)
    comparison = compared(
        document((breaker(630), hostile), ()), document((breaker(280), breaker(breaker="new")), ())
    )
    file = tmp_path / f"changes.{ending.upper()}"
    write_comparison(comparison, file)
    text = file.read_text()
    assert "1 of 1 common rows differ" in text or ending in ("csv", "json")
    if ending == "html":
        assert len(re.findall("<script>", text)) == 1
        assert HOSTILE in Parsed(text).text
        assert "-35.0" in text
    if ending == "csv":
        kinds = [(one["outcome"], one["test"]) for one in csv.DictReader(text.splitlines())]
        assert kinds == [("changed", "Fisher"), ("gone", ""), ("new", "")]
    if ending == "md":
        assert "<script" not in text.replace("\\<", "")
        assert "| changed | breaker letters reader none |" in text


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(SpecError, match="must end with"):
        write_comparison(compared(document(), document()), tmp_path / "changes.pdf")


def test_compare_writes_nothing_and_is_a_gate_when_asked(tmp_path):
    """Two sweeps without attacks, as the command line sees them."""
    home, runs = tmp_path / "home", []
    for seed, right in ((3, 126), (4, 56)):
        planted = Planted(home, [[0, 1, 2]] * 200, seed=seed)
        planted.draw()
        planted.train()
        planted.read([[0, 1, 2]] * right + [[1, 1, 1]] * (200 - right))
        file = tmp_path / f"{seed}.toml"
        file.write_text(planted.text)
        said = json.loads(command("run", file, "--json", home=home, check=0).stdout)
        runs.append(said["run"])
    before = {file: file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file()}
    rows = json.loads(command("compare", *runs, "--json", home=home, check=0).stdout)
    (change,) = only(rows, kind="breaker")
    assert (change["before"], change["after"], change["before_n"]) == (0.63, 0.28, 200)
    assert command("compare", *runs, "--fail-if-changed", home=home, check=4).stdout
    command("compare", runs[0], runs[0], "--fail-if-changed", home=home, check=0)
    after = {file: file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file()}
    reports = {file for file in before if "/runs/" in str(file) or "/results/" in str(file)}
    assert {f: t for f, t in after.items() if f in reports} == {f: before[f] for f in reports}
    assert set(after) == set(before)
