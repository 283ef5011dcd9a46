"""Captchas as pages show them: in frames and shadow roots, as canvas, sprite, SVG, blob; late."""

import base64
import threading

import numpy as np
import pytest
from surroundings import lacking

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium, program
from harness.browser.visit import visits
from harness.css_selectors import Selectors
from harness.errors import SkippedError
from harness.images import pictures
from harness.web.server import serving

NOISE = np.random.default_rng(3).integers(0, 255, (30, 80, 1)).astype(np.uint8)
PNG = pictures.png(NOISE)
DATA = "data:image/png;base64," + base64.b64encode(PNG).decode()
SHEET = pictures.png(np.concatenate([np.full_like(NOISE, 90), NOISE[:, ::-1], NOISE]))
LATE = 2.0  # seconds
SIZE = "width:80px;height:30px;display:block"
FORM = "<form action=/answer><input id=answer name=a><button id=submit>ok</button></form>"
SHADOW = """<div id=host></div><script>
document.getElementById("host").attachShadow({{mode: "open"}}).innerHTML = `{}`;</script>"""
CANVAS = """<canvas id=captcha width=80 height=30></canvas><script>
const image = new Image(); image.src = "/whole.png";
setTimeout(() => document.getElementById("captcha").getContext("2d").drawImage(image, 0, 0), 2000)
</script>"""
BLOB = """<div id=captcha style="{}"></div><script>
fetch("/slow.png").then(it => it.blob()).then(it => {{
  const url = URL.createObjectURL(it), box = document.getElementById("captcha");
  {};
}})</script>"""
SPRITE = "background:#eee url({}) 0 -60px"
SVG = f'<svg id=captcha style="{SIZE}" viewBox="0 0 80 30" width=80 height=30>{{}}{{}}</svg>'
LINE = '<path d="M0 0h80v30z" fill="gray"/>'
SHOWN = f'<img id=captcha style="{SIZE}" src="/slow.png">'
LETTERS = "".join(
    f'<span style="float:left;width:20px;height:30px;background:url(/slow-sheet.png) -{20 * n}px '
    '-60px"></span>'
    for n in range(4)
)
PAGES = {
    "image": SHOWN + FORM,
    "frame": '<iframe src="/kind/image" style="border:7px solid red;padding:3px 5px"></iframe>',
    "frame with the form outside": '<iframe src="/kind/image alone"></iframe>' + FORM,
    "frame in a frame": '<p>two</p><iframe height=400 width=500 src="/kind/frame"></iframe>',
    "frame of its own document": f"<iframe srcdoc='{SHOWN}{FORM}'></iframe>",
    "frame far below": '<p style="height:3000px"></p><iframe src="/kind/image"></iframe>',
    "frame that comes late": "<script>setTimeout(() => { document.body.innerHTML = "
    "'<iframe src=\"/kind/image\"></iframe>'; }, 500)</script>",
    "frame of another port": '<iframe src="OTHER/kind/image" style="border:4px solid"></iframe>',
    "frame of another name": '<iframe src="NAMED/kind/image" style="border:4px solid"></iframe>',
    "canvas": CANVAS + FORM,
    "canvas in a frame": '<iframe src="/kind/canvas"></iframe>',
    "shadow root": SHADOW.format(SHOWN + FORM),
    "shadow root in a frame": '<iframe src="/kind/shadow-root"></iframe>',
    "shadow root around the image": f"<div id=captcha style='{SIZE}'></div>{FORM}<script>"
    'document.getElementById("captcha").attachShadow({mode: "open"}).innerHTML = '
    f"`<style>img{{{SIZE}}}</style><img src=/slow.png>`</script>",
    "SVG": SVG.format('<image href="/slow.png" width="80" height="30"/>', "") + FORM,
    "SVG that has a line first": SVG.format(LINE, '<image href="/slow.png" width="80"/>') + FORM,
    "SVG with data": SVG.format(f'<image href="{DATA}" width="80"/>', "") + FORM,
    "sprite": f'<div id=captcha style="{SIZE};{SPRITE.format("/slow-sheet.png")}"></div>' + FORM,
    "sprite with a word": f'<div id=captcha style="{SIZE};{SPRITE.format("/slow-sheet.png")};'
    'line-height:90px;overflow:hidden">Type this</div>' + FORM,
    "sprite by a class that comes late": f"<style>.on{{{SPRITE.format('/sheet.png')}}}</style>"
    f'<div id=captcha style="{SIZE}"></div>{FORM}<script>setTimeout(() => '
    'document.getElementById("captcha").className = "on", 700)</script>',
    "sprites of letters": f'<div id=captcha style="{SIZE}">{LETTERS}</div>' + FORM,
    "blob": BLOB.format(SIZE, "box.innerHTML = `<img src=${url}>`") + FORM,
    "blob as background": BLOB.format(SIZE, "box.style.background = `url(${url})`") + FORM,
    "data": f'<img id=captcha src="{DATA}">' + FORM,
    "data as background": f'<div id=captcha style="{SIZE};background:url({DATA})"></div>' + FORM,
}
INSIDE = {"image alone": SHOWN}  # of frames
ZOOMED = {
    "zoom": f'<div style="zoom:2">{SHOWN}</div>' + FORM,
    "zoom of the page": f"<style>html{{zoom:1.5}}</style>{SHOWN}{FORM}",
    "zoom of a frame": '<iframe style="zoom:2" height=200 src="/kind/image"></iframe>',
    "transformed": f'<div style="transform:scale(2);transform-origin:0 0">{SHOWN}</div>'
    f'<p style="height:50px">{FORM}',
    "transformed frame": '<iframe style="transform:scale(2);transform-origin:0 0;border:3px solid"'
    ' height=100 width=200 src="/kind/image"></iframe>',
}
NEVER = {
    "frame of a page that is gone": '<iframe src="/gone"></iframe>' + FORM,
    "image in a frame that is gone": "<iframe srcdoc='<img id=captcha width=80 height=30 "
    "src=/gone>'></iframe>",
    "sprite that is gone": f'<div id=captcha style="{SIZE};{SPRITE.format("/gone.png")}"></div>',
    "SVG whose image is gone": SVG.format(LINE, '<image href="/gone.png" width="80"/>'),
    "image in a shadow root that is gone": SHADOW.format('<img id=captcha width=80 src="/gone">'),
    "sprite that never comes": f'<div id=captcha style="{SIZE}">here</div><script>setTimeout(() => '
    f'document.getElementById("captcha").style = "{SIZE};{SPRITE.format("/never.png")}", 1)'
    "</script>",
}


