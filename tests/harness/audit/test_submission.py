import json
from urllib.parse import parse_qs

import pytest

from harness.audit.submission import submission

URL = "http://127.0.0.1:8000/check"
FORM = {"content-type": "application/x-www-form-urlencoded", "cookie": "sid=1", "host": "x"}
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n7\r\n'
    b'--b\r\nContent-Disposition: form-data; name="answer"\r\n\r\n\xc3\xa42\r\n--b--\r\n'
)


def test_a_form_is_sent_with_another_answer_and_all_else_as_it_was():
    sent = submission("POST", URL, FORM, b"id=7&answer=a+b%26&empty=", "a b&")
    assert sent.answer == "answer"
    assert sent.others == {"id": "7", "empty": ""}
    assert sent.body == b"id=7&answer=a+b%26&empty="
    assert parse_qs(sent.answered("=&").body.decode())["answer"] == ["=&"]
    assert b"answer" not in sent.without("answer").body
    assert "cookie" not in sent.sent_headers
    assert "host" not in sent.sent_headers


def test_json_is_taken_apart_and_built_again():
    body = {"form": {"fields": [{"name": "x"}, {"value": "ab12"}], "n": 3, "on": True, "no": None}}
    headers = {"content-type": "application/json; charset=utf-8"}
    sent = submission("POST", URL, headers, json.dumps(body).encode(), "ab12")
    assert sent.answer == "form.fields.1.value"
    assert json.loads(sent.body) == body
    changed = json.loads(sent.answered("").body)
    assert changed["form"]["fields"][1] == {"value": ""}


def test_multipart_is_taken_apart_and_built_again():
    headers = {"content-type": "multipart/form-data; boundary=b"}
    sent = submission("POST", URL, headers, MULTIPART, "ä2")
    assert sent.answer == "answer"
    again = submission("POST", URL, sent.sent_headers, sent.answered("x y").body, "x y")
    assert dict(again.fields) == {"id": "7", "answer": "x y"}


def test_a_form_that_is_sent_by_get_has_its_fields_in_the_address():
    sent = submission("GET", f"{URL}?id=7&code=12", {}, b"", "12")
    assert sent.answer == "code"
    assert sent.answered("a b").sent_url == f"{URL}?id=7&code=a+b"
    assert sent.body == b""


@pytest.mark.parametrize("body", [b"{broken", b"[]", b"\xff\xfe", b""])
def test_what_is_no_form_has_no_answer(body):
    for kind in ("application/json", "text/plain", "multipart/form-data"):
        assert submission("POST", URL, {"content-type": kind}, body, "12").answer == ""
