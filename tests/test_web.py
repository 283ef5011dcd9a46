"""The web pages: what they answer, and what strangers cannot do."""

import base64
import io
import json
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
import pytest
from conftest import ROOT

from harness import pictures
from harness.detectors.guard import Guard
from harness.detectors.judge import Judge
from harness.detectors.squeeze import Squeeze
from harness.errors import HarnessError
from harness.evidence.people import people_rows
from harness.humans import HUMAN, answers, note
from harness.web.app import SESSION, VARIANTS, Site, create
from harness.web.challenges import ATTEMPTS, SECONDS, Challenges
from harness.web.recognizer import Recognizer
from harness.web.trying import Trial

TEXT = "4711"
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


@pytest.fixture(scope="session")
def recognizer(breaker):
    return Recognizer("small", breaker, "0123456789")


@pytest.fixture
def client(challenges, recognizer):
    return create(Site(recognizer, challenges)).test_client()


def asked(client, variant="plain"):
    """The fields of the form on the page."""
    page = client.get(f"/challenge?variant={variant}").text
    return {
        word: page.split(f'name="{word}" value="')[1].split('"')[0]
        for word in ("name", "token", "variant")
    }


def test_ping(client):
    assert client.get("/ping").text == client.post("/ping").text == "pong"


def test_an_image_is_read_from_a_form_and_from_json(client, breaker, digits):
    expected = str(breaker.read(digits[2][:1])[0, 0])
    file = pictures.png(digits[2][0])
    form = client.post("/predict", data={"image": (io.BytesIO(file), "7.png")}).json
    text = base64.b64encode(file).decode()
    for sent in (text, f"data:image/png;base64,{text}"):
        found = client.post("/predict", json={"image": sent}).json
        assert found == form
    assert (form["success"], form["prediction"], form["breaker"]) == (True, expected, "small")
    assert 0.1 < form["confidence"] <= 1
    assert form["debug"] == ""


def gif():
    from PIL import Image

    out = io.BytesIO()
    frames = [Image.new("L", (28, 28), level) for level in (0, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb():
    """A PNG of 60,000 x 60,000 pixels in 60 bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


PNG = pictures.png(IMAGE)
HOSTILE = {
    "nothing": b"",
    "a word": b"captcha",
    "half a file": PNG[: len(PNG) // 2],
    "a head": PNG[:40],
    "moving": gif(),
    "a bomb": bomb(),
    "an svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_in_a_line(name, client):
    form = client.post("/predict", data={"image": (io.BytesIO(HOSTILE[name]), "../../etc/passwd")})
    text = client.post("/predict", json={"image": base64.b64encode(HOSTILE[name]).decode()})
    for answer in (form, text):
        assert answer.status_code == 400
        assert answer.json["success"] is False
        assert "\n" not in answer.json["debug"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"image": 7}', b'{"image": "%%"}', b'{"picture": ""}',
        b"[" * 100_000, b'{"image": ' * 50_000, b"\xff\xfe\x00",
    ],
)  # fmt: skip
def test_broken_requests_are_refused(body, client):
    answer = client.post("/predict", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["success"] is False


def test_a_large_request_is_refused_unread(client):
    assert client.post("/predict", data=b"0" * 5_000_000).status_code == 413


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_never_break_it(seed, client):
    numbers = np.random.default_rng(seed)
    whole = [PNG, pictures.jpeg(IMAGE), gif(), cv2.imencode(".webp", IMAGE)[1].tobytes()]
    for _ in range(60):
        data = np.frombuffer(whole[numbers.integers(4)], np.uint8).copy()
        places = numbers.integers(0, len(data), numbers.integers(1, 9))
        data[places] = numbers.integers(0, 256, len(places))
        data = data[: numbers.integers(1, len(data) + 1)].tobytes()
        answer = client.post("/predict", data={"image": (io.BytesIO(data), "a.png")})
        assert answer.status_code in (200, 400)
        assert json.loads(answer.text)["success"] is (answer.status_code == 200)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", ""])
def test_a_name_of_somebody_else_opens_nothing(host, client):
    assert client.get("/ping", headers={"Host": host}).status_code == 403


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


def test_nobody_answers_for_another_session_or_without_the_token(client, challenges, recognizer):
    fields = asked(client)
    other = create(Site(recognizer, challenges)).test_client()
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
    client.delete_cookie(SESSION)
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


def test_a_judge_says_what_it_thinks_as_a_page_and_as_json(breaker, digits):
    over = Guard(Squeeze(), breaker, lambda images: images)
    over.fit(digits[0][:200])
    judge = Judge(over, "0123456789", denoises=False)
    client = create(Site(None, None, ("squeeze", judge))).test_client()
    assert "drop it here" in client.get("/judge").text
    for image in (digits[2][0], IMAGE):
        expected = judge.verdict(pictures.decoded(pictures.png(image), (28, 28, 1)))
        file = {"image": (io.BytesIO(pictures.png(image)), "a.png")}
        page = client.post("/judge", data=file).text
        assert f'data-perturbed="{"yes" if expected.perturbed else "no"}"' in page
        assert f"score {expected.score:.2f}" in page
        sent = {"image": base64.b64encode(pictures.png(image)).decode()}
        found = client.post("/judge", json=sent).json
        assert found["score"] == pytest.approx(expected.score, abs=1e-5)
        assert found["perturbed"] is expected.perturbed
        assert set(found["pictures"]) == set(found["texts"]) == {"as it is", "blurred"}
    assert client.post("/judge", json={"image": "AAAA"}).status_code == 400
    wrong = client.post("/judge", data={"image": (io.BytesIO(b"<script>"), "<b>.png")})
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert "<script>" not in wrong.text


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
    found = answers(file)
    assert [(one.variant, one.right) for one in found] == [
        ("plain", True), ("canvas", False), ("plain", True), ("canvas", True),
    ]  # fmt: skip
    assert len({one.person for one in found}) == 1
    rows = {row.variant: row for row in people_rows(found)}
    assert (rows["canvas"].right, rows["canvas"].captchas, rows["canvas"].people) == (1, 2, 1)
    assert "Captcha 1 of 4" in client.get("/try?again=1").text
    file.write_text("variant,person,right,seconds\nplain,a,perhaps,1\n")
    with pytest.raises(HarnessError, match="mend it"):
        answers(file)


def test_reports_are_served_and_nothing_beside_them(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "report.html").write_text("what one found")
    (tmp_path / "secret.txt").write_text("no")
    client = create(
        Site(None, None, None, None, tmp_path, {"one": ["2 steps failed"]})
    ).test_client()
    assert "2 steps failed" in client.get("/runs").text
    with client.get("/runs/one/report") as page:
        assert page.text == "what one found"
    for path in ("/runs/two/report", "/runs/../secret.txt", "/runs/..%2f/report", "/runs/one/.."):
        assert client.get(path, follow_redirects=True).status_code == 404
    assert client.get("/predict").status_code == 404


def test_no_network_is_loaded_by_the_pages():
    code = "import sys, harness.web.app; print('tensorflow' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
