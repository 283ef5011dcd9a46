"""The gate for other programs: JUnit XML, and Markdown."""

from xml.etree import ElementTree

from documents import HOSTILE, breaker, document

import reports
from harness.limits import Limits
from harness.results.document import Failure

NAME = f"a|b {HOSTILE}\x1b[31m"


def written(tmp_path, **changes):
    doc = document(breakers=(breaker(dataset=NAME, warnings=()),), rows=(), **changes)
    return reports.write(doc, tmp_path).read_text()


def test_without_limits_there_are_no_files(tmp_path):
    assert '<section id="limits"' not in written(tmp_path)
    assert not (tmp_path / "limits.xml").exists()
    assert not (tmp_path / "summary.md").exists()


def test_crossed_limits_are_failures_and_failed_steps_errors(tmp_path):
    failures = (
        Failure(step="train x", status="failed", reason="out\x00 of memory"),
        Failure(step="read x", status="skipped", reason="train x failed"),
    )
    written(tmp_path, limits=Limits(captcha_accuracy=0.05, warnings=()), failures=failures)
    suite = ElementTree.parse(tmp_path / "limits.xml").getroot()  # noqa: S314 - our own file
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3", "failures": "1", "errors": "1",
    }  # fmt: skip
    crossed, kept, failed = suite
    assert "up to 69 % are not ruled out" in crossed.find("failure").get("message")
    assert list(kept) == []
    assert failed.find("error") is not None


def test_markdown_names_what_is_crossed_first_and_runs_nothing(tmp_path):
    written(tmp_path, limits=Limits(warnings=(), captcha_accuracy=0.05))
    text = (tmp_path / "summary.md").read_text()
    lines = text.splitlines()
    assert lines[0] == "## A small run: 1 of 2 limits crossed"
    assert lines[4].startswith("| ❌ crossed | captcha_accuracy |")
    assert lines[5].startswith("| ✅ kept | warnings |")
    assert "<script" not in text.replace("\\<", "")
    assert "\x1b" not in text
    assert all(line.replace("\\|", "").count("|") == 6 for line in lines[2:6])


def test_the_page_begins_with_them(tmp_path):
    text = written(tmp_path, limits=Limits(captcha_accuracy=0.05))
    assert text.index('<section id="limits"') < text.index('<section id="verdict"')
    assert "1 of 1 limit crossed." in text
