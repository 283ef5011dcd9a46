"""The examples of the documentation are run: sweep files, commands and their options, Python.

A block that cannot be run here says why in the line before it: `<!-- not run: REASON -->`.
"""

import doctest
import importlib
import re
import shlex
import tomllib

import pytest
import typer
from console import ROOT
from PIL import Image, ImageDraw

from harness.errors import SpecError
from harness.sweep.sweepfile import parse

PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?P<mark><!-- not run: [^>]+ -->\n+)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
AROUND = {  # what a fragment of a sweep file leaves out
    "datasets": '[datasets.around]\ngenerator = "image_captcha"\ntrain = 300\nvalidation = 200\n'
    "test = 300\n",
    "breakers": '[breakers.reader]\ndataset = "DATASET"\narchitecture = "whole_image"\n',
    "attacks": '[attacks.pgd]\nattack = "pgd"\n',
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
OTHERS = {"--hash", "--fix", "--captcha-breaker", "--captcha-home"}  # options of other programs


def blocks(kind, text):
    return [b["text"] for b in BLOCK.finditer(text) if b["kind"] == kind and not b["mark"]]


def pages_with(kind):
    return [page for page in PAGES if blocks(kind, page.read_text())]


def completed(text):
    """A fragment with what it leaves out around it: a name, radii, a data set, a breaker, PGD."""
    tables = tomllib.loads(text)
    before = "" if "name" in tables else 'name = "around"\n'
    before += "" if "epsilons" in tables else "epsilons = [0.0, 0.1]\n"
    after = [table for name, table in AROUND.items() if name not in tables]
    dataset = next(iter(tables.get("datasets", {"around": None})))
    return "\n".join([before, text, *after]).replace("DATASET", dataset)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Make the folder of a site: captchas, single characters, a function."""
    folder = tmp_path_factory.mktemp("site")
    for name, labels in {
        "captchas": [f"{number * 7919 % 9000 + 1000:04d}" for number in range(1100)],
        "labelled": [f"{number % 10}_{number:04d}" for number in range(120)],
    }.items():
        (folder / name).mkdir()
        for label in labels:
            image = Image.new("L", (60, 24), 255)
            at = (2 + int(label[-3:]) % 13, 1 + int(label[-3:]) // 13 % 8)
            ImageDraw.Draw(image).text(at, label.split("_")[0], fill=0, font_size=13)
            image.save(folder / name / f"{label}.png")
    (folder / "site").mkdir()
    (folder / "site" / "captcha.py").write_text("def draw(text):\n    raise NotImplementedError\n")
    return folder


@pytest.mark.parametrize("page", pages_with("toml"), ids=lambda page: page.name)
def test_sweep_files(page, site):
    for text in blocks("toml", page.read_text()):
        parse(completed(text), site)


def test_a_sweep_file_that_is_wrong_is_noticed(site):
    text = '[visits.dense]\nbreaker = "reader"\nratoi = 2\n'
    with pytest.raises(SpecError, match="ratoi"):
        parse(completed(text), site)


def program():
    """Give the command line itself, as pyproject.toml names it."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _function = scripts["captcha-harness"].split(":")
    return typer.main.get_command(importlib.import_module(module).app)


def options_of(command):
    return {option for parameter in command.params for option in parameter.opts} | {"--help"}


def all_options(command):
    below = getattr(command, "commands", {}).values()
    return options_of(command).union(*(all_options(child) for child in below))


def complaints(line, command):
    """List what is wrong in the words after `captcha-harness`."""
    words = shlex.split(line, comments=True)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return [f"no command {words[0]!r}"]
        command = command.commands[words.pop(0)]
    return [word for word in OPTION.findall(" ".join(words)) if word not in options_of(command)]


def commands(text):
    """List what follows `captcha-harness`, in blocks and in code of running text."""
    for block in BLOCK.finditer(text):
        if block["kind"] in ("", "console", "bash", "sh") and not block["mark"]:
            yield from re.findall(r"captcha-harness +(.+)$", block["text"], re.M)
    for code in spans(text):
        yield from re.findall(r"captcha-harness +(.+)$", code)


def spans(text):
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", BLOCK.sub("", text))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options(page):
    command = program()
    known = all_options(command) | OTHERS
    for line in commands(page.read_text()):
        assert not complaints(line, command), f"{line}: {complaints(line, command)}"
    for code in spans(page.read_text()):
        assert set(OPTION.findall(code)) <= known, code


@pytest.mark.parametrize("line", ["enqeue my.toml", "run my.toml --qiet", "data labls A B"])
def test_commands_that_are_wrong_are_noticed(line):
    (example,) = commands(f"```\n.venv/bin/captcha-harness {line}   # here\n```\n")
    assert complaints(example, program())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    text = page.read_text()
    lines = [*spans(text), *(line for block in blocks("", text) for line in block.splitlines())]
    for line in lines:
        if named := re.match(r"make ([a-z-]+)", line):
            assert named[1] in targets, line


@pytest.mark.parametrize("page", pages_with("python"), ids=lambda page: page.name)
def test_python(page, tmp_path, monkeypatch):
    """All blocks of a page share one namespace; those with `>>>` are doctests."""
    monkeypatch.chdir(tmp_path)
    names = {"__name__": page.stem}
    for number, text in enumerate(blocks("python", page.read_text()), start=1):
        title = f"{page.name}, example {number}"
        if ">>> " in text:
            example = doctest.DocTestParser().get_doctest(text, names, title, str(page), 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(example, clear_globs=False)
            names.update(example.globs)
            assert not runner.failures, title
        else:
            exec(compile(text, title, "exec"), names)  # noqa: S102 - our own pages


def test_what_the_example_of_descent_says():
    (text,) = blocks("python", (ROOT / "docs" / "attacks.md").read_text())
    names = {}
    exec(text, names)  # noqa: S102 - our own page
    assert names["steps"] == 21


def test_examples_in_docstrings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for room in ("harness", "workers", "reports", "commands"):
        for file in sorted((ROOT / room).rglob("*.py")):
            if ">>> " in file.read_text():
                name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
                module = importlib.import_module(name)
                assert not doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed, name
