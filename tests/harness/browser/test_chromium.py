"""Chromium: what it may visit, and what a breaker passes there."""

import csv
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from console import ROOT, spawn_command
from own_page import NOISE, OWN, own_page
from surroundings import lacking
from tiny import folder

from harness.browser.captcha_page import CaptchaPage
from harness.browser.chromium import DOUBTFUL, chromium, program, visitor
from harness.browser.visit import pass_rate, visits
from harness.css_selectors import Selectors
from harness.errors import SkippedError, SpecError
from harness.images import pictures
from harness.loopback import allowed, loopback
from harness.sweep.sweepfile import parse
from harness.web.app import Site, create
from harness.web.challenges import Challenges
from harness.web.server import serving

HERE = [
    "http://127.0.0.1:8000/login", "http://[::1]:5000/a?b=c", "https://localhost/",
    "http://LOCALHOST:80/", "http://localhost", "http://127.0.0.1:65535?a", "http://[::1]/#[a]",
]  # fmt: skip
ELSEWHERE = [
    "http://example.com/", "http://10.0.0.1/", "http://192.168.1.1/", "http://0.0.0.0/",
    "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/", "http://a:b@127.0.0.1/",
    "http://localhost.example.com/", "file:///etc/passwd", "ftp://127.0.0.1/", "//127.0.0.1/",
    "javascript:alert(1)", "http://", "", "http://127.0.0.1\\@example.com/", "http://2130706433/",
    "http://127.1/", "http://0x7f.1/", "http://\u2460.example/", "http://127.0.0.1:99999/",
    "http://[::ffff:8.8.8.8]/", "http:// 127.0.0.1/", "http://127.0.0.1\n.example.com/",
    "http://host.example[::1]/", "http://host.example:80[::1]/", "http://[::1].host.example/",
    "http://[::1]host/", "http://127.0.0.1[::1]/", "http://[::1%25eth0]/", "http://[::1%eth0]/",
    "http://[::ffff:127.0.0.1]/", "http://127.0.0.2/", "http://127.9.8.7/", "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::1]:65536/", "http://127.0.0.1:/", "http://127.0.0.1:0/",
    "http://127.0.0.1:-1/", "http://127.0.0.1:080/", "http://127.0.0.1:\u0661/", "http://[::1/",
    "http://localhost./", "http://app.localhost/", "http://localho\u017ft/", "http://@127.0.0.1/",
    "http://:@127.0.0.1/", "http://127.0.0.1:80:80/", "http:127.0.0.1/", "http:///127.0.0.1/",
    "ws://127.0.0.1/", "http://127.0.0.1/\\a", "http://127.0.0.1/\n", "http://127.0.0.1\t/",
    "http%3A//127.0.0.1/", "http://127.0.0.1%2f/", "http://127.0.0.1;a/", "http://x" + "y" * 9999,
]  # fmt: skip
SMALL = """
name = "visited"
seed = 2
epsilons = [0.0]

[datasets.digits]
generator = "image_captcha"
length = 1
width = 40
height = 40
font_sizes = [30]
train = 600
test = 40

[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 8

[attacks.fgsm]
attack = "fgsm"

[visits.plain]
breaker = "small"
visits = 12

[visits.sure]
breaker = "small"
visits = 6
submit_above = 0.9

[visits.noisy]
breaker = "small"
visits = 12
variant = "canvas"
attack = "fgsm"
epsilon = 0.3
"""


@pytest.mark.parametrize("url", HERE)
def test_this_machine_may_be_visited(url):
    assert loopback(url) == url
    assert CaptchaPage(url=url).url == url


@pytest.mark.parametrize("url", ELSEWHERE)
def test_nothing_else_may(url):
    with pytest.raises(SpecError, match="only pages of this machine") as wrong:
        loopback(url)
    assert str(wrong.value).isprintable()
    assert len(str(wrong.value)) < 500
    with pytest.raises(ValueError, match="only pages of this machine"):
        CaptchaPage(url=url)


