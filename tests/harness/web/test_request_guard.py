"""Which requests the pages take: of this machine, of their own pages, and not too large."""

import http.client
import io
import json
import os
import socket
import tempfile

import pytest
from challenge import IMAGE, TEXT

from harness.errors import HarnessError, RequirementError
from harness.images import pictures
from harness.web import uploads
from harness.web.app import Site, create
from harness.web.challenges import Challenges
from harness.web.report_pages import POLICY
from harness.web.request_guard import HEADERS
from harness.web.server import CONNECTIONS, serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
HERE = "http://localhost"


class Reads:
    """A recognizer that needs no network."""

    name, shape = "small", (20, 50, 1)

    def read(self, images):
        from harness.web.recognizer import Recognized

        return [Recognized("4711", 0.9)] * len(images)


@pytest.fixture
def application():
    return create(Site(Reads(), Challenges(lambda: (IMAGE, TEXT))))


@pytest.fixture
def client(application):
    return application.test_client()


def image():
    return {"image": (io.BytesIO(pictures.png(IMAGE)), "a.png")}


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Origin": HERE}, True),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://evil.invalid"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "http://localhost:3000"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost.evil.invalid"}, False),
        ({"Origin": "http://127.0.0.1"}, False),
        ({"Origin": ""}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": HERE, "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_what_another_page_posts_is_refused(headers, taken, client):
    for path in ("/ping", "/nothing"):
        assert (client.post(path, headers=headers).status_code != 403) is taken
    read = client.post("/predict", data=image(), headers=headers)
    assert read.status_code == (200 if taken else 403)
    answer = client.post("/challenge", data={}, headers=headers).text
    assert ("data-outcome" in answer) is taken, "it came as far as the challenge"


def test_a_link_from_elsewhere_leads_here_and_nothing_is_shown_there(client):
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    for mode, status in (("navigate", 200), ("no-cors", 403), ("cors", 403), ("websocket", 403)):
        assert client.get("/", headers={**elsewhere, "Sec-Fetch-Mode": mode}).status_code == status
    same = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"}
    with client.get("/static/site.css", headers=same) as style:
        assert style.status_code == 200


def test_every_answer_has_the_headers(client):
    for answer in (client.get("/"), client.get("/nothing"), client.post("/predict", data=b"")):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("get", "/nothing", {}, 404),
        ("get", "/challenge?variant=svg", {}, 404),
        ("get", "/predict", {}, 405),
        ("post", "/predict", {}, 400),
        ("get", "/", {"Host": "evil.invalid"}, 403),
        ("post", "/challenge", {"Origin": "null"}, 403),
    ],
)
def test_an_error_is_a_page_for_browsers_and_json_for_programs(
    method, path, headers, status, client
):
    ask = getattr(client, method)
    for accept in ("application/json", "*/*", ""):
        answer = ask(path, headers={**headers, "Accept": accept})
        assert answer.status_code == status
        assert answer.json["success"] is False
        assert answer.json["debug"]
        assert "\n" not in answer.json["debug"]
    shown = ask(path, headers={**headers, "Accept": BROWSER})
    assert shown.status_code == status
    if method == "post" and path == "/predict":
        assert shown.json["debug"] == answer.json["debug"]
    else:
        assert shown.mimetype == "text/html"
        assert 'role="alert"' in shown.text
    if status == 405:
        assert set(shown.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_what_is_asked_for_is_not_put_on_the_page_as_it_is(client):
    page = client.get("/challenge?variant=<script>alert(1)</script>", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert "<script>" not in page.text


@pytest.mark.parametrize("error", [HarnessError("no more"), RequirementError("the disk is full")])
def test_what_the_machine_lacks_is_said_in_one_line(error):
    def supply():
        raise error

    client = create(Site(None, Challenges(supply))).test_client()
    answer = client.get("/challenge")
    assert (answer.status_code, answer.json["debug"]) == (503, str(error))
    page = client.get("/challenge", headers={"Accept": BROWSER})
    assert page.status_code == 503
    assert str(error) in page.text


@pytest.fixture
def port(application):
    with serving(application) as url:
        yield int(url.rsplit(":", 1)[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.invalid"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body_is_refused_before_it_is_kept(host, chunked, port, monkeypatch):
    spooled = []
    spool = tempfile.TemporaryFile
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda *a, **k: spooled.append(1) or spool(*a, **k)
    )
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        size = uploads.LARGEST + 1
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        head = f"POST /predict HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n"
        connection.sendall(head.encode())
        if chunked:
            chunk = b"10000\r\n" + bytes(2**16) + b"\r\n"
            for _ in range(uploads.LARGEST // 2**16 + 1):
                try:
                    connection.sendall(chunk)
                except OSError:  # it no longer listens
                    break
        answer = connection.recv(12)
    assert answer == b"HTTP/1.1 413"
    assert chunked or not spooled, "not one byte of the body was sent"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/ping")
    assert connection.getresponse().read() == b"pong"
    connection.close()


def test_the_largest_body_that_is_taken(port):
    text = json.dumps({"image": "A"})
    body = text + " " * (uploads.LARGEST - len(text))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 400
    assert json.loads(answer.read())["debug"].startswith("image:")
    connection.close()


def test_more_than_a_hundred_idle_connections_keep_nobody_out(port):
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(150)]
    assert len(idle) < CONNECTIONS
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/ping")
    assert connection.getresponse().read() == b"pong"
    for each in (*idle, connection):
        each.close()


def test_a_report_is_shown_under_a_policy_of_its_own_with_a_way_back(tmp_path):
    (tmp_path / "one" / "predictions").mkdir(parents=True)
    report = "<!DOCTYPE html><html><body><p>one</p><script>alert(1)</script></body></html>"
    (tmp_path / "one" / "report.html").write_text(report)
    (tmp_path / "one" / "results.csv").write_text("a,b\n1,2\n")
    (tmp_path / "one" / "predictions" / "small.csv").write_text("c\n")
    (tmp_path / "one" / "sweep.toml").write_text("no")
    (tmp_path / "secret.csv").write_text("no")
    client = create(Site(None, None, runs=tmp_path, headlines=lambda: {"one": []})).test_client()
    with client.get("/runs/one/report") as page:
        assert page.headers["Content-Security-Policy"] == POLICY.format(script="'none'")
        assert POLICY.startswith("default-src 'none'")
        assert '<a href="/runs">' in page.text
        assert "<p>one</p>" in page.text
    assert '<a href="/runs/one/results.csv">results.csv</a>' in client.get("/runs").text
    for path in ("results.csv", "predictions/small.csv"):
        with client.get(f"/runs/one/{path}") as table:
            assert table.data == (tmp_path / "one" / path).read_bytes()
            assert table.mimetype == "text/csv"
    for path in (
        "one/sweep.toml", "one/../secret.csv", "../secret.csv", "one/..%2f..%2fsecret.csv",
        "one/predictions/../../../secret.csv", "one//secret.csv", "one/other.csv", "one",
    ):  # fmt: skip
        assert client.get(f"/runs/{path}", follow_redirects=True).status_code == 404, path


def test_no_thread_waits_for_a_report_that_is_a_pipe(tmp_path):
    (tmp_path / "one").mkdir()
    for name in ("report.html", "results.csv"):
        os.mkfifo(tmp_path / "one" / name)
    client = create(Site(None, None, runs=tmp_path, headlines=lambda: {"one": []})).test_client()
    for path in ("report", "results.csv"):
        assert client.get(f"/runs/one/{path}").status_code == 404
    assert "results.csv" not in client.get("/runs").text
