"""The web pages: what they answer, and what broken requests cannot do."""

import base64
import io
import json
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from console import ROOT

from harness.detectors.breaker_detector import BreakerDetector
from harness.detectors.judge import Judge
from harness.detectors.squeeze import Squeeze
from harness.images import imagefiles, pictures
from harness.web.app import Site, create
from harness.web.recognizer import Recognizer

IMAGE = np.random.default_rng(0).integers(0, 255, (20, 50, 1)).astype(np.uint8)


@pytest.fixture(scope="session")
def recognizer(breaker):
    return Recognizer("small", breaker, "0123456789")


@pytest.fixture
def client(recognizer):
    return create(Site(recognizer, None)).test_client()


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


def test_what_is_asked_at_once_is_read_together_and_told_apart(recognizer, breaker, digits):
    images = digits[2][:64].astype(np.float32) / 255
    expected = [str(one) for one in breaker.read(images)[:, 0]]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda image: recognizer.read(image[None]), images))
    assert [one.text for (one,) in found] == expected
    assert [len(recognizer.read(images[:n])) for n in (1, 5)] == [1, 5]


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


@pytest.mark.parametrize("end", [33, len(PNG) - 12])
def test_a_part_that_is_longer_than_its_file_takes_no_memory(end, client, monkeypatch):
    monkeypatch.setattr(imagefiles, "_undecoded", lambda *_: pytest.fail("it was decoded"))
    data = PNG[:end] + struct.pack(">I4s", 2**31 - 1, b"tEXt") + PNG[end:]
    answer = client.post("/predict", data={"image": (io.BytesIO(data), "a.png")})
    assert answer.status_code == 400


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


def test_a_judge_says_what_it_thinks_as_a_page_and_as_json(breaker, digits):
    over = BreakerDetector(Squeeze(), breaker, lambda images: images)
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


def test_reports_are_served_and_nothing_beside_them(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "report.html").write_text("what one found")
    (tmp_path / "secret.txt").write_text("no")
    client = create(
        Site(None, None, None, None, tmp_path, lambda: {"one": ["2 steps failed"]})
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
