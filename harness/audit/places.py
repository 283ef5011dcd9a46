"""Places where a page can say what its captcha reads: attributes, cookies, headers, images, ..."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote

from harness.audit.encodings import decoded
from harness.audit.exchange import Exchange
from harness.audit.visitor import Shown
from harness.images.metadata import metadata

# They say what every response says.
USUAL_HEADERS = frozenset(
    {"date", "content-length", "content-type", "server", "connection", "set-cookie", "etag",
     "last-modified", "expires", "cache-control", "vary", "keep-alive", "transfer-encoding"}
)  # fmt: skip
TAG = re.compile(r"<[^>]*>")


def places(shown: Shown, answer_field: str) -> Iterator[tuple[str, str]]:
    """List what came with a captcha: name of the place, and the text that stands there.

    Args:
        shown: the page as it was opened.
        answer_field: name of the field to type into, in which nothing stands yet.
    """
    for name, value in shown.cookies.items():
        yield from ((f"cookie {name}", text) for text in decoded(value))
    for exchange in shown.exchanges:
        what = {"document": "page", "image": "image"}.get(exchange.kind, exchange.kind)
        for name, value in exchange.headers.items():
            if name not in USUAL_HEADERS:
                yield from ((f"header {name} of the {what}", text) for text in decoded(value))
        if exchange.kind == "document":
            yield from _of_page(exchange.text, answer_field)
        elif exchange.kind == "image":
            yield "address of the image", unquote(exchange.url)
            yield from _of_image(exchange.body)
        elif exchange.kind in ("script", "fetch", "xhr"):
            yield f"text of a {exchange.kind}", exchange.text
        elif exchange.kind == "media":
            yield "address of the sound", unquote(exchange.url)


class _Parts(HTMLParser):
    """Parts of a page, by where they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[str, str]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._open = tag
        known = dict(attrs)
        which = known.get("name") or known.get("id") or ""
        for name, value in attrs:
            where = f"attribute {name} of <{tag}{' ' + which if which else ''}>"
            self.parts.append((where, value or ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        where = "an inline script" if self._open == "script" else "the page's text"
        self.parts.append((where, data))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("a comment in the page", data))


def _of_page(html: str, answer_field: str) -> Iterator[tuple[str, str]]:
    parser = _Parts()
    parser.feed(html)
    for where, text in parser.parts:
        if where == f"attribute value of <input {answer_field}>" and not text:
            continue
        if "data:image/" in text[:100]:
            with contextlib.suppress(ValueError, IndexError):
                import base64

                head, _, data = text.partition(",")
                yield from _of_image(
                    base64.b64decode(data) if ";base64" in head else unquote(data).encode()
                )
            continue
        yield from ((where, each) for each in decoded(text))
    for svg in re.findall(r"<svg\b.*?</svg>", html, re.S):
        yield from _of_svg(svg)


def _of_image(data: bytes) -> Iterator[tuple[str, str]]:
    """List what an image file says beside its pixels."""
    if b"<svg" in data[:1000]:
        yield from _of_svg(data.decode("utf-8", "replace"))
        return
    for name, value in metadata(data).items():
        yield f"metadata {name} of the image", value


def _of_svg(svg: str) -> Iterator[tuple[str, str]]:
    """List what the source of an SVG says: its texts, joined, and all of its attributes."""
    texts = re.findall(
        r"<(?:text|tspan|title|desc)\b[^>]*>(.*?)</(?:text|tspan|title|desc)>", svg, re.S
    )
    yield "letters in the source of the SVG", re.sub(r"\s+", "", TAG.sub("", "".join(texts)))
    for name, value in re.findall(r'([a-zA-Z:-]+)="([^"]*)"', svg):
        if name not in ("d", "points", "xmlns", "viewBox", "transform"):
            yield f"attribute {name} in the SVG", value


def image_of(shown: Shown) -> Exchange | None:
    """Give the response that brought the captcha's image; None where the page itself has it.

    Of several images it is the last: what was loaded for this captcha.
    """
    images = [each for each in shown.exchanges if each.kind == "image"]
    images = [each for each in images if not each.url.startswith("data:")]
    return images[-1] if images else None
