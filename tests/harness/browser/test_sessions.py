"""Visits in several sessions at once: the same answers, the page's limits, nothing kept."""

import hashlib
import secrets
import threading
import time
from http import cookies
from urllib.parse import parse_qs

import numpy as np
import pytest
from surroundings import lacking

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import chromium, program
from harness.browser.visit import MOST_PICTURES, Sessions, VisitSeries, visits
from harness.errors import SkippedError
from harness.images import pictures
from harness.options import Variant
from harness.web.app import Site, create
from harness.web.captcha_supply import NUMBER, CaptchaSupply
from harness.web.challenges import Challenges
from harness.web.server import serving

COUNT = 24
IMAGES = np.random.default_rng(1).integers(0, 255, (COUNT, 30, 80, 1)).astype(np.uint8)
PNG = pictures.png(IMAGES[0])
PAGE = """<!DOCTYPE html><title>a page with limits</title><p>{}</p><img id=captcha src=/captcha.png>
<form method=post action=/><input id=answer name=a><button id=submit>ok</button></form>"""


@pytest.fixture(scope="module")
def browser():
    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    with chromium() as started:
        yield started


def named(png):
    """Read every other captcha: its text is a digest of its pixels."""
    text = hashlib.sha256(pictures.decoded(png, IMAGES[0].shape).tobytes()).hexdigest()[:6]
    return text if int(text, 16) % 2 else "no"


def text_of(image):
    return hashlib.sha256((image / np.float32(255)).astype(np.float32).tobytes()).hexdigest()[:6]


def answers(browser, sessions, variant: Variant = "plain"):
    supply = CaptchaSupply([(image, text_of(image)) for image in IMAGES])
    with serving(create(Site(None, Challenges(supply, attempts=None)))) as url:
        page = CaptchaPage(url=f"{url}/challenge?variant={variant}")
        urls = [f"{page.url}&{NUMBER}={number}" for number in range(COUNT)]
        series = VisitSeries(page, named, COUNT, sessions, urls=urls)
        return series.carry_out(browser)


def test_the_answers_do_not_depend_on_the_sessions(browser):
    in_turn = answers(browser, Sessions())
    assert not any(one.error or one.blocked or one.refused for one in in_turn), "on our own page"
    typed = [(one.text, one.passed, one.picture) for one in in_turn]
    assert {one.passed for one in in_turn} == {True, False}
    for sessions in (Sessions(4), Sessions(3, visits=5), Sessions(1, visits=COUNT)):
        others = answers(browser, sessions)
        assert [(one.text, one.passed, one.picture) for one in others] == typed
        assert not any(one.error or one.blocked for one in others)


