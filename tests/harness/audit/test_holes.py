"""Each planted hole is found, alone or with another, and no other; none where there is none."""

import secrets

import numpy as np
import pytest
from captcha_sites import (
    DIGITS,
    STYLES,
    CaptchaSite,
    bottle_site,
    drawn,
    flask_site,
    read,
    served,
)

from harness.audit.audit import audit_page
from harness.audit.outcomes import Phrases
from harness.audit.page_audit import Audited
from harness.browser.captcha_page import CaptchaPage
from harness.web.app import Site, create
from harness.web.challenges import Challenges

LOGIN = {"#user": "nobody", "#password": "none"}
# Holes of the site -> checks that fail.
HOLES = {
    "anything": {"wrong_answer"},
    "omitted": {"omitted"},
    "empty": {"empty"},
    "nothing_is_nothing": {"omitted"},
    "replayed": {"replayed"},
    "replayed_elsewhere": {"replayed", "replayed_elsewhere"},
    "old_answer": {"old_answer"},
    "second_guess": {"second_guess"},
    "at_once": {"at_once"},
    "without_token": {"without_token"},
    "trap_fields": {"trap_fields"},
    "client_decides": {"client_decides"},
    "answer_hidden": {"answer_in_page"},
    "answer_hashed": {"answer_in_page"},
    "answer_in_comment": {"answer_in_page"},
    "answer_in_script": {"answer_in_page"},
    "answer_in_cookie": {"answer_in_cookie"},
    "answer_in_header": {"answer_in_headers"},
    "answer_in_name": {"answer_in_page", "answer_in_image"},
    "answer_in_metadata": {"answer_in_image"},
    "answer_in_svg": {"answer_in_image"},
    "guessable_ids": {"guessable_ids"},
    "same_image": {"same_image"},
    "few_images": {"same_image"},
    "cached_image": {"cached_image"},
    "size_tells": {"file_tells"},
    "second_guess answer_in_cookie": {"second_guess", "answer_in_cookie"},
    "omitted cached_image": {"omitted", "cached_image"},
}
LONG_HOLES = {
    "no_attempts_limit no_reload_limit": {"attempts_limit", "reload_limit"},
    "limit_by_header": {"limit_by_header"},
    "blank limit_by_cookie": {"blank", "limit_without_cookies"},
    "timing no_expiry": {"answer_by_timing", "expiry"},
}


def audited(browser, site, app=flask_site, style="form", misread=0, **options):
    counter = []
    with served(app(site, style)) as url:
        page = Audited(
            CaptchaPage(url=url),
            Phrases("Unknown user", "Wrong code") if style == "login" else Phrases(),
            LOGIN if style == "login" else {},
            DIGITS,
            **options,
        )
        most = 600 if options.get("thorough") else 60
        result = audit_page(browser, page, lambda png: read(png, misread, counter), most)
    assert result.requests <= most
    if app is flask_site:
        assert result.requests == site.requests + site.at_once_lost
    assert result.blocked == 0
    return {each.check: each for each in result.findings}


def failed(findings):
    return {name for name, each in findings.items() if each.outcome == "failed"}


@pytest.mark.parametrize("holes", HOLES)
def test_a_planted_hole_is_found_and_no_other(captcha_browser, holes):
    findings = audited(captcha_browser, CaptchaSite(frozenset(holes.split())))
    assert failed(findings) == HOLES[holes]
    assert all(findings[name].why and findings[name].seen for name in HOLES[holes])


@pytest.mark.parametrize("holes", ["omitted", "replayed", "cached_image", "second_guess"])
def test_a_hole_is_found_behind_another_framework(captcha_browser, holes):
    assert failed(audited(captcha_browser, CaptchaSite(frozenset({holes})), bottle_site)) == {holes}


@pytest.mark.parametrize("style", STYLES[1:])
def test_a_hole_is_found_however_the_page_answers(captcha_browser, style):
    site = CaptchaSite(frozenset({"replayed", "empty"}))
    assert failed(audited(captcha_browser, site, style=style)) == {"replayed", "empty"}


@pytest.mark.parametrize("style", STYLES)
def test_a_right_page_has_no_hole(captcha_browser, style):
    findings = audited(captcha_browser, CaptchaSite(), style=style)
    assert not failed(findings)
    ran = [name for name, each in findings.items() if each.outcome == "passed"]
    assert {"wrong_answer", "replayed", "omitted", "empty", "old_answer", "at_once"} <= set(ran)


def test_the_page_of_this_project_has_no_hole(captcha_browser):
    def supply():
        text = f"{secrets.randbelow(10_000):04d}"
        return np.asarray(drawn(text))[..., None], text

    site = create(Site(recognizer=None, challenges=Challenges(supply)))
    with served(site) as url:
        page = Audited(CaptchaPage(url=f"{url}challenge"), alphabet=DIGITS)
        result = audit_page(captcha_browser, page, read, 60)
    assert result.holes == []
    ran = {each.check for each in result.findings if each.outcome == "passed"}
    assert {"replayed", "replayed_elsewhere", "second_guess", "at_once", "without_token"} <= ran


def test_of_a_page_that_says_the_same_to_all_answers_nothing_is_said(captcha_browser):
    findings = audited(captcha_browser, CaptchaSite(), style="mute")
    assert not failed(findings)
    assert findings["wrong_answer"].outcome == findings["omitted"].outcome == "did not run"
    assert "all answers look alike" in findings["wrong_answer"].why


def test_a_reader_that_misreads_finds_no_hole_where_there_is_none(captcha_browser):
    assert not failed(audited(captcha_browser, CaptchaSite(), misread=4))


@pytest.mark.parametrize("holes", LONG_HOLES)
def test_a_thorough_audit_finds_what_takes_many_requests(captcha_browser, holes):
    site = CaptchaSite(frozenset(holes.split()))
    findings = audited(captcha_browser, site, thorough=True, expiry=180.0, wait=site.wait)
    assert failed(findings) == LONG_HOLES[holes]


def test_a_right_page_has_no_hole_for_a_thorough_audit(captcha_browser):
    site = CaptchaSite()
    findings = audited(captcha_browser, site, thorough=True, expiry=180.0, wait=site.wait)
    assert not failed(findings)
    assert {name for name, each in findings.items() if each.outcome == "did not run"} == {
        "trap_fields"
    }
