"""Challenges: shown, answered once by whom they were drawn for, and noted where people try."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
import pytest

from harness.evidence.people import people_rows
from harness.humans import HUMAN, answers, note
from harness.web.app import CHALLENGE, VARIANTS, Site, create
from harness.web.challenges import ATTEMPTS, SECONDS, Challenges
from harness.web.trying import Trial

TEXT = "4.71"  # no token has a dot in it
IMAGE = np.random.default_rng(0).integers(0, 255, (20, 50, 1)).astype(np.uint8)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def challenges(clock):
    return Challenges(lambda: (IMAGE, TEXT), clock=clock)


@pytest.fixture
def client(challenges):
    return create(Site(None, challenges)).test_client()


def asked(client, variant="plain"):
    """The fields of the form on the page."""
    page = client.get(f"/challenge?variant={variant}").text
    return {
        word: page.split(f'name="{word}" value="')[1].split('"')[0]
        for word in ("name", "token", "variant")
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_right_answer_passes_and_says_nothing_before(variant, client):
    page = client.get(f"/challenge?variant={variant}")
    cookie = page.headers["Set-Cookie"]
    assert TEXT not in page.text + cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    fields = asked(client, variant)
    kind = "jpg" if variant == "jpeg" else "png"
    shown = client.get(f"/challenge/{fields['name']}.{kind}")
    found = cv2.imdecode(np.frombuffer(shown.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if kind == "png":
        assert np.array_equal(found, IMAGE[..., 0])
    assert shown.headers["Cache-Control"] == "no-store"
    answer = client.post("/challenge", data={**fields, "answer": f" {TEXT} "})
    assert answer.status_code == 200
    assert 'data-outcome="passed"' in answer.text


def test_answers_count_once(client):
    for first in (TEXT, "0000"):
        fields = asked(client)
        client.post("/challenge", data={**fields, "answer": first})
        again = client.post("/challenge", data={**fields, "answer": TEXT})
        assert again.status_code == 403
        assert 'data-outcome="refused"' in again.text


def test_of_answers_that_come_at_once_one_counts(challenges):
    for _ in range(20):
        name = challenges.issue("somebody")
        token = challenges.token(name, "somebody")
        one = partial(challenges.answer, name, "somebody", token, TEXT)
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(one, [f"address {n}" for n in range(8)]))
        assert sorted(outcomes) == ["passed"] + ["refused"] * 7


def test_a_challenge_expires(client, clock):
    fields = asked(client)
    clock.now += SECONDS + 1
    assert client.get(f"/challenge/{fields['name']}.png").status_code == 404
    answer = client.post("/challenge", data={**fields, "answer": TEXT})
    assert answer.status_code == 403
    assert 'data-outcome="expired"' in answer.text


def test_nobody_answers_for_another_session_or_without_the_token(client, challenges):
    fields = asked(client)
    other = create(Site(None, challenges)).test_client()
    asked(other)
    assert other.get(f"/challenge/{fields['name']}.png").status_code == 404
    assert other.post("/challenge", data={**fields, "answer": TEXT}).status_code == 403
    for token in ("", "0" * 64, asked(client)["token"]):
        forged = client.post("/challenge", data={**fields, "token": token, "answer": TEXT})
        assert forged.status_code == 403
    assert client.post("/challenge", data={**fields, "answer": TEXT}).status_code == 200


def test_trying_everything_ends_soon(client, clock):
    outcomes = []
    for number in range(ATTEMPTS + 3):
        answer = client.post("/challenge", data={**asked(client), "answer": f"{number:04}"})
        outcomes.append(answer.status_code)
    assert outcomes == [403] * ATTEMPTS + [429] * 3
    # A fresh session from the same address is in no better place.
    client.delete_cookie(CHALLENGE)
    fields = asked(client)
    assert client.post("/challenge", data={**fields, "answer": TEXT}).status_code == 429
    clock.now += 61
    assert client.post("/challenge", data={**asked(client), "answer": TEXT}).status_code == 200


def test_letters_of_either_case_where_the_alphabet_has_one(clock):
    for caseless, outcome in ((True, "passed"), (False, "wrong")):
        challenges = Challenges(lambda: (IMAGE, "AB12"), caseless=caseless, clock=clock)
        name = challenges.issue("s")
        found = challenges.answer(name, "s", challenges.token(name, "s"), "ab12", "here")
        assert found == outcome


def test_people_are_asked_and_their_answers_are_noted(tmp_path, challenges):
    file = tmp_path / HUMAN
    trial = Trial(challenges, ("plain", "canvas"), 2, partial(note, file))
    client = create(Site(None, None, trial=trial)).test_client()
    for number, text in enumerate((TEXT, "0000", TEXT, TEXT)):
        page = client.get("/try").text
        assert f"Captcha {number + 1} of 4" in page
        assert TEXT not in page
        assert ("<canvas" in page) == (number % 2 == 1), "variants take turns"
        fields = {w: page.split(f'name="{w}" value="')[1].split('"')[0] for w in ("name", "token")}
        assert client.get(f"/try/{fields['name']}.png").status_code == 200
        sent = client.post("/try", data={**fields, "answer": text})
        assert sent.status_code == 303
        client.post("/try", data={**fields, "answer": TEXT})  # again: counts for nothing
    told = client.get("/try").text
    assert "Thank you" in told
    assert "2 of 2" in told
    assert "1 of 2" in told
    found = answers(file).taken
    assert [(one.variant, one.right) for one in found] == [
        ("plain", True), ("canvas", False), ("plain", True), ("canvas", True),
    ]  # fmt: skip
    assert len({one.person for one in found}) == 1
    rows = {row.variant: row for row in people_rows(found)}
    assert (rows["canvas"].right, rows["canvas"].captchas, rows["canvas"].people) == (1, 2, 1)
    assert "Captcha 1 of 4" in client.get("/try?again=1").text