@pytest.mark.parametrize("port", [1, 22, 6000, 10080])
def test_a_port_that_browsers_keep_closed_is_refused_before_any_visit(port):
    with pytest.raises(SpecError, match=f"browsers do not open port {port}"):
        loopback(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("http://127.0.0.1:8000/a", True), ("https://localhost/", True), ("http://[::1]:1/", True),
        ("ws://127.0.0.1:1/", True), ("data:,a", True), ("blob:http://127.0.0.1/a", True),
        ("about:blank", True), ("http://127.0.0.1:6000/", True), ("http://127.0.0.2/", False),
        ("http://captcha.invalid/", False), ("http://127.0.0.1.captcha.invalid/", False),
        ("http://localhost.captcha.invalid:80/", False), ("http://[::1].captcha.invalid/", False),
        ("http://app.localhost/", False), ("file:///etc/passwd", False), ("ftp://127.0.0.1", False),
        ("http://127.0.0.1@captcha.invalid/", False), ("wss://captcha.invalid/", False),
        ("http://127.0.0.1:80@captcha.invalid/", False), ("http://[::ffff:127.0.0.1]/", False),
    ],
)  # fmt: skip
def test_what_a_page_may_ask_for(url, leaves):
    assert allowed(url) is leaves
    # What is not looked at may leave.
    assert leaves or DOUBTFUL.match(url)


def test_a_sweep_with_another_host_is_refused_before_a_browser_starts():
    own = SMALL.split("[visits.plain]", maxsplit=1)[0]
    page = '\n[visits.site]\nbreaker = "small"\nurl = "{}"\n'
    assert parse(own + page.format("http://127.0.0.1:8000/")).visits["site"].url
    with pytest.raises(SpecError, match=r"visits.site.url: .*only pages of this machine"):
        parse(own + page.format("https://example.com/login"))
    for line, word in (
        ('breaker = "smal"', "'smal' is not a table"),
        ('breaker = "small"\nvisits = 41', "test = 40"),
        ('breaker = "small"\nattack = "fgsm"', "go together"),
        ('breaker = "small"\nsubmit_above = 1.0', "submit_above = 1"),
        ('breaker = "small"\nvariant = "svg"', "plain"),
    ):
        with pytest.raises(SpecError, match=word):
            parse(f"{own}\n[visits.site]\n{line}\n")


@pytest.fixture(scope="module")
def browser():
    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    with chromium() as found:
        yield found


def served(images, texts):
    supply = iter(zip(images, texts, strict=True))
    return serving(create(Site(None, Challenges(lambda: next(supply), attempts=None))))


@pytest.mark.parametrize(
    ("variant", "ratio", "same"),
    [("plain", 1, True), ("canvas", 1, True), ("plain", 2, True), ("jpeg", 1, False),
     ("scaled", 1, False)],
)  # fmt: skip
def test_the_picture_is_taken_as_the_page_shows_it(variant, ratio, same, browser):
    seen = []

    def reads(png):
        seen.append(pictures.decoded(png, NOISE.shape))
        return "no" if len(seen) == 1 else "yes"

    ready = "[data-drawn]" if variant == "canvas" else ""
    with served([NOISE] * 2, ["yes"] * 2) as url:
        page = CaptchaPage(
            url=f"{url}/challenge?variant={variant}", selectors=Selectors(ready=ready)
        )
        found = visits(browser, page, reads, 2, ratio)
    assert [one.passed for one in found] == [False, True]
    assert pass_rate(found) == 0.5
    assert not any(one.error or one.blocked for one in found)
    moved = np.abs(seen[0] - NOISE / np.float32(255)).max()
    # Two pixels for one, drawn smoothly and averaged again, is not quite the same.
    assert moved <= (1 / 255 if ratio == 1 else 0.5) if same else moved > 0.05


def test_a_visit_loads_captchas_until_the_breaker_is_sure(browser):
    """Of five captchas, the breaker is sure of the third and of none that comes after."""
    reads = iter([None, None, "c", None, None])
    with served([NOISE] * 5, list("abcde")) as url:
        page = CaptchaPage(url=f"{url}/challenge?variant=plain")
        first, second, third = visits(browser, page, lambda _png: next(reads), 3, captchas=5)
    assert (first.passed, first.submitted, first.loads, first.text) == (True, True, 3, "c")
    assert (second.passed, second.submitted, second.loads, second.error) == (False, False, 2, "")
    assert (third.loads, third.submitted) == (0, False)
    assert "raise `test`" in third.error


