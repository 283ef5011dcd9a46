"""serve: from the command line to an answer."""

import base64
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from conftest import ROOT, command, folder


@pytest.fixture
def served(done):
    """A server over the tests' run, on a free port."""
    place, _said = done
    home = place / "home"
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "serve", "--breaker", f"{folder(home).name}/small",
         "--port", "0", "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    line = process.stdout.readline()
    yield re.search(r"http://127\.0\.0\.1:\d+", line).group()
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Traceback" not in said


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
        ):
            wrong = command("serve", *arguments, home=home)
            assert wrong.returncode == code, wrong.stderr
            assert word in wrong.stderr
            assert "Traceback" not in wrong.stderr
