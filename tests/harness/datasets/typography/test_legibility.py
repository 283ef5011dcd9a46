"""Letters that are cut off or look the same are warned of before anything is drawn."""

import re
import string
import subprocess
import sys
import time

import pytest
from console import ROOT, command
from tiny import TINY

from harness.datasets.typography import legibility
from harness.datasets.typography.fonts import _known, font_path
from harness.registry import find
from harness.results import checks


def options(name, **changes):
    return find("generator", name)(**changes)


CUT = {
    "default sizes, less height": ({"height": 40}, "2358"),
    "a letter that hangs down": (
        {"height": 40, "alphabet": "gjQ8", "font_sizes": (44, 60)}, "gjQ8",
    ),
    "hanging letters alone": ({"alphabet": "0123j", "height": 60}, "j"),
    "another version": ({"height": 40, "version": "0.5.0"}, "2358"),
    "another font": ({"height": 40, "fonts": ("Vera", "Manrope-Bold")}, "2358"),
}  # fmt: skip


@pytest.mark.parametrize("case", CUT)
def test_letters_that_are_cut_are_named_with_a_size_that_fits(case):
    changes, letters = CUT[case]
    generator = options("image_captcha", **changes)
    lines = generator.warnings()
    assert lines
    for line in lines:
        assert "\n" not in line
        assert line.startswith("cut_letters: ")
        assert f"of {max(generator.font_sizes)} points" in line
    assert set(letters) <= set(lines[-1].split("'")[1])
    fitting = min(int(re.search(r"font_sizes up to (\d+)", line)[1]) for line in lines)
    needed = max(int(re.search(r"height of at least (\d+)", line)[1]) for line in lines)
    assert options("image_captcha", **{**changes, "font_sizes": (fitting,)}).warnings() == ()
    assert options("image_captcha", **{**changes, "height": needed}).warnings() == ()
    assert fitting > generator.height / 2


def test_letters_that_fit_are_not_warned_of():
    for changes in (
        {}, {"version": "0.6.0"}, {"height": 46, "font_sizes": (32, 38, 42)},
        {"height": 32, "font_sizes": (22, 26)}, {"alphabet": string.ascii_uppercase, "height": 64},
    ):  # fmt: skip
        assert options("image_captcha", **changes).warnings() == ()


def test_letters_of_wheezy_captcha_are_looked_at_too():
    pytest.importorskip("wheezy.captcha")
    assert options("wheezy_captcha").warnings() == ()
    (line,) = options("wheezy_captcha", height=60).warnings()
    fitting = int(re.search(r"font_sizes up to (\d+)", line)[1])
    assert options("wheezy_captcha", height=60, font_sizes=(fitting,)).warnings() == ()


def test_what_is_not_looked_at_fits(monkeypatch):
    """Fonts that come along, where a plan does without Pillow."""
    monkeypatch.setattr(legibility, "is_known", lambda _name: False)
    every = "".join(sorted(legibility.PRINTABLE))
    for font in (
        "DroidSansMono",
        "DancingScript-Regular",
        "Manrope-Bold",
        "SourceSerifPro-LightIt",
    ):
        for points in (20, 42):
            for alphabet, ratio in (
                ("".join(sorted(legibility.UPRIGHT)), legibility.ROOM),
                (every, legibility.ALL_ROOM),
            ):
                height = int(points * ratio) + 1
                assert legibility._roomy(points, alphabet, height - (ratio == legibility.ROOM))
                size = {"height": height, "font_sizes": (points,)}
                made = options("image_captcha", alphabet=alphabet, fonts=(font,), **size)
                assert not [line for line in made.warnings() if "cut_letters" in line], font


def test_looking_is_quick():
    alphabet = string.ascii_letters + string.digits
    options("image_captcha", height=40, alphabet="ab").warnings()  # imports
    generator = options("image_captcha", height=40, alphabet=alphabet)
    start = time.process_time()
    assert generator.warnings()
    assert time.process_time() - start < 1  # some 0.04 on an idle machine
    large = options("image_captcha", height=1000, alphabet=alphabet, font_sizes=(1000,))
    start = time.process_time()
    (line,) = large.warnings()
    assert time.process_time() - start < 1
    assert int(re.search(r"font_sizes up to (\d+)", line)[1]) in range(700, 900)


def test_characters_of_one_drawing_are_named():
    (line,) = options("image_captcha", alphabet="A\u0391B\u03927", height=80).warnings()
    assert line.startswith("same_letters: 'A' (U+0041) and '\u0391' (U+0391), 'B' (U+0042)")
    assert "\n" not in line
    for name in ("claptcha", "django_simple_captcha", "street_numbers"):
        assert options(name, alphabet="AB7").warnings() == ()
    (line,) = options("claptcha", font="Manrope-Bold", alphabet="Il7").warnings()
    assert "'I' (U+0049) and 'l' (U+006C) are drawn alike by the font Manrope-Bold" in line
    lines = options("street_numbers", fonts=("Manrope-Bold", "Vera"), alphabet="Il7").warnings()
    assert len(lines) == 1


def test_letters_of_easy_captcha_are_compared():
    pytest.importorskip("easy_captcha")
    alphabet = string.digits + string.ascii_uppercase
    assert options("easy_captcha", alphabet=alphabet).warnings() == ()
    (line,) = options("easy_captcha", font=0).warnings()  # it has capitals only
    assert "'A' (U+0041) and 'a' (U+0061)" in line


@pytest.mark.parametrize("name", _known())
def test_fonts_that_come_along_draw_few_alike(name):
    every = "".join(sorted(legibility.PRINTABLE))
    pairs = legibility._same(font_path(name), every)
    known = (legibility.ALIKE, legibility.ALSO_ALIKE.get(name, legibility.ALIKE))
    assert all(any(alike.issuperset(pair) for alike in known) for pair in pairs)


def test_a_plan_tells_and_the_run_keeps_it(tmp_path):
    text = TINY.replace("height = 32", "height = 24")
    (tmp_path / "cut.toml").write_text(text)
    done = command("plan", tmp_path / "cut.toml", home=tmp_path / "home", check=0)
    assert "cut_letters: " in done.stdout + done.stderr
    assert {"cut_letters", "same_letters"} <= checks.MEANING.keys()
    assert checks.drawn_or_chosen(0, 0, ["cut_letters: x"]) == ("cut_letters",)


def test_a_usual_sweep_is_looked_at_without_pillow():
    code = (
        "import sys\n"
        "from harness.sweep import sweepfile\n"
        "from commands import plan_view\n"
        "list(plan_view.remarks(sweepfile.read(sweepfile.locate('quick')), ()))\n"
        "print('PIL' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