def test_a_page_of_somebody_s_own_and_its_requests_to_other_hosts(browser):
    with serving(own_page) as url:
        page = CaptchaPage(url=url, selectors=OWN)
        (found,) = visits(browser, page, lambda _png: "ok", 1)
        assert found.passed
        assert found.blocked >= 2, "the picture and the fetch"
        with visitor(browser) as guarded:
            guarded.page.goto(url)
            for target in ("http://captcha.invalid/", "http://10.255.255.1/"):
                with pytest.raises(Exception, match="ERR_"):
                    guarded.page.goto(target)
            assert {"http://captcha.invalid/", "http://10.255.255.1/"} <= set(guarded.blocked)


OWN_TEST = """
import pytest
from own_page import OWN, own_page
from harness.browser.captcha_page import CaptchaPage
from harness.web.server import serving


class Breaker:
    def types(self, png):
        return "ok"


@pytest.mark.parametrize(("image", "wait"), [("form img", 10_000), ("#none", 500)])
def test_the_captcha_stands(pass_rate, monkeypatch, image, wait):
    monkeypatch.setattr("harness.browser.chromium.WAIT", wait)
    with serving(own_page) as url:
        page = CaptchaPage(url=url, selectors=OWN.model_copy(update={"image": image}))
        assert pass_rate(page, Breaker(), visits=2) == 1
"""


def test_a_page_that_is_not_as_the_selectors_have_it(browser, monkeypatch, tmp_path):
    monkeypatch.setattr("harness.browser.chromium.WAIT", 500)
    with serving(own_page) as url:
        page = CaptchaPage(url=url, selectors=Selectors(image="#captcha"))
        (found,) = visits(browser, page, lambda _png: "ok", 1)
        several = visits(browser, page, lambda _png: "ok", 5, traces=tmp_path)
    assert not found.passed
    assert "Timeout" in found.error
    assert found.picture.startswith(b"\x89PNG"), "the page where it was stuck"
    assert all(one.error for one in several)
    kept = sorted(tmp_path.iterdir())
    assert [file.name for file in kept] == ["stuck-1.zip", "stuck-2.zip", "stuck-3.zip"]
    assert "trace.trace" in zipfile.ZipFile(kept[0]).namelist()


@pytest.mark.usefixtures("browser")
def test_a_site_tests_itself(tmp_path):
    (tmp_path / "test_site.py").write_text(OWN_TEST)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "harness.browser.fixtures", "test_site.py"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'support'}"},
    )  # fmt: skip
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "2 of 2 visits came to no answer" in done.stdout


@pytest.mark.usefixtures("browser")
def test_a_sweep_visits_its_pages(tmp_path):
    file, home = tmp_path / "visited.toml", tmp_path / "home"
    file.write_text(SMALL)
    spawn_command("visit", file, home=home, check=0)  # a browser is open in this one
    with (folder(home) / "visits.csv").open(newline="") as stream:
        rows = {row["variant"]: row for row in csv.DictReader(stream)}
    plain, noisy = rows["plain"], rows["noisy"]
    assert (plain["visits"], plain["defense"], noisy["defense"]) == ("12", "none", "fgsm 0.3")
    made = [json.loads(f.read_text()) for f in (home / "visits").glob("*/visits.json")]
    whole = [one for one in made if len(one) == 12]
    clean = next(one for one in whole if sum(v["passed"] for v in one) == int(plain["passed"]))
    # The page shows the pixels of the files: what is typed is what is read offline.
    assert [v["typed"] for v in clean] == [v["offline"] for v in clean]
    assert sum(v["offline"] == v["is"] for v in clean) == int(plain["passed"]) > 6
    assert int(noisy["passed"]) < int(plain["passed"])
    assert plain["warnings"] == "few_visits"
    assert (plain["loads"], plain["submitted"]) == ("12", "12")
    assert plain["submitted_pass_rate"] == plain["pass_rate"]
    sure, (chosen,) = rows["sure"], [one for one in made if len(one) == 6]
    sent = [v for v in chosen if v["submitted"]]
    assert [v["typed"] for v in sent] == [v["offline"] for v in sent], "the captcha loaded last"
    assert int(sure["submitted"]) == len(sent) > 0
    assert int(sure["loads"]) == sum(v["loads"] for v in chosen) > 6
    assert float(sure["submitted_pass_rate"]) >= float(sure["pass_rate"])
    assert "In a real browser" in (folder(home) / "report.html").read_text()
