"""An audit as an outsider does it: a page of his own, by the command, in a sweep, and by pytest."""

import csv
import json
import subprocess
import sys

from captcha_sites import CaptchaSite, flask_site, served
from console import ROOT, command

LOGIN = (
    "--fill", "#user=me", "--passed-text", "wrong password", "--wrong-text", "Wrong code",
)  # fmt: skip
TESTS = """
import pytest

pytestmark = pytest.mark.captcha(alphabet="0-9", length=4)
SELECTORS = {{"image": "#captcha", "answer": "#answer", "submit": "#submit"}}


def test_that_fails(captcha_page, audit):
    assert audit(captcha_page("{url}", **SELECTORS)).holes == []


def test_that_passes(captcha_page, pass_rate):
    assert pass_rate(captcha_page("{url}", **SELECTORS), visits=6) > 0.3
"""


def test_a_page_with_holes_is_audited_by_one_command(tmp_path):
    site = CaptchaSite(frozenset({"replayed", "answer_in_cookie"}))
    with served(flask_site(site, "login")) as url:
        done = command(
            "audit", url, "--alphabet", "0-9", "--length", "4", *LOGIN, "--json",
            home=tmp_path, check=4,
        )  # fmt: skip
        shown = json.loads(done.stdout)
        assert shown["holes"] == ["replayed", "answer_in_cookie"] == shown["lets_in"]
        assert shown["requests"] <= 60
        again = command("run", next(tmp_path.glob("runs/*/sweep.toml")), home=tmp_path, check=0)
    assert "page: hole: replayed" in again.stdout
    assert "open: The page lets in who reads nothing (replayed, answer_in_cookie)" in again.stdout
    with next(tmp_path.glob("runs/*/audit.csv")).open() as file:
        rows = {row["check"]: row for row in csv.DictReader(file)}
    assert rows["replayed"]["outcome"] == "failed"
    assert rows["omitted"]["outcome"] == "passed"
    assert rows["attempts_limit"]["outcome"] == "did not run"
    page = next(tmp_path.glob("runs/*/report.html")).read_text()
    assert "The page around the captcha" in page
    assert "answer in cookie" in page


def test_what_is_wrong_with_a_page_is_one_line(tmp_path):
    for words, line in {
        ("http://example.com/", "--alphabet", "0-9", "--length", "4"): "only pages of this machine",
        ("http://127.0.0.1:9999/",): "--alphabet",
        ("http://127.0.0.1:1025/", "--alphabet", "0-9", "--length", "4"): "no page answers there",
    }.items():
        done = command("audit", *words, home=tmp_path, check=2)
        (shown,) = done.stderr.strip().splitlines()
        assert line in shown
    with served(flask_site(CaptchaSite())) as url:
        words = ("--alphabet", "0-9", "--length", "4", "--fill", "nothing")
        assert "--fill nothing" in command("audit", url, *words, home=tmp_path, check=2).stderr


def test_pytest_finds_the_fixtures(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    with served(flask_site(CaptchaSite(frozenset({"second_guess", "no_attempts_limit"})))) as url:
        (tmp_path / "test_site.py").write_text(TESTS.format(url=url))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "harness.browser.fixtures"],
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "second_guess: a captcha stays open after a wrong answer" in done.stdout
