"""The list says what a sweep file takes, and no more."""

import subprocess
import sys
import tomllib

import pytest
from console import ROOT

from commands import listing as module
from commands.listing import listing, toml
from harness.errors import SpecError
from harness.registry import TABLES, find

PACKAGE = '''"""Rows of a package."""
from harness.options import Options

class Bare(Options):
    width: int = 3

class Plain:
    pass

def function():
    pass
'''
BROKEN = {
    "missing": "no_such_module:Row",
    "nothing": "rows_of_a_package:Nothing",
    "syntax": "with_a_mistake:Row",
    "raises": "that_raises:Row",
    "exits": "that_exits:Row",
    "plain": "rows_of_a_package:Plain",
    "function": "rows_of_a_package:function",
    "formless": "no module at all",
}


@pytest.fixture
def package(tmp_path):
    """A folder on the path with a package whose entry points are broken in all ways."""
    (tmp_path / "rows_of_a_package.py").write_text(PACKAGE)
    (tmp_path / "with_a_mistake.py").write_text("class Row(:\n")
    (tmp_path / "that_raises.py").write_text("raise ValueError('first\\nsecond')\n")
    (tmp_path / "that_exits.py").write_text("raise SystemExit('left')\n")
    lines = "".join(f"{name} = {value}\n" for name, value in BROKEN.items())
    for number in (1, 2):
        info = tmp_path / f"rows_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: rows-{number}\nVersion: 1.0\n"
        )
        twice = f"twice = rows_of_a_package:{'Bare' if number == 1 else 'Plain'}\n"
        bare = f"bare = rows_of_a_package:Bare\n{lines}" if number == 1 else ""
        (info / "entry_points.txt").write_text(f"[captcha_harness.defense]\n{twice}{bare}")
    return str(tmp_path)


def listed(*arguments, path=""):
    environment = {"PYTHONPATH": path, "PATH": "/usr/bin:/bin", "COLUMNS": "300"}
    return subprocess.run(
        [sys.executable, "-m", "commands.cli", *arguments],
        capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
    )  # fmt: skip


def test_broken_rows_of_packages_are_one_line_in_their_place(package):
    done = listed("list", "defenses", path=package)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    text = " ".join(done.stdout.split())
    for name in (*BROKEN, "twice"):
        assert f"{name} cannot be used" in text, name
    assert "two packages have it" in text
    assert "mean_blur" in text, "the rest is listed"
    assert "rows_of_a_package.Bare, which says no more." in text
    assert "ValueError: first second" in text


@pytest.mark.parametrize("name", [*BROKEN, "twice"])
def test_a_broken_row_in_a_sweep_is_one_line(name, package, tmp_path):
    file = tmp_path / "x.toml"
    file.write_text(
        'name = "x"\n[datasets.d]\ngenerator = "image_captcha"\ntrain = 9\ntest = 9\n'
        '[breakers.b]\ndataset = "d"\narchitecture = "simple_cnn"\n'
        f'[defenses.x]\ndefense = "{name}"\n'
    )
    done = listed("plan", str(file), "--home", str(tmp_path), path=package)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"defense {name!r} of an installed package" in line


def test_no_line_is_too_wide_and_nothing_is_python():
    text = listing(None).as_text()
    assert max(map(len, text.splitlines())) <= 120
    for raw in ("Pydantic", "<class", "True", "False", "None", "typing."):
        assert raw not in text, raw


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_lines_are_as_wide_as_the_terminal(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(map(len, listing(None).as_text().splitlines())) <= min(width, 120)


def test_defaults_are_toml():
    for noun in TABLES:
        for name in TABLES[noun]:
            for option, field in find(noun, name).model_fields.items():
                default = field.get_default(call_default_factory=True)
                if default is None or field.is_required():
                    continue
                value = tomllib.loads(f"x = {toml(default)}")["x"]
                assert value == (list(default) if isinstance(default, tuple) else default), option


def test_only_what_a_row_takes_is_listed():
    norms = {
        name: listing("attacks").as_json()["attack"][name]["options"]["norm"]["type"]
        for name in ("pgd", "cw", "square", "spatial")
    }
    assert norms == {"pgd": "linf | l2", "cw": "l2", "square": "linf", "spatial": "spatial"}
    text = listing("attack").as_text()
    apgd = text.split("  apgd_dlr ")[1].split("  fab ")[0]
    assert "target  " not in apgd, "it takes none"
    folder = listing("generator").as_text().split("  folder ")[1].split("  side_by_side ")[0]
    assert "contents" not in folder
    assert "(text, required)" in folder


def test_keys_of_every_table_are_listed_with_its_rows():
    text = " ".join(listing("architectures").as_text().split())
    assert "[breakers.NAME] Keys of every such table." in text
    assert 'labels = "given" ("given" | "accepted") of its training captchas; accepted:' in text
    assert "readers = [] (list of text) other breakers that answer" in text
    assert "[attacks.NAME]" in listing("attack").as_text()
    assert "[datasets.NAME]" not in listing("generator").as_text(), "none has a meaning to tell"
    assert list(listing("architectures").as_json()) == ["architecture"]


@pytest.mark.parametrize("noun", ["sweep", "sweeps", "attack", "attacks"])
def test_one_noun_in_either_number(noun):
    assert list(listing(noun).as_json()) == [noun.removesuffix("s")]


def test_no_such_noun():
    with pytest.raises(SpecError, match="did you mean 'generator'"):
        listing("genrator")


def test_a_class_without_words(monkeypatch):
    class Silent(find("defense", "mean_blur")):
        pass

    Silent.__doc__ = None
    monkeypatch.setattr(module, "find", lambda *_: Silent)
    assert "Silent" in listing("detector").as_json()["detector"]["joint"]["about"]
