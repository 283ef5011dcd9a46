"""The picture of a captcha page: waited for, and a stuck visit where it does not come."""

import re
import threading

import numpy as np
import pytest
from surroundings import lacking

from harness.browser import patience
from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium, program
from harness.browser.visit import visits
from harness.css_selectors import Selectors
from harness.errors import SkippedError
from harness.images import pictures
from harness.web.server import serving

NOISE = np.random.default_rng(0).integers(0, 255, (30, 80, 1)).astype(np.uint8)
PNG, WHITE = pictures.png(NOISE), pictures.png(np.full_like(NOISE, 255))
LATE = 400  # milliseconds, as in the reports of testers whose screenshots came too early
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 30">'
    b'<rect width="80" height="30" fill="white"/><path d="M9 4 40 25 70 3" stroke="red"/></svg>'
)
FORM = """<!DOCTYPE html><title>a page of its own</title><body>{}
<form action=/answer><input id=answer name=a><button id=submit>ok</button></form>"""
SIZE = 'id="captcha" style="width:80px;height:30px;display:block"'


def later(script):
    it = 'const it = document.getElementById("captcha")'
    return f"<script>setTimeout(() => {{{it}; {script}}}, {LATE})</script>"


CANVAS = f"""<canvas id="captcha" width="80" height="30" style="{{}}"></canvas><script>
const image = new Image(); image.src = "/whole.png";
setTimeout(() => document.getElementById("captcha").getContext("2d").drawImage(image, 0, 0), {LATE})
</script>"""
LATER = {
    "src": f"<img {SIZE}>" + later('it.src = "/whole.png"'),
    "src of an image that takes its time": f"<img {SIZE}>" + later('it.src = "/slow.png"'),
    "another src": f'<img {SIZE} src="/white.png">' + later('it.src = "/whole.png"'),
    "src after one that failed": f'<img {SIZE} src="/gone">' + later('it.src = "/whole.png"'),
    "in a box": f"<div {SIZE}></div>" + later('it.innerHTML = "<img src=/slow.png>"'),
    "element": "<div></div>"
    + later('document.querySelector("div").innerHTML = "<img id=captcha src=/whole.png>"'),
    "background": f"<div {SIZE}></div>" + later('it.style.backgroundImage = "url(/slow.png)"'),
    "canvas": CANVAS.format(""),
    "canvas with a border": CANVAS.format("border: 3px solid red"),
    "canvas with round corners": CANVAS.format("border: 1px solid red; border-radius: 9px"),
    "canvas on gray with padding": CANVAS.format("background: #eee; padding: 4px"),
    "lazy": '<p style="height:9000px"></p><img loading="lazy" src="/whole.png" id="captcha">',
    "input": f'<input type="image" alt="" {SIZE}>' + later('it.src = "/whole.png"'),
}
BROKEN = {
    "no such file": (
        f'<img {SIZE} src="/gone">',
        "the image of #captcha cannot be loaded: .*/gone",
    ),
    "no image": (f'<img {SIZE} src="/answer">', "cannot be loaded"),
    "no src": (f"<img {SIZE}>", "the image of #captcha has no src"),
    "in a box": (f'<p {SIZE}><img src="/gone"><img src="/whole.png">', "cannot be loaded"),
    "another host": (f'<p {SIZE}><img src="http://captcha.invalid/">', "cannot be loaded"),
    "background": (f'<p style="background:url(/gone)" {SIZE}>Captcha', "cannot be loaded: .*/gone"),
    "input": (f'<input type="image" src="/gone" {SIZE}>', "cannot be loaded: .*/gone"),
    "all white": (f'<img {SIZE} src="/white.png">', "the picture of #captcha is all of one color"),
    "empty canvas": ('<canvas id="captcha" style="border:2px solid red">', "all of one color"),
    "no size": ('<img id="captcha" style="width:0" src="/whole.png">', "#captcha has no size"),
    "no element": ("<img>", "nothing is #captcha"),
    "scripts that never end": (
        "<script>addEventListener('load', () => setTimeout(() => { for (;;); }, 50))</script>",
        "the page's scripts do not end",
    ),
    "never answers": (f"<img {SIZE}>" + later('it.src = "/never.png"'), "is still loading"),
}
WHOLE = {
    "svg": f'<img {SIZE} src="/svg">',
    "inline": f"<div {SIZE}>{SVG.decode()}</div>",
    "an ornament of another host": f'<p {SIZE}><img src="/whole.png"><img src="//cdn.invalid/a">',
    "data": f'<img {SIZE} src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\' '
    "width='80' height='30'><path d='M9 4 40 25' stroke='red'/></svg>\">",
    "a picture element": f'<picture><source srcset="/whole.png"><img {SIZE}></picture>',
}  # fmt: skip


class Pages:
    """A WSGI application: the pages above, and the images that they show."""

    def __init__(self):
        self.over = threading.Event()

    def __call__(self, environ, start):
        path = environ["PATH_INFO"].strip("/")
        kind, body = "text/html; charset=utf-8", b'<p data-outcome="passed">'
        if path == "slow.png":
            self.over.wait(LATE / 1000)
        if path == "never.png":
            self.over.wait(60)
        if path in ("whole.png", "slow.png"):
            kind, body = "image/png", PNG
        elif path == "white.png":
            kind, body = "image/png", WHITE
        elif path == "svg":
            kind, body = "image/svg+xml", SVG
        elif path.startswith("page/"):
            _page, table, name = path.split("/")
            page = {"later": LATER, "whole": WHOLE}.get(table) or {
                k: v for k, (v, _) in BROKEN.items()
            }
            body = FORM.format(page[name.replace("-", " ")]).encode()
        elif path != "answer":
            start("404 Not Found", [("Content-Type", kind)])
            return [b"no"]
        start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
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
    with serving(pages) as url:
        yield url
        pages.over.set()


def visited(browser, url, image="#captcha"):
    page = CaptchaPage(url=url.replace(" ", "-"), selectors=Selectors(image=image))
    (attempt,) = visits(browser, page, lambda _png: "x", 1)
    return attempt


@pytest.mark.parametrize("name", LATER)
def test_a_picture_that_comes_late_is_waited_for(name, browser, site):
    attempt = visited(browser, f"{site}/page/later/{name}")
    assert not attempt.error
    assert attempt.passed
    seen = pictures.decoded(attempt.picture, (30, 80, 1))
    if "border" not in name and "padding" not in name and "corners" not in name:
        assert np.abs(seen - NOISE / np.float32(255)).max() <= 1 / 255
    else:
        assert seen.std() > 0.1


@pytest.mark.parametrize("name", BROKEN)
def test_a_visit_without_a_picture_is_stuck_and_says_why(name, browser, site, monkeypatch):
    monkeypatch.setattr("harness.browser.chromium.WAIT", 900)
    monkeypatch.setattr(patience, "DOUBT", 300)
    attempt = visited(browser, f"{site}/page/broken/{name}")
    assert not attempt.passed
    assert re.search(BROKEN[name][1], attempt.error)
    assert attempt.error.startswith("Timeout: after ")


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_that_is_there_is_taken_at_once(name, browser, site, monkeypatch):
    monkeypatch.setattr(patience, "DOUBT", 0)
    attempt = visited(browser, f"{site}/page/whole/{name}")
    assert attempt.passed, attempt.error


def test_a_selector_that_is_none_is_said(browser, site, monkeypatch):
    monkeypatch.setattr("harness.browser.chromium.WAIT", 300)
    attempt = visited(browser, f"{site}/page/whole/svg", "##captcha")
    assert "'##captcha' is not a valid selector" in attempt.error
