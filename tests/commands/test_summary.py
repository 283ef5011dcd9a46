"""What the terminal and --json say of a run: n, intervals, warnings, and reasons on one line."""

import json
from pathlib import Path

from console import command
from documents import breaker, document, page, row

from commands.summary import Summary, lines
from harness.results.document import Document, Failure
from harness.results.rows.one_line import LONGEST, brief
from harness.results.rows.result import WORST_CASE


def test_a_line_says_n_interval_and_what_it_is_a_day():
    doc = document((breaker(91, 100),), (), tries_per_day=1000)
    line = next(lines(doc))
    assert line == (
        "letters: reader reads 91.0 % of 100 captchas (95 %: 89.0 to 93.0), "
        "910 of the 1,000 tries a day; 91.0 % of characters"
    )


def test_nothing_read_rules_nothing_out():
    line = next(lines(document((breaker(0, 100),), (), tries_per_day=1000)))
    assert "reads 0.0 % of 100 captchas (95 %: 0.0 to 2.0), up to 20 of the 1,000 tries" in line


def test_a_figure_is_not_shown_without_its_warning():
    worst = row(WORST_CASE, right=248, trials=300, knowledge="all", source="all",
                warnings=("few_captchas", "more_steps_help"))  # fmt: skip
    doc = document((breaker(warnings=("still_learning",)),), (worst,))
    line = next(lines(doc))
    assert "flagged: still_learning" in line
    assert "82.7 % of 300 (linf 0.1; 95 %: 80.7 to 84.7; more_steps_help)" in line
    assert list(lines(doc))[-1].startswith(
        "warnings: few_captchas, more_steps_help, still_learning"
    )


def test_a_headline_is_not_shown_without_its_warning(tmp_path):
    worst = row(WORST_CASE, right=248, knowledge="all", source="all", warnings=("more_steps_help",))
    _, parsed = page(tmp_path, document((breaker(warnings=("still_learning",)),), (worst,)))
    assert "flagged (more_steps_help), see Warnings" in parsed.text
    assert "flagged (still_learning), see Warnings" in parsed.text


REASON = "\x1b[31mred\x1b[0m \x1b]0;title\x07first\nsecond\u202e\x9b1m\x00 " + "x" * 3000


def test_a_reason_is_one_line_that_a_terminal_can_take(tmp_path):
    shown = brief(REASON)
    assert shown.startswith("red first second xxx")
    assert len(shown) == LONGEST
    assert shown.endswith(" ...")
    failure = Failure(step="draw a", status="failed", reason=REASON, traceback="failures/ab.txt")
    doc = document(failures=(failure,))
    (line,) = [line for line in lines(doc, Path("home/run")) if line.startswith("failed")]
    assert "\x1b" not in line
    assert "\n" not in line
    assert line.endswith("(traceback: home/run/failures/ab.txt)")
    text, parsed = page(tmp_path, doc)
    assert "\x1b" not in text
    assert "failures/ab.txt" in parsed.text
    assert "x" * (LONGEST + 1) not in text


def test_short_reasons_stay_as_they_are():
    assert brief("no font has Б; choose another") == "no font has Б; choose another"
    assert brief("") == ""


def test_json_has_everything(done):
    place, said = done
    assert [b["breaker"] for b in said["breakers"]] == ["small"] * 3
    assert {b["n_captchas"] for b in said["breakers"]} == {40}
    assert said["datasets"][0]["captchas"] == {"train": 120, "validation": 30, "test": 40}
    for name in ("detections", "certified", "visits", "gans", "people", "targets", "failures"):
        assert said[name] == []
    assert said["rows"]
    assert "few_captchas" in said["warnings"]
    codes = {c for kind in ("rows", "breakers") for r in said[kind] for c in r["warnings"].split()}
    assert set(said["warnings"]) == codes
    again = json.loads(command("report", "tiny", "--json", home=place / "home", check=0).stdout)
    assert timeless(again) == timeless(said)


def timeless(answer):
    """An answer without the seconds of trainings, which another test may have done again."""
    rows = [{**row, "seconds": None} for row in answer["breakers"]]
    timed = ("training_seconds", "milliseconds_per_captcha")
    costs = [{**row, **dict.fromkeys(timed)} for row in answer["attacker_costs"]]
    return {**answer, "breakers": rows, "attacker_costs": costs}


def test_what_an_older_edition_kept_is_read():
    """Fields that came later have defaults."""
    old = document(failures=(Failure(step="s", status="failed", reason="r"),)).model_dump()
    for one in old["failures"]:
        del one["traceback"]
    for name in ("plain", "label_warnings", "warnings"):
        for one in old["datasets"]:
            del one[name]
    text = json.dumps(old)
    read = Document.read(text)
    assert read.failures[0].traceback == ""
    assert Summary(read, Path("page")).as_json()["breakers"]
