"""What a page gives away of its captcha, without any request beyond those of the other checks."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.audit.encodings import encodings, stands_in
from harness.audit.finding import CheckNotRun, Finding
from harness.audit.page_audit import SURE, PageAudit
from harness.audit.places import places
from harness.audit.visitor import Shown

FEWEST = 3  # captchas that must have been read
SHARE = 0.6  # of them that must stand at the same place: some are misread
GROUPS = {
    "answer_in_page": ("attribute", "the page's text", "a comment", "an inline script"),
    "answer_in_cookie": ("cookie",),
    "answer_in_headers": ("header",),
    "answer_in_scripts": ("text of a",),
    "answer_in_image": ("address of", "metadata", "EXIF", "letters in"),
}
CURE = {
    "answer_in_page": "the server must keep it",
    "answer_in_cookie": "a cookie is with the visitor: keep the answer on the server, under a "
    "number that says nothing",
    "answer_in_headers": "leave the header away",
    "answer_in_scripts": "the server must keep it",
    "answer_in_image": "name the file by a random number, strip what its program writes into it, "
    "and draw letters as shapes",
}


def leaks(audit: PageAudit) -> list[Finding]:
    """Look for the answers in all that came with the captchas."""
    read = [each for each in audit.shown if each.confidence >= SURE]
    read = read if len(read) >= FEWEST else audit.shown
    if len(read) < FEWEST:
        raise CheckNotRun(f"only {len(read)} captchas were read")
    answer = audit.solved.submission.answer if audit.solved else ""
    standing = _standing(read, answer)
    findings = []
    for check, prefixes in GROUPS.items():
        there = [(where, how) for where, how in standing if where.startswith(prefixes)]
        sent = f"nothing more: {len(read)} captchas were looked at"
        if there:
            seen = "; ".join(f"{where}: the answer {how}" for where, how in there[:3])
            why = f"nobody has to read the picture: {CURE[check]}"
            findings.append(Finding(check, "failed", sent, seen, why))
        else:
            findings.append(Finding(check, "passed", sent, "the answer does not stand there"))
    return findings


def _standing(read: Sequence[Shown], answer_field: str) -> list[tuple[str, str]]:
    """List the places where the answer stands in most of the pages, and in which form."""
    counts: Counter[tuple[str, str]] = Counter()
    for shown in read:
        counts.update(set(_of_one(shown, answer_field)))
    needed = max(2, SHARE * len(read))
    ranked = [hit for hit, number in counts.most_common() if number >= needed]
    return list({where: (where, how) for where, how in reversed(ranked)}.values())


def _of_one(shown: Shown, answer_field: str) -> Iterator[tuple[str, str]]:
    forms = encodings(shown.text)
    for where, text in places(shown, answer_field):
        yield from ((where, how) for how, form in forms.items() if stands_in(form, how, text))
