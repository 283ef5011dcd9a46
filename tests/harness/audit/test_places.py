import base64
import hashlib
import io
import json
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from harness.audit.encodings import encodings, stands_in
from harness.audit.exchange import Exchange
from harness.audit.places import places
from harness.audit.visitor import Shown

TEXT = "k4Xp"


def page(html, cookies=(), headers=(), image=b""):
    exchanges = [
        Exchange("GET", "http://127.0.0.1/", "document", 200, dict(headers), html.encode()),
        Exchange("GET", "http://127.0.0.1/a.png", "image", 200, {}, image),
    ]
    return Shown(b"", exchanges, dict(cookies), TEXT, 1.0)


def standing(shown):
    return {
        (place, how)
        for place, text in places(shown, "answer")
        for how, form in encodings(TEXT).items()
        if stands_in(form, how, text)
    }


def flask_session(content):
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode())).decode()
    return f".{packed.rstrip('=')}.Zx1y2z.c2lnbmVk"


@pytest.mark.parametrize(
    ("where", "html"),
    [
        ("attribute value of <input check>", f'<input name=check value="{TEXT}">'),
        ("attribute data-a of <i>", f"<i data-a='x {TEXT} y'></i>"),
        ("attribute alt of <img>", f"<img alt={TEXT}>"),
        ("the page's text", f"<p hidden>{TEXT}</p>"),
        ("a comment in the page", f"<!-- {TEXT} -->"),
        ("an inline script", f"<script>var a = '{TEXT}'</script>"),
        ("letters in the source of the SVG",
         "<svg><text x='1'>k</text> <text>4</text><g><text>X</text><text>p</text></g></svg>"),
        ("attribute aria-label in the SVG", f'<svg aria-label="{TEXT}"></svg>'),
    ],
)  # fmt: skip
def test_the_answer_is_found_where_it_stands(where, html):
    assert (where, "as it is") in standing(page(html))
    other = html.replace(TEXT, "zzzz").replace(">X<", ">Y<")
    assert not {hit for hit in standing(page(other)) if hit[0] == where}


@pytest.mark.parametrize(
    ("how", "form"),
    [
        ("backwards", TEXT[::-1]),
        ("in base64", base64.b64encode(TEXT.encode()).decode()),
        ("in hexadecimal", TEXT.encode().hex().upper()),
        ("as md5", hashlib.md5(TEXT.encode()).hexdigest()),  # noqa: S324
        ("as sha256", hashlib.sha256(TEXT.encode()).hexdigest().upper()),
        ("as md5 of the other case", hashlib.md5(TEXT.lower().encode()).hexdigest()),  # noqa: S324
        ("as a list", "['k', '4', 'X', 'p']"),
        ("as character codes", "[107, 52, 88, 112]"),
        ("in the other case", TEXT.lower()),
    ],
)
def test_the_answer_is_found_in_other_forms(how, form):
    assert how in {hit[1] for hit in standing(page(f'<i data-a="{form}"></i>'))}


@pytest.mark.parametrize(
    "cookie",
    [
        json.dumps({"code": TEXT}),
        base64.urlsafe_b64encode(json.dumps({"code": TEXT}).encode()).decode().rstrip("="),
        "eyJhbGciOiJIUzI1NiJ9." + base64.urlsafe_b64encode(f'"{TEXT}"'.encode()).decode() + ".c2ln",
        flask_session({"captcha": TEXT}),
    ],
)
def test_cookies_are_taken_apart(cookie):
    assert ("cookie state", "as it is") in standing(page("", {"state": cookie}))


def test_headers_and_metadata_of_an_image_are_looked_at():
    info = PngInfo()
    info.add_text("Comment", f"text={TEXT}")
    data = io.BytesIO()
    Image.new("L", (9, 9)).save(data, "PNG", pnginfo=info)
    shown = page("", headers={"x-note": TEXT, "date": TEXT}, image=data.getvalue())
    assert standing(shown) == {
        ("header x-note of the page", "as it is"),
        ("metadata Comment of the image", "as it is"),
    }


def test_what_is_no_image_and_what_is_short_say_nothing():
    assert standing(page("<p>nothing</p>", image=b"\x89PNG broken")) == set()
    assert encodings("ab") == {}
