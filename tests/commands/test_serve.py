"""serve: from the command line to an answer."""

import base64
import contextlib
import json
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest
from console import ROOT, command
from surroundings import lacking
from tiny import folder

from harness.people.answers import HUMAN, answers


@contextlib.contextmanager
def started(*arguments, home):
    """A server on a free port; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "commands.cli", "serve", *arguments, "--port", "0",
         "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        ready, _, _ = select.select([process.stdout], [], [], 120)
        assert ready, "the server has not said where it is"
        line = process.stdout.readline()
        yield re.search(r"http://127\.0\.0\.1:\d+", line).group()
    finally:
        process.send_signal(signal.SIGINT)
        _out, stderr = process.communicate(timeout=30)
    assert process.returncode == 0, stderr
    assert "Traceback" not in stderr


@pytest.fixture
def served(done):
    """A server over the tests' run."""
    place, _said = done
    home = place / "home"
    with started("--breaker", f"{folder(home).name}/small", home=home) as url:
        yield url


def get(url, data=None):
    with urllib.request.urlopen(url, data, timeout=30) as answer:  # noqa: S310 - our own server
        return answer.read()


def test_a_breaker_of_a_run_answers(served, done):
    place, _said = done
    out = place / "one"
    command("data", "export", place / "tiny.toml", "digits", out, "--count", 1, "-q",
            home=place / "home", check=0)  # fmt: skip
    (file,) = out.glob("*.png")
    sent = json.dumps({"image": base64.b64encode(file.read_bytes()).decode()}).encode()
    found = json.loads(get(f"{served}/predict", sent))
    assert found["success"] is True
    assert found["breaker"].endswith("/small")
    assert get(f"{served}/ping") == b"pong"
    page = get(f"{served}/challenge").decode()
    assert 'id="captcha"' in page
    assert "Captcha 1 of 10" in get(f"{served}/try").decode()
    runs = get(f"{served}/runs").decode()
    assert "small reads" in runs
    (report,) = re.findall(r'href="(/runs/[^"]+/report)"', runs)
    assert b"<!DOCTYPE html>" in get(f"{served}{report}")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{served}/judge")


def test_what_cannot_be_served_is_said_in_a_line(done):
    place, _said = done
    home = place / "home"
    run = folder(home).name
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments, code, word in (
            (("--breaker", "nowhere/small"), 2, "no run"),
            (("--breaker", f"{run}/large"), 2, "small"),
            (("--breaker", f"{run}/small", "--detector", run), 2, "no detectors"),
            (("--breaker", f"{run}/small", "--port", port), 3, f"127.0.0.1:{port}"),
            (("--port", port), 3, f"127.0.0.1:{port}"),
            (("--port", "6000"), 2, "browsers do not open it"),
            (("--reports", "--breaker", run), 2, "the reports alone"),
        ):
            wrong = command("serve", *arguments, home=home)
            assert wrong.returncode == code, wrong.stderr
            assert word in wrong.stderr
            assert wrong.stderr.count("\n") == 1


def test_the_reports_alone_need_no_breaker(done, tmp_path):
    place, _said = done
    with started("--reports", home=place / "home") as url:
        runs = get(f"{url}/runs").decode()
        (report,) = re.findall(r'href="(/runs/[^"]+/report)"', runs)
        assert b"<!DOCTYPE html>" in get(f"{url}{report}")
        index = get(f"{url}/runs/index.html").decode()
        (linked,) = re.findall(r'href="([^"]+/report.html)"', index)
        assert b"<!DOCTYPE html>" in get(f"{url}/runs/{linked}")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(f"{url}/predict", b"{}")
    with started("--reports", home=tmp_path / "nothing") as url:
        assert "No run has a report yet" in get(f"{url}/runs").decode()
    assert not (tmp_path / "nothing").exists(), "looking writes nothing"


def test_two_servers_on_one_run_ask_and_note_for_themselves(done):
    place, _said = done
    home = place / "home"
    arguments = ("--breaker", f"{folder(home).name}/small")
    with started(*arguments, home=home) as first, started(*arguments, home=home) as second:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        for url, times in ((first, 3), (second, 1), (first, 1)):
            for _ in range(times):
                page = browser.open(f"{url}/try", timeout=30).read().decode()
                fields = dict(re.findall(r'name="(name|token)" value="([^"]+)"', page))
                form = urllib.parse.urlencode({**fields, "answer": "?"}).encode()
                browser.open(f"{url}/try", form, timeout=30)
        for url, number in ((first, 5), (second, 2)):
            assert f"Captcha {number} of 10" in browser.open(f"{url}/try").read().decode()
    file = folder(home) / HUMAN
    read = answers(file)
    file.unlink()
    assert (len(read.taken), read.left_out) == (5, "")
    assert len({answer.person for answer in read.taken}) == 2


def test_a_report_under_its_policy_looks_as_it_does_from_the_disk(done):
    from harness.browser.chromium import chromium, program, visitor
    from harness.errors import SkippedError

    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    place, _said = done
    home = place / "home"
    with started("--reports", home=home) as url, chromium() as browser:
        with visitor(browser) as guarded:
            said = []
            guarded.page.on("console", lambda message: said.append(message.text))
            guarded.page.goto(f"{url}/runs/{folder(home).name}/report")
            assert said == [], "what a policy forbids is said on the console"
            count = "document.querySelectorAll('svg, img').length"
            assert guarded.page.evaluate(count) > 2
            broken = "[...document.images].filter(one => !one.naturalWidth).length"
            assert guarded.page.evaluate(broken) == 0
            style = "getComputedStyle(document.querySelector('h1')).fontSize"
            assert guarded.page.evaluate(style) != "32px", "it has its own style"
            guarded.page.click("text=All runs")
            assert guarded.page.url == f"{url}/runs"
            guarded.page.goto(f"{url}/nothing")
            assert "Not Found" in guarded.page.title()
        assert guarded.blocked == []
