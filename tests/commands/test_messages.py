"""How the command line ends: words, streams and exit codes."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest
from console import ROOT, command
from tiny import TINY

from harness.runs.scratch import PREFIX, scratch

CLI = [sys.executable, "-m", "commands.cli"]


def many(count):
    """TINY with so many breakers more."""
    more = '[breakers.b]\ndataset = "digits"\narchitecture = "simple_cnn"\nvary.repeat = '
    more += str(list(range(count)))
    return f"{TINY}\n{more}\n"


def shell(script, **environment):
    return subprocess.run(
        ["/bin/bash", "-c", script], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "CLI": " ".join(CLI), **environment},
    )  # fmt: skip


def one_voice(text, lines=1):
    assert "Traceback" not in text
    told = text.splitlines()
    assert len(told) == lines, text
    assert all(line.startswith("captcha-harness: ") for line in told)
    return told


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("$CLI list >&-", 3, "cannot write to standard output"),
        ("$CLI list > /dev/full", 3, "No space left on device"),
        ("$CLI --help > /dev/full", 3, "No space left on device"),
        ("$CLI --help >&-", 3, "cannot write to standard output"),
        ("$CLI list --json >&-", 3, "cannot write to standard output"),
        ("$CLI rnu", 2, "no such command 'rnu'; did you mean 'run'?"),
        ("$CLI run", 2, "missing argument 'sweep'; `captcha-harness run --help`"),
        ("$CLI run x --foo", 2, "no such option: --foo"),
        ("$CLI up --workers 0", 2, "'--workers'"),
        ("$CLI run nothing", 2, "no sweep file 'nothing'"),
    ],
)
def test_one_voice_and_a_fitting_code(script, code, words):
    done = shell(script)
    assert done.returncode == code, done
    assert words in one_voice(done.stderr)[0]


def test_closed_streams_that_nobody_needs():
    for script in ("$CLI list attacks <&-", "$CLI list attacks 2>&-"):
        done = shell(script)
        assert done.returncode == 0, done
        assert "fgsm" in done.stdout
    done = shell("$CLI run nothing 2>&-")
    assert done.returncode == 2
    done = shell("$CLI run nothing >&- 2>&-")
    assert done.returncode == 2


def test_nobody_reads_on(tmp_path):
    file = tmp_path / "many.toml"
    file.write_text(many(400))
    done = shell(f"$CLI plan {file} --home {tmp_path} | head -1; echo ${{PIPESTATUS[0]}}")
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "141"


def test_a_very_large_plan_says_what_makes_it_so(tmp_path):
    file = tmp_path / "many.toml"
    file.write_text(many(90).replace('attack = "fgsm"', 'attack = "fgsm"\ntransfer = true'))
    done = command("plan", file, home=tmp_path, check=0)
    last = done.stdout.splitlines()[-1]
    assert "steps: " in last
    assert "`transfer = false`" in last
    done = command("plan", "quick", home=tmp_path, check=0)
    assert done.stdout.splitlines()[-1].endswith("to do")


def test_a_title_that_a_terminal_cannot_show(tmp_path):
    """Nothing but ASCII, no UTF-8 mode: the sweep file is UTF-8 all the same."""
    file = tmp_path / "bad.toml"
    text = TINY.replace('name = "tiny"', 'name = "tiny"\ntitle = "größe"').replace("small]", '"ß"]')
    file.write_text(text, encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell(f"$CLI plan {file} --home {tmp_path}", **ascii_only)
    assert done.returncode == 2
    assert "breakers.'\\xdf': no name" in one_voice(done.stderr)[0]
    file.write_text(text.replace('"ß"', "small"), encoding="utf-8")
    done = shell(f"$CLI plan {file} --home {tmp_path}", **ascii_only)
    assert done.returncode == 0, done.stderr


def test_each_mistake_is_a_line(tmp_path):
    file = tmp_path / "bad.toml"
    text = (
        TINY.replace("train = 120", "trian = 120").replace('"fgsm"', '"fgms"').replace("0.3]", "3]")
    )
    file.write_text(text)
    done = command("run", file, home=tmp_path / "home")
    assert done.returncode == 2
    told = one_voice(done.stderr, 4)
    assert all("bad.toml: " in line for line in told)


@pytest.mark.parametrize("after", [0.15, 0.4, 1.0])
def test_control_c_while_modules_are_imported(after, tmp_path):
    running = subprocess.Popen(
        [*CLI, "run", "quick", "--home", tmp_path], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    time.sleep(after)  # at whatever it is then: each moment must do
    running.send_signal(signal.SIGINT)
    _out, said = running.communicate(timeout=60)
    if running.returncode == 1 and "site" in said:
        pytest.skip("it was not begun: Python itself was still starting")
    assert running.returncode == 130, said
    assert "what is done stays done" in said
    assert "Traceback" not in said


def test_control_c_at_a_terminal(tmp_path):
    """As a person presses it: bars are wiped, and a line says what stays."""
    file = tmp_path / "tiny.toml"
    file.write_text(TINY.replace("epochs = 2", "epochs = 2000"))
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [*CLI, "run", str(file), "--home", str(tmp_path / "home")])  # noqa: S606
    said = b""
    while b"train small" not in said:
        said += os.read(terminal, 65536)
    os.write(terminal, b"\x03")
    try:
        while more := os.read(terminal, 65536):
            said += more
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    _process, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    last = said.decode().splitlines()[-1]
    assert "captcha-harness: interrupted; what is done stays done" in last
    assert "goes on" in last


def test_an_end_of_file_in_the_work_is_a_defect_and_no_abort():
    code = (
        "from commands import messages, cli\nfrom harness.runs import home\n"
        "def broken(*_): raise EOFError('planted')\n"
        "home.runs = home.existing = broken\n"
        "import sys; sys.argv = ['captcha-harness', 'report', 'x']\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert "EOFError: planted" in done.stderr


def test_temporary_files_of_the_killed_are_swept(tmp_path, monkeypatch):
    code = (
        "import os, signal, tempfile; from harness.runs.scratch import scratch\n"
        "with scratch():\n"
        "    tempfile.NamedTemporaryFile(prefix='made', delete=False)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    there = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=there, check=False)
    (left,) = tmp_path.iterdir()
    assert len(list(left.iterdir())) == 2
    mine = tmp_path / f"{PREFIX}of-somebody"
    mine.mkdir()
    for folder in (left, mine):
        os.utime(folder, (1, 1))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch() as held:
        os.utime(held, (1, 1))
        with scratch():
            assert not left.exists()
            assert held.exists()
        assert mine.exists(), "without our lock it is not ours"
    assert list(tmp_path.iterdir()) == [mine]


def test_the_list_as_json_is_as_it_was():
    done = subprocess.run(
        [*CLI, "list", "--json"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    listed = json.loads(done.stdout)
    norm = listed["attack"]["pgd"]["options"]["norm"]
    assert (norm["type"], norm["default"]) == ("linf | l2", "linf")
    assert {"generator", "architecture", "sweep"} <= set(listed)
    assert set(norm) >= {"type", "default", "about"}
