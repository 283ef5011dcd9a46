"""Who may import whom, and what must not be loaded before a step runs."""

import ast
import subprocess
import sys

import pytest
from console import ROOT

READABLE = (  # by reports
    "harness.results", "harness.errors", "harness.files.atomic",
)  # fmt: skip
ROOMS = ("harness", "commands", "workers", "reports")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
HOMES = {
    "celery": ("workers", "celeryconfig"),
    "redis": ("workers",),
    "typer": ("commands",),
    "rich": ("commands",),
    "pandas": ("harness.results.tables", "harness.api"),
    "jinja2": ("reports",),
    "PIL": ("harness.datasets", "harness.images"),
    "flask": ("harness.web",),
    "werkzeug": ("harness.web",),
    "waitress": ("harness.web",),
    "playwright": ("harness.browser", "harness.audit"),
    "captcha": ("harness.datasets",),
    "claptcha": (),  # only what ours is held against: benchmarks and tests
    "wheezy": ("harness.datasets.packages.wheezy_captcha",),
    "easy_captcha": ("harness.datasets.packages.easy_captcha",),
    "ddddocr": ("harness.breakers.ddddocr",),
    "captcha_whisperer": ("harness.breakers.captcha_whisperer",),
    "pytesseract": ("harness.breakers.tesseract",),
    "tensorflow": ("harness.backend",),
    "keras": ("harness.backend",),
}

FLOORS = ("datasets", "breakers", "attacks", "defenses", "detectors")  # each knows those before it


def name_of(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_rooms(file):
    room = file.relative_to(ROOT).parts[0]
    for name in imports(file):
        top = name.split(".")[0]
        if room == "harness":
            assert top not in ("commands", "workers", "reports", "celeryconfig"), name
        if room == "reports":
            assert top not in ("commands", "workers", "celeryconfig"), name
            if top == "harness":
                assert name.startswith(READABLE), name
        if room == "workers":
            assert top != "commands", name
        if top in HOMES:
            assert name_of(file).startswith(HOMES[top]), f"{top} is at home in {HOMES[top]}"


def floor_of(file):
    return file.relative_to(ROOT).parts[1]


@pytest.mark.parametrize("file", [f for f in FILES if floor_of(f) in FLOORS], ids=name_of)
def test_the_nouns_know_those_below_them(file):
    above = FLOORS[FLOORS.index(floor_of(file)) + 1 :]
    for name in imports(file):
        assert not name.startswith(tuple(f"harness.{floor}." for floor in above)), name


@pytest.mark.parametrize("file", [f for f in FILES if "harness" in f.parts], ids=name_of)
def test_the_harness_prints_nothing_and_reads_no_environment(file):
    text = file.read_text()
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert "print" not in names
    assert "os.environ[" not in text
    assert "environ.get" not in text
    assert "getenv" not in text


@pytest.mark.parametrize("module", ["workers.tasks", "commands.cli", "workers.dispatch", "reports"])
def test_nothing_heavy_is_loaded_before_a_step(module):
    code = (
        f"import sys, {module}\n"
        "from harness.measurements.planning import plan\n"
        "from harness.sweep import sweepfile\n"
        "plan(sweepfile.read(sweepfile.locate('quick')))\n"
        "heavy = ['tensorflow', 'keras', 'pandas', 'cv2', 'PIL', 'flask', 'playwright']\n"
        "print([name for name in heavy"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_files_are_one_idea_long(file):
    lines = len(file.read_text().splitlines())
    assert lines <= 300, "split it"
