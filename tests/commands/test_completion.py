"""What a shell completes, and what it must not load for that."""

import os
import subprocess
import sys

import pytest
from console import CLI, ROOT

HEAVY = ["tensorflow", "keras", "pandas", "cv2", "PIL", "flask", "playwright", "celery"]


def completed(line, folder=ROOT, **environment):
    """What bash is given for a line that ends where the cursor is."""
    words = line.split(" ")
    done = subprocess.run(
        CLI,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_CAPTCHA_HARNESS_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        },
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_commands():
    assert completed("captcha-harness asse") == ["assess"]
    assert "--fail-above" in completed("captcha-harness assess --fail")


def test_names_of_sweeps_and_files(tmp_path):
    (tmp_path / "mine.toml").touch()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "more.toml").touch()
    (tmp_path / "notes.txt").touch()
    assert completed("captcha-harness run qui", tmp_path) == ["quick"]
    assert completed("captcha-harness run mi", tmp_path) == ["mine.toml"]
    assert completed("captcha-harness run be", tmp_path) == ["below/"]
    assert completed("captcha-harness run below/", tmp_path) == ["below/more.toml"]
    assert completed("captcha-harness run no", tmp_path) == []


def test_names_of_runs(tmp_path):
    for name in ("quick-1234", "quick-9876", "tiny-1"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    home = {"CAPTCHA_HARNESS_HOME": str(tmp_path)}
    assert completed("captcha-harness status quick", **home) == ["quick-1234", "quick-9876"]
    assert completed(f"captcha-harness report --home {tmp_path} ti") == ["tiny-1"]
    nowhere = {"CAPTCHA_HARNESS_HOME": str(tmp_path / "nowhere")}
    assert completed("captcha-harness status q", **nowhere) == []


def test_targets():
    assert completed("captcha-harness assess image_c") == ["image_captcha"]


@pytest.mark.parametrize("function", ["sweep_names('')", "target_names('')"])
def test_nothing_heavy_is_loaded(function):
    code = (
        f"import sys; from commands import cli, completion; completion.{function}; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_version_and_short_help():
    from harness import __version__

    done = subprocess.run([*CLI, "--version"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == f"captcha-harness {__version__}\n"
    for words in (["-h"], ["run", "-h"], ["data", "-h"], ["data", "export", "-h"]):
        asked = subprocess.run([*CLI, *words], capture_output=True, text=True, check=True, cwd=ROOT)
        assert "Usage: captcha-harness" in asked.stdout
