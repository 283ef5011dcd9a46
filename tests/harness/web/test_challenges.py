"""Challenges: shown, answered once by whom they were drawn for, and noted where people try."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
import pytest
from challenge import IMAGE, TEXT

from harness.errors import RequirementError
from harness.measurements.people.gather import people_rows
from harness.people.answers import HUMAN, answers, note
from harness.web.app import CHALLENGE, VARIANTS, Site, create
from harness.web.challenges import ATTEMPTS, MOST_BYTES, OPEN, SECONDS, Challenges
from harness.web.trial_page import HumanTrial


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
    client.delete_cookie(f"{CHALLENGE}-80")
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
    trial = HumanTrial(challenges, ("plain", "canvas"), 2, partial(note, file))
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


class Tab:
    """One of several tabs of a browser: they share its cookie, and answer at once."""

    def __init__(self, application, cookie):
        self.client = application.test_client()
        if cookie:
            self.client.set_cookie("try-80", cookie)

    def answer(self, _number):
        page = self.client.get("/try").text
        if "Thank you" in page:
            return 200
        fields = {w: page.split(f'name="{w}" value="')[1].split('"')[0] for w in ("name", "token")}
        return self.client.post("/try", data={**fields, "answer": TEXT}).status_code


def test_a_person_with_many_tabs_answers_no_captcha_too_many(tmp_path):
    for number in range(10):
        file = tmp_path / str(number)
        trial = HumanTrial(
            Challenges(lambda: (IMAGE, TEXT), attempts=None), ("plain",), 3, partial(note, file)
        )
        application = create(Site(None, None, trial=trial))
        cookie = application.test_client().get("/try").headers["Set-Cookie"]
        cookie = cookie.split("=", 1)[1].split(";")[0]
        tabs = [Tab(application, cookie) for _ in range(6)]
        with ThreadPoolExecutor(len(tabs)) as pool:
            for _ in range(8):
                statuses = list(pool.map(Tab.answer, tabs, range(len(tabs))))
                assert set(statuses) <= {200, 303}
        assert "Thank you" in tabs[0].client.get("/try").text
        assert len(answers(file).taken) == 3


def test_an_answer_that_cannot_be_noted_is_not_settled(tmp_path, challenges):
    full = [True]

    def note_if_there_is_room(answer):
        if full:
            raise RequirementError("cannot write human.csv: the disk is full")
        note(tmp_path / HUMAN, answer)

    client = create(
        Site(None, None, trial=HumanTrial(challenges, ("plain",), 2, note_if_there_is_room))
    ).test_client()

    def answered():
        page = client.get("/try").text
        fields = {w: page.split(f'name="{w}" value="')[1].split('"')[0] for w in ("name", "token")}
        return page, client.post("/try", data={**fields, "answer": TEXT})

    page, answer = answered()
    assert (answer.status_code, answer.json["debug"]) == (
        503, "cannot write human.csv: the disk is full",
    )  # fmt: skip
    full.clear()
    page, answer = answered()
    assert "Captcha 1 of 2" in page, "asked again"
    assert answer.status_code == 303
    assert len(answers(tmp_path / HUMAN).taken) == 1


def test_what_cannot_be_settled_stays_open_and_keeps_nobody_waiting(clock):
    broken, others = [True], []

    def settle(challenge, text):
        # Not under the lock of all challenges: others are asked meanwhile.
        others.append(challenges.issue("somebody else"))
        if broken:
            raise RequirementError("the disk is full")
        return text == challenge.text

    challenges = Challenges(lambda: (IMAGE, TEXT), clock=clock, settle=settle)
    name = challenges.issue("s")
    token = challenges.token(name, "s")
    for _ in range(2 * ATTEMPTS):
        with pytest.raises(RequirementError):
            challenges.answer(name, "s", token, TEXT, "here")
    broken.clear()
    assert challenges.answer(name, "s", token, TEXT, "here") == "passed"
    assert challenges.answer(name, "s", token, TEXT, "here") == "refused"
    assert len(others) == 2 * ATTEMPTS + 1


def test_wrong_answers_that_come_at_once_are_no_more_than_those_that_come_one_by_one(clock):
    challenges = Challenges(lambda: (IMAGE, TEXT), clock=clock, settle=lambda *_: False)
    names = [challenges.issue("s") for _ in range(5 * ATTEMPTS)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(
            pool.map(lambda n: challenges.answer(n, "s", challenges.token(n, "s"), "", ""), names)
        )
    assert outcomes.count("wrong") == ATTEMPTS
    assert outcomes.count("too many attempts") == 4 * ATTEMPTS


def test_a_session_and_an_address_of_the_same_name_are_counted_apart(clock):
    challenges = Challenges(lambda: (IMAGE, TEXT), clock=clock)
    for _ in range(ATTEMPTS):
        name = challenges.issue("127.0.0.1")
        answer = challenges.answer(
            name, "127.0.0.1", challenges.token(name, "127.0.0.1"), "no", "elsewhere"
        )
        assert answer == "wrong"
    name = challenges.issue("s")
    token = challenges.token(name, "s")
    assert challenges.answer(name, "s", token, TEXT, "127.0.0.1") == "passed"


def test_challenges_that_have_expired_take_no_memory(clock):
    challenges = Challenges(lambda: (IMAGE, TEXT), clock=clock)
    for _ in range(12_000):
        challenges.issue("s")
        clock.now += 1
    assert len(challenges._open) <= SECONDS + 2
    clock.now += SECONDS + 1
    last = challenges.issue("s")
    assert list(challenges._open) == [last]
    assert challenges._bytes == IMAGE.nbytes


def test_open_challenges_are_bounded_by_number_and_by_bytes(clock):
    challenges = Challenges(lambda: (IMAGE, TEXT), clock=clock)
    names = [challenges.issue("s") for _ in range(OPEN + 5)]
    assert len(challenges._open) == OPEN
    assert challenges.image(names[4], "s") is None
    assert challenges.image(names[5], "s") is not None
    large = np.zeros((4096, 4096, 1), np.uint8)
    challenges = Challenges(lambda: (large, TEXT), clock=clock)
    for _ in range(20):
        name = challenges.issue("s")
    assert challenges._bytes == len(challenges._open) * large.nbytes <= MOST_BYTES
    assert challenges.image(name, "s") is not None


def test_wrong_answers_are_forgotten_after_their_minute(clock):
    for attempts, kept in ((ATTEMPTS, 2 * 61), (None, 0)):
        challenges = Challenges(lambda: (IMAGE, TEXT), attempts=attempts, clock=clock)
        for number in range(500):
            clock.now += 1
            name = challenges.issue(f"{number}")
            answer = challenges.answer(
                name, f"{number}", challenges.token(name, f"{number}"), "no", f"of {number}"
            )
            assert answer == "wrong"
        assert len(challenges._wrong) <= kept


@pytest.mark.parametrize(
    "cookie", ["x", "x" * 200_000, "127.0.0.1", "a.b", ".", "\u00e9", "a" * 22 + "." + "0" * 32]
)
def test_a_session_that_was_not_given_out_here_is_not_taken(cookie, client, challenges):
    page = client.get("/challenge", headers={"Cookie": f"challenge-80={cookie}"})
    given = page.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    assert given != cookie
    assert len(given) <= 64
    assert all(one.session == given for one in challenges._open.values())
    again = client.get("/challenge")
    assert again.headers["Set-Cookie"].split("=", 1)[1].split(";")[0] == given
    # Nor is one of another server, or of another page.
    other = create(Site(None, challenges)).test_client()
    other.set_cookie("challenge-80", given)
    assert given not in other.get("/challenge").headers["Set-Cookie"]


def test_two_servers_on_one_machine_have_cookies_of_their_own(client):
    names = set()
    for port in (8765, 8766):
        page = client.get("/challenge", base_url=f"http://127.0.0.1:{port}")
        names.add(page.headers["Set-Cookie"].split("=")[0])
    assert names == {"challenge-8765", "challenge-8766"}
