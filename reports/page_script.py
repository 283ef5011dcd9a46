"""The script of the page: one text, and the hash under which its policy lets it run."""

import base64
import functools
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "scripts"
FILES = ("plots.js", "tables.js", "page.js")


@functools.cache
def script() -> str:
    """Give the text of the script; no other one runs in the page."""
    parts = "".join((FOLDER / name).read_text(encoding="utf-8") for name in FILES)
    return f'"use strict"; {{\n{parts}}}\n'


def source() -> str:
    """Give the script as a source of a Content-Security-Policy."""
    digest = hashlib.sha256(script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
