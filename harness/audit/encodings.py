"""Forms in which a page may carry the text of its captcha without meaning to show it."""

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

SHORTEST = 3  # characters of a text that is looked for; shorter ones stand anywhere by chance
LISTS = ("as a list", "as character codes")
EXACT = ("as it is", "backwards", "in the other case")  # whose case counts
LARGEST = 2**20  # bytes that a compressed cookie may become


def encodings(text: str) -> dict[str, str]:
    """Give a text in all forms in which it is looked for.

    Args:
        text: of a captcha.

    Returns:
        Name of the form -> what would stand there; empty for texts that are too short.
    """
    if len(text) < SHORTEST:
        return {}
    data = text.encode()
    forms = {"as it is": text, "backwards": text[::-1]}
    forms["in base64"] = base64.b64encode(data).decode().rstrip("=")
    forms["in hexadecimal"] = data.hex()
    forms["as character codes"] = ",".join(str(ord(c)) for c in text)
    forms["as a list"] = ",".join(text)
    for name in ("md5", "sha1", "sha256", "sha512"):
        forms[f"as {name}"] = hashlib.new(name, data, usedforsecurity=False).hexdigest()
        forms[f"as {name} in base64"] = (
            base64.b64encode(hashlib.new(name, data, usedforsecurity=False).digest())
            .decode()
            .rstrip("=")
        )
    other = text.lower() if text != text.lower() else text.upper()
    if other != text:
        forms["in the other case"] = other
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, other.encode(), usedforsecurity=False).hexdigest()
            forms[f"as {name} of the other case"] = digest
    return {name: form for name, form in forms.items() if name != "backwards" or form != text}


def stands_in(form: str, how: str, text: str) -> bool:
    """Tell whether a form of a captcha's text stands in another text.

    Args:
        form: one of `encodings`.
        how: its name.
        text: of a page, a cookie, a header.
    """
    if how in LISTS:
        return form in re.sub(r"[\s\"']", "", text)
    if how in EXACT or "base64" in how:
        return form in text
    return form.lower() in text.lower()


def decoded(value: str) -> Iterator[str]:
    """Give what stands in a value of a cookie or of a field: itself, and what it encodes.

    Args:
        value: as it was sent; a token of several parts, as a JWT or a signed session, is taken
            apart at its dots.
    """
    plain = unquote(value)
    yield plain
    for part in plain.split("."):
        padded = part + "=" * (-len(part) % 4)
        try:
            data = base64.urlsafe_b64decode(padded.replace("+", "-").replace("/", "_"))
        except ValueError:
            continue
        if plain.startswith("."):
            try:
                data = zlib.decompressobj().decompress(data, LARGEST)
            except zlib.error:
                continue
        if data:
            yield data.decode("utf-8", "replace")
