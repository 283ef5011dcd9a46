"""Letters that nobody could see are refused before anything is drawn."""

import string
import subprocess
import sys

import pytest
from console import ROOT, command
from tiny import TINY

from harness.datasets.typography import glyphs
from harness.datasets.typography.fonts import _known, font_path
from harness.registry import find
from harness.sweep import sweepfile

FONTED = (
    "image_captcha", "claptcha", "django_simple_captcha", "street_numbers", "wheezy_captcha",
    "easy_captcha",
)  # fmt: skip


def options(name, **changes):
    return find("generator", name)(**changes)


@pytest.mark.parametrize("name", FONTED)
@pytest.mark.parametrize("alphabet", ["中文字", "0123\U0001f600"])
def test_a_font_without_the_character_is_refused(name, alphabet):
    if name == "easy_captcha":
        pytest.importorskip("easy_captcha")
    with pytest.raises(ValueError, match=r"font \S.* has no '[中\U0001f600]'.*another font"):
        options(name, alphabet=alphabet)


def test_each_font_is_asked_for_what_it_has():
    assert options("image_captcha", alphabet="АБВГДЕ").alphabet == "АБВГДЕ"  # DroidSansMono has it
    assert options("claptcha", alphabet="éèñ").alphabet == "éèñ"
    for name, missing in (
        ("claptcha", "АБ"), ("django_simple_captcha", "АБ"), ("street_numbers", "АБ"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"has no '{missing[0]}', '{missing[1]}'"):
            options(name, alphabet=missing)
    with pytest.raises(ValueError, match="DroidSansMono has no '₽'"):
        options("image_captcha", alphabet="0123456789₽")
    # What is drawn from parts is there, though no single glyph is.
    assert options("image_captcha", alphabet="ẽa").alphabet == "ẽa"


def test_many_missing_characters_are_counted():
    alphabet = "".join(map(chr, range(0x4E00, 0x4E00 + 40)))
    with pytest.raises(ValueError, match="and 32 more; choose") as error:
        options("image_captcha", alphabet=alphabet)
    assert len(str(error.value)) < 400


UNSEEN = {
    "a space": " ", "a wide space": "\u3000", "a hard space": "\xa0", "a line's end": "\n",
    "a tab": "\t", "a control character": "\x01", "a joiner": "\u200d", "a soft hyphen": "\xad",
    "a mark of direction": "\u202e", "an accent alone": "\u0301", "a selector": "\ufe0f",
}  # fmt: skip


@pytest.mark.parametrize("name", FONTED)
@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_cannot_be_seen_is_refused_by_its_code(name, unseen):
    character = UNSEEN[unseen]
    with pytest.raises(ValueError, match=rf"U\+{ord(character):04X} .*cannot be seen"):
        options(name, alphabet="ab" + character)


def test_a_file_that_is_no_font_is_refused(tmp_path):
    file = tmp_path / "mine.ttf"
    file.write_text("no font")
    with pytest.raises(ValueError, match=r"mine\.ttf.* cannot be read"):
        options("claptcha", font=str(file))
    file = tmp_path / "MINE.TTF"
    file.write_bytes(font_path("Vera").read_bytes())
    assert options("claptcha", font=str(file)).font == str(file)
    with pytest.raises(ValueError, match=r"MINE\.TTF has no '\u0410'"):
        options("claptcha", font=str(file), alphabet="АБ")


@pytest.mark.parametrize("name", _known())
def test_fonts_that_come_along_have_what_they_are_not_asked_for(name):
    visible = "".join(sorted(glyphs.PRINTABLE))
    glyphs.check_glyphs(name, font_path(name), visible)


def test_fonts_of_easy_captcha_have_letters_and_digits():
    pytest.importorskip("easy_captcha")
    from harness.datasets.packages.easy_captcha import FONTS, _font

    for number in range(FONTS):
        glyphs.check_glyphs(str(number), _font(number), string.ascii_letters + string.digits)


CUT_OFF = [
    ("image_captcha", {"width": 90, "height": 24}, "height of 24.*sizes up to 24"),
    ("image_captcha", {"font_sizes": (500,)}, "500 points are cut off by a height of 60"),
    ("image_captcha", {"font_sizes": (30, 500)}, "cut off"),
    ("image_captcha", {"font_sizes": (0,)}, "greater than or equal to 6"),
    ("image_captcha", {"font_sizes": (40, -3)}, "greater than or equal to 6"),
    ("wheezy_captcha", {"height": 40}, "cut off by a height of 40"),
    ("wheezy_captcha", {"length": 9}, "width 200: 9 letters.*first and last"),
    ("wheezy_captcha", {"font_sizes": (0,)}, "greater than or equal to 6"),
    ("easy_captcha", {"height": 16}, "cut off; choose at least 80 x 24"),
    ("easy_captcha", {"width": 40}, "cut off; choose at least 80 x 24"),
    ("claptcha", {"margin_y": 39}, "margin_y 39 leaves no room.*at most 37"),
    ("claptcha", {"margin_x": 10_000}, "margin_x 10000 leaves 2 pixels"),
    ("django_simple_captcha", {"font_size": 0}, "greater than or equal to 6"),
]


@pytest.mark.parametrize(("name", "changes", "reason"), CUT_OFF)
def test_letters_that_the_picture_cuts_off_are_refused(name, changes, reason):
    with pytest.raises(ValueError, match=reason):
        options(name, **changes)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        *((name, {}) for name in FONTED),
        ("image_captcha", {"width": 64, "height": 40}),  # a bit is lost of the largest
        ("image_captcha", {"version": "0.5.0"}),
        ("wheezy_captcha", {"length": 5, "height": 50, "font_sizes": (40, 44, 48)}),
        ("wheezy_captcha", {"length": 6, "width": 180, "height": 70}),
        ("claptcha", {"height": 16, "margin_y": 4}),
    ],
)
def test_what_fits_is_taken(name, changes):
    assert options(name, **changes)


@pytest.mark.parametrize("sweep", sorted((ROOT / "fixtures" / "sweeps").glob("*.toml")))
def test_the_sweeps_that_come_along_are_taken(sweep):
    assert sweepfile.read(sweep)


BAD = {
    "a font without the letters": (
        "length = 2",
        'length = 2\nalphabet = "中文"',
        "has no '中', '文'",
    ),
    "letters cut off": ("height = 32", "height = 16", "cut off by a height of 16"),
    "a joiner": ("length = 2", 'length = 2\nalphabet = "ab\\u200d"', "U+200D (of no width)"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_plan_refuses_in_a_line(case, tmp_path):
    old, new, words = BAD[case]
    (tmp_path / "bad.toml").write_text(TINY.replace(old, new, 1))
    done = command("plan", tmp_path / "bad.toml", home=tmp_path / "home", check=2)
    assert words in done.stderr
    assert "datasets.digits" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_usual_alphabets_are_planned_without_pillow():
    code = (
        "import sys\n"
        "from harness.registry import find\n"
        f"for name in {FONTED}: find('generator', name)(alphabet='0aZ')\n"
        "print('PIL' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