class Pages:
    """A WSGI application with the pages above; an answer passes if it is `right`."""

    def __init__(self):
        self.over, self.other = threading.Event(), ""

    def __call__(self, environ, start):
        path = environ["PATH_INFO"].strip("/").encode("latin-1").decode()
        kind, status, body = "text/html; charset=utf-8", "200 OK", b""
        self.over.wait({"slow": 0.3, "neve": 60}.get(path[:4], 0))
        if path.endswith(".png") and "gone" not in path:
            kind, body = "image/png", SHEET if "sheet" in path else PNG
        elif path.startswith("kind/"):
            page = {**PAGES, **INSIDE, **ZOOMED, **NEVER}[
                path.removeprefix("kind/").replace("-", " ")
            ]
            named = self.other.replace("127.0.0.1", "localhost")
            page = page.replace("OTHER", self.other).replace("NAMED", named)
            body = f"<!DOCTYPE html><body>{page}".encode()
        elif path == "answer":
            outcome = "passed" if environ["QUERY_STRING"] == "a=right" else "wrong"
            body = f"<p data-outcome={outcome}>".encode()
        else:
            status, body = "404 Not Found", b"no"
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture(scope="module")
def browser():
    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site():
    pages = Pages()
    with serving(pages) as url, serving(pages) as pages.other:
        yield url
        pages.over.set()


def visited(browser, site, name, tolerance):
    def reads(png):
        seen = pictures.decoded(png, NOISE.shape)
        return "right" if np.abs(seen - NOISE / np.float32(255)).max() <= tolerance else "wrong"

    page = CaptchaPage(url=f"{site}/kind/{name.replace(' ', '-')}", selectors=Selectors())
    (outcome,) = visits(browser, page, reads, 1)
    return outcome


@pytest.mark.parametrize("name", PAGES)
def test_a_captcha_is_read_as_it_is_however_a_page_shows_it(name, browser, site):
    outcome = visited(browser, site, name, 1 / 255)
    assert not outcome.error
    assert outcome.text == "right", name
    assert outcome.passed
    assert outcome.blocked == 0


@pytest.mark.parametrize("name", ZOOMED)
def test_a_captcha_that_is_zoomed_is_taken_whole(name, browser, site):
    """Drawn smoothly and averaged again it is not quite the same; shifted, it is another."""
    outcome = visited(browser, site, name, 1)
    assert not outcome.error
    shown = pictures.decoded(outcome.picture, NOISE.shape)
    alike = [np.corrcoef(np.roll(shown, n, 1).flat, NOISE.flat)[0, 1] for n in (-1, 0, 1)]
    assert alike[1] > 0.8
    assert max(alike[0], alike[2]) < 0.7
    assert outcome.passed


@pytest.mark.parametrize("name", NEVER)
def test_a_captcha_that_does_not_come_is_no_reading(name, browser, site, monkeypatch):
    monkeypatch.setattr("harness.browser.chromium.WAIT", 900)
    monkeypatch.setattr("harness.browser.patience.DOUBT", 300)
    outcome = visited(browser, site, name, 1)
    assert outcome.error.startswith("Timeout: after ")
    assert not outcome.text
