"""A form's submission as the browser would send it, and the same with other fields."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from harness.options import Json

Encoding = Literal["form", "json", "multipart", "query"]
BOUNDARY = "captcha-harness-boundary"
# What belongs to one sending, not to the form; cookies are of the session that sends it.
OF_ONE_SENDING = frozenset({"content-length", "cookie", "connection", "host", "accept-encoding"})


@dataclass(frozen=True)
class Submission:
    """Request by which a form sends an answer.

    Attributes:
        method: of HTTP.
        url: without the fields of a query where they are the form's.
        headers: in lower case, without cookies.
        encoding: how the fields are sent.
        fields: name and value, in order; a name of JSON is its path, as data.0.answer.
        answer: name of the field that holds the answer; empty where none has it as it was typed.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    encoding: Encoding
    fields: tuple[tuple[str, Json], ...]
    answer: str = ""

    @property
    def others(self) -> dict[str, str]:
        """Give the fields that are no answer, as texts."""
        return {name: str(value) for name, value in self.fields if name != self.answer}

    def answered(self, text: str) -> "Submission":
        """Give the same with another answer."""
        return self.with_field(self.answer, text)

    def with_field(self, name: str, value: Json) -> "Submission":
        """Give the same with another value of a field."""
        fields = tuple((key, value if key == name else old) for key, old in self.fields)
        return replace(self, fields=fields)

    def without(self, *names: str) -> "Submission":
        """Give the same without some fields."""
        return replace(self, fields=tuple(pair for pair in self.fields if pair[0] not in names))

    def with_headers(self, headers: Mapping[str, str]) -> "Submission":
        """Give the same with more headers."""
        return replace(self, headers={**self.headers, **headers})

    @property
    def sent_url(self) -> str:
        """Give the URL that is sent."""
        if self.encoding != "query":
            return self.url
        query = urlencode([(name, str(value)) for name, value in self.fields])
        return f"{self.url}?{query}"

    @property
    def sent_headers(self) -> dict[str, str]:
        """Give the headers that are sent, but for cookies."""
        headers = {key: text for key, text in self.headers.items() if key not in OF_ONE_SENDING}
        if self.encoding == "multipart":
            headers["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
        return headers

    @property
    def body(self) -> bytes:
        """Give the body that is sent."""
        if self.encoding == "form":
            return urlencode([(name, str(value)) for name, value in self.fields]).encode()
        if self.encoding == "json":
            return json.dumps(_nested(self.fields)).encode()
        if self.encoding == "multipart":
            parts = [_part(name, str(value)) for name, value in self.fields]
            return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
        return b""


def submission(
    method: str, url: str, headers: Mapping[str, str], body: bytes, typed: str
) -> Submission:
    """Read a request of a browser as the submission of a form.

    Args:
        method: of HTTP.
        url: of the request.
        headers: of the request, names in lower case.
        body: of the request.
        typed: the answer that was typed before.
    """
    encoding, fields = _fields(url, headers.get("content-type", ""), body)
    bare = urlsplit(url)._replace(query="").geturl() if encoding == "query" else url
    answer = next((name for name, value in fields if str(value) == typed), "")
    return Submission(method, bare, dict(headers), encoding, tuple(fields), answer)


def _fields(url: str, kind: str, body: bytes) -> tuple[Encoding, list[tuple[str, Json]]]:
    if "json" in kind:
        try:
            return "json", list(_leaves(json.loads(body)))
        except ValueError:
            return "form", []
    if kind.startswith("multipart/"):
        return "multipart", list(_parts(kind, body))
    if body:
        return "form", list(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    return "query", list(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """List the leaves of a JSON value, each with its path."""
    if isinstance(value, dict | list) and value:
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inside:
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def _nested(fields: tuple[tuple[str, Json], ...]) -> Json:
    """Build the JSON value that has leaves at these paths."""
    whole: dict[str, Json] = {}
    for path, value in fields:
        *outer, last = path.split(".")
        inside = whole
        for key in outer:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return _listed(whole)


def _listed(value: Json) -> Json:
    """Turn tables whose keys are 0, 1, 2, ... into lists."""
    if not isinstance(value, dict):
        return value
    parts = {key: _listed(part) for key, part in value.items()}
    is_list = parts and list(parts) == [str(number) for number in range(len(parts))]
    return list(parts.values()) if is_list else parts


def _parts(kind: str, body: bytes) -> Iterator[tuple[str, str]]:
    """List the fields of a multipart body; files count by their content."""
    whole = BytesParser().parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
    parts = whole.get_payload()
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            yield (
                str(name),
                content.decode("utf-8", "replace") if isinstance(content, bytes) else "",
            )


def _part(name: str, value: str) -> str:
    escaped = re.sub(r'["\r\n]', "_", name)
    return f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{escaped}"\r\n\r\n{value}\r\n'