class Limited:
    """A WSGI page that takes some answers of a session, or of everybody, in some seconds."""

    def __init__(self, limit, by_session=False, seconds=3600.0, says=True):
        self.limit, self.by_session, self.seconds, self.says = limit, by_session, seconds, says
        self.came, self.visitors, self.lock = {}, set(), threading.Lock()

    def __call__(self, environ, start):
        jar = cookies.SimpleCookie(environ.get("HTTP_COOKIE", ""))
        visitor = jar["who"].value if "who" in jar else secrets.token_hex(4)
        headers, status, body = [("Set-Cookie", f"who={visitor}")], "200 OK", b""
        if environ["PATH_INFO"] == "/captcha.png":
            body, kind = PNG, "image/png"
        else:
            kind = "text/html"
            with self.lock:
                self.visitors.add(visitor)
                status, body = self.page(environ, visitor if self.by_session else "")
        start(status, [*headers, ("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def page(self, environ, who):
        now = time.monotonic()
        came = [at for at in self.came.get(who, []) if at > now - self.seconds]
        if len(came) >= self.limit:
            return "429 Too Many Requests", b"<p>Come back later"
        if environ["REQUEST_METHOD"] == "GET":
            return "200 OK", PAGE.format("").encode()
        self.came[who] = [*came, now]
        sent = parse_qs(environ["wsgi.input"].read().decode())
        return "200 OK", b"<p data-outcome=%s>" % (b"passed" if sent["a"] == ["x"] else b"wrong")


def limited(browser, page, count, sessions):
    reads = iter("xy" * count)
    with serving(page) as url:
        series = VisitSeries(CaptchaPage(url=url), lambda _png: next(reads), count, sessions)
        return series, series.carry_out(browser)


@pytest.mark.parametrize("sessions", [Sessions(), Sessions(3), Sessions(1, visits=4)])
def test_a_page_that_takes_no_more_answers_is_neither_wrong_nor_stuck(sessions, browser):
    series, outcomes = limited(browser, Limited(6), 9, sessions)
    assert sum(one.submitted for one in outcomes) == 6
    refused = [one for one in outcomes if one.refused]
    assert len(refused) == 3
    assert not any(one.passed or one.error or one.submitted for one in refused)
    assert series.limit.blocked_after == 6
    assert series.limit.window is None, "nobody waited"
    assert series.session_limit is None, "a fresh session did not help"


def test_a_limit_of_sessions_is_kept_by_dropping_cookies(browser):
    page = Limited(3, by_session=True)
    series, outcomes = limited(browser, page, 10, Sessions(2, visits=5))
    assert all(one.submitted for one in outcomes)
    assert series.session_limit == 3
    assert series.limit.blocked_after is None
    assert len(page.visitors) == 4, "of five visits three and two"


def test_a_limit_in_time_is_learned_and_kept(browser):
    page = Limited(4, seconds=6.0)
    series, outcomes = limited(browser, page, 10, Sessions(2, wait=60))
    assert all(one.submitted for one in outcomes)
    assert series.limit.blocked_after == 4
    assert 6 <= series.limit.window < 12


def test_fresh_sessions_share_no_cookie_and_one_that_stays_keeps_it(browser):
    for sessions, visitors in ((Sessions(3), 6), (Sessions(2, visits=3), 2)):
        page = Limited(100)
        limited(browser, page, 6, sessions)
        assert len(page.visitors) == visitors


def test_what_a_session_leaves_does_not_reach_the_next(browser):
    """Each visit looks what is left of others, leaves something, and answers what it saw."""
    script = """<script>
    const left = [document.cookie, localStorage.a, sessionStorage.a, window.name, history.length];
    document.querySelector("p").dataset.left = left.join();
    document.cookie = "a=1"; localStorage.a = sessionStorage.a = window.name = "1";
    caches.open("a"); indexedDB.open("a");
    indexedDB.databases().then(it => { document.querySelector("p").textContent = it.length; });
    </script>"""
    seen = []

    def page(environ, start):
        if environ["REQUEST_METHOD"] == "POST":
            body = b"<p data-outcome=passed>"
        elif environ["PATH_INFO"].endswith("png"):
            body = PNG
        elif environ["PATH_INFO"].startswith("/left"):
            seen.append(environ["QUERY_STRING"])
            body = b""
        else:
            body = (PAGE.format("") + script).encode()
            body += b"<script>fetch('/left?' + document.querySelector('p').dataset.left)</script>"
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    with serving(page) as url:
        found = visits(browser, CaptchaPage(url=url), lambda _png: "x", 6, sessions=Sessions(3))
    assert all(one.passed for one in found)
    assert seen in ([",,,,2"] * 6, [",,,,1"] * 6)


def test_requests_to_other_hosts_are_counted_for_each_visit(browser):
    """A picture of another host, a fetch to it, and one that is redirected there."""
    away = "<script>fetch('/to').catch(() => 0); fetch('http://there.invalid/').catch(() => 0)"
    away += "</script><img src='http://there.invalid/a.png'>"

    def page(environ, start):
        body = {"POST": b"<p data-outcome=passed>"}.get(environ["REQUEST_METHOD"], b"")
        if environ["PATH_INFO"] == "/to":
            start("302 Found", [("Location", "http://there.invalid/b"), ("Content-Length", "0")])
            return [b""]
        if environ["PATH_INFO"].endswith("png"):
            body = PNG
        start("200 OK", [("Content-Type", "text/html")])
        return [body or (PAGE.format("") + away).encode()]

    with serving(page) as url:
        for sessions in (Sessions(3), Sessions(2, visits=3)):
            found = visits(browser, CaptchaPage(url=url), lambda _png: "x", 6, sessions=sessions)
            assert all(one.passed for one in found)
            assert sum(one.blocked for one in found) == 18
            if sessions.visits == 1:
                assert {one.blocked for one in found} == {3}


class Failing:
    def __call__(self, _png):
        raise ZeroDivisionError("of the breaker")


def test_a_breaker_that_fails_ends_all_sessions(browser):
    with serving(Limited(100)) as url:
        with pytest.raises(ZeroDivisionError, match="of the breaker"):
            visits(browser, CaptchaPage(url=url), Failing(), 9, sessions=Sessions(3))
        until = time.monotonic() + 5
        while browser.contexts and time.monotonic() < until:
            visitor_page = browser.new_page()  # playwright hears what has been closed
            visitor_page.close()
        assert not browser.contexts
        (found,) = visits(browser, CaptchaPage(url=url), lambda _png: "x", 1)
        assert found.passed


def test_of_many_visits_few_pictures_are_kept(browser, monkeypatch):
    monkeypatch.setattr("harness.browser.visit.MOST_PICTURES", 2)
    found = answers(browser, Sessions(2))
    assert MOST_PICTURES > sum(bool(one.picture) for one in found) == 2
