"""The door beside the picture: a captcha that is heard."""

import re

from harness.audit.finding import CheckNotRun, Finding
from harness.audit.page_audit import PageAudit

SOUND = re.compile(
    r"<(?:audio|source)\b[^>]*>|<a\b[^>]*(?:audio|\bsound|\.wav|\.mp3|\.ogg|listen)[^>]*>", re.I
)


def sound_door(audit: PageAudit) -> Finding:
    """Look whether the page offers its captcha as a sound as well."""
    if not audit.shown:
        raise CheckNotRun("no captcha was loaded")
    pages = [each.text for each in audit.shown[0].exchanges if each.kind == "document"]
    doors = [tag for page in pages for tag in SOUND.findall(page)]
    sent = "nothing more: the page was looked at"
    if not doors:
        return Finding("sound_door", "passed", sent, "no sound beside the picture")
    return Finding(
        "sound_door", "did not run", sent, doors[0][:120],
        "the captcha can be heard as well, and the weaker of two doors counts: measure the sound "
        "too, as a data set of sounds (docs/own-captchas.md)",
    )  # fmt: skip
