"""What an installed package puts into an environment, and that it works from any folder."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from console import ROOT

OURS = {"harness", "workers", "reports", "commands"}
ROOMS = [room for room in sorted(OURS | {"fixtures"}) if (ROOT / room).is_dir()]
OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build a wheel of a copy of this checkout and unpack it, as an installation does."""
    copy, out, site = (tmp_path_factory.mktemp(name) for name in ("copy", "out", "site"))
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=OUT)
    for file in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "celeryconfig.py"):
        shutil.copy(ROOT / file, copy)
    build = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out]
    subprocess.run([sys.executable, "-m", *build, copy], check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def started(site, folder, code):
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False, capture_output=True, text=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site), "CAPTCHA_HARNESS_HOME": str(folder)},
    )  # fmt: skip


def test_nothing_of_general_names_is_put_beside_other_programs(installed):
    tops = {file.name for file in installed.iterdir() if not file.name.endswith(".dist-info")}
    assert tops <= OURS
    assert (installed / "harness" / "py.typed").exists()


def test_every_file_of_the_rooms_is_in_it(installed):
    for room in ROOMS:
        inside = installed / "harness" / room if room == "fixtures" else installed / room
        kept = {file.relative_to(inside) for file in inside.rglob("*") if file.is_file()}
        for file in (ROOT / room).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert file.relative_to(ROOT / room) in kept, file


@pytest.mark.parametrize("words", [["list"], ["plan", "quick"]], ids=" ".join)
def test_the_command_works_from_another_folder(installed, tmp_path, words):
    (entries,) = installed.glob("*.dist-info/entry_points.txt")
    module, function = entries.read_text().split("captcha-harness = ")[1].split()[0].split(":")
    code = f"import sys\nfrom {module} import {function}\nsys.argv[1:] = {words}\n{function}()"
    done = started(installed, tmp_path, code)
    assert done.returncode == 0, done.stderr
    assert {"list": "DroidSansMono", "plan": "47 to do"}[words[0]] in done.stdout


def test_settings_of_other_programs_are_not_read(installed, tmp_path):
    (tmp_path / "celeryconfig.py").write_text("raise SystemExit('of another program')")
    (tmp_path / "mine.py").write_text("from workers.settings import *\ntask_time_limit = 5\n")
    code = "from workers.app import app\nprint(app.conf.task_time_limit)"
    done = started(installed, tmp_path, code)
    assert done.stdout.split() == ["604800"], done.stderr
    code = f"import os\nos.environ['CAPTCHA_HARNESS_CELERYCONFIG'] = 'mine.py'\n{code}"
    assert started(installed, tmp_path, code).stdout.split() == ["5"]


def test_a_settings_file_that_is_not_there_is_an_error_in_words(monkeypatch, tmp_path):
    from harness.errors import RequirementError
    from workers import configuration

    monkeypatch.setenv(configuration.VARIABLE, str(tmp_path / "gone.py"))
    with pytest.raises(RequirementError, match=r"_CELERYCONFIG names no file: .*gone"):
        configuration.operators_file()


def test_a_checkout_has_a_file_for_its_operators(monkeypatch):
    from workers import configuration

    monkeypatch.delenv(configuration.VARIABLE, raising=False)
    assert configuration.operators_file() == ROOT / "celeryconfig.py"
