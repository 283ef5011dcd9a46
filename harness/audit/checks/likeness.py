"""How one captcha differs from the next: names that can be guessed, images that come again."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from harness.audit.exchange import Exchange
from harness.audit.finding import CheckNotRun, Finding
from harness.audit.page_audit import PageAudit
from harness.audit.places import image_of
from harness.audit.visitor import Shown

FEWEST = 4  # captchas that must have been loaded
STEP = 1_000  # between two numbers, where one can count on
TIME = re.compile(r"[0-9]{10}(?:[0-9]{3})?|0?\.[0-9]+")
BITS = 40.0  # below them a value can be guessed
LIKENESS = 0.9  # rank correlation from which a file's size says what it shows
CHANCE = 1e-6


def guessable_ids(audit: PageAudit) -> Finding:
    """Look whether the numbers of captchas can be guessed, and serve other visitors."""
    shown = _loaded(audit)
    values: dict[str, list[str]] = {}
    for each in shown:
        for name, value in _identities(each):
            values.setdefault(name, []).append(value)
    varying = {
        name: listed
        for name, listed in values.items()
        if len(listed) == len(shown) and len(set(listed)) > 1
    }
    sent = f"nothing more: {len(shown)} captchas were looked at"
    if not varying:
        return Finding("guessable_ids", "passed", sent, "no number that changes with the captcha")
    guessed = {name: why for name, listed in varying.items() if (why := _guessable(listed))}
    if len(guessed) < len(varying):
        safe = ", ".join(name for name in varying if name not in guessed)
        return Finding("guessable_ids", "passed", sent, f"cannot be guessed: {safe}")
    seen = "; ".join(f"{name}: {why}" for name, why in guessed.items())
    if not _serves_others(audit):
        return Finding("guessable_ids", "passed", sent, f"{seen}; but it is bound to the visitor")
    return Finding(
        "guessable_ids", "failed", f"{sent}; another visitor answered one", f"{seen}; passed",
        "the numbers of captchas can be guessed, and serve whoever names them: use 128 random bits",
    )  # fmt: skip


def _serves_others(audit: PageAudit) -> bool:
    """Tell whether a captcha that one visitor was shown can be answered by another."""
    with audit.visitor() as first, audit.visitor() as second:
        _shown, form = audit.right_form(first)
        audit.open(second)
        return audit.send(second, form)[0] == "passed"


def _loaded(audit: PageAudit) -> list[Shown]:
    if len(audit.shown) < FEWEST:
        raise CheckNotRun(f"only {len(audit.shown)} captchas were loaded")
    return audit.shown


def _identities(shown: Shown) -> Iterator[tuple[str, str]]:
    """List what may tell one captcha from another: hidden fields, the image's address.

    A time in the address, against caches, is none.
    """
    for exchange in shown.exchanges:
        if exchange.kind == "document":
            yield from _hidden(exchange.text)
    image = image_of(shown)
    if image:
        parts = urlsplit(image.url)
        yield "path of the image", parts.path
        yield from (
            (f"{name} of the image", value)
            for name, value in parse_qsl(parts.query)
            if not TIME.fullmatch(value)
        )


def _hidden(html: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<input\b[^>]*>", html, re.I):
        if re.search(r"type\s*=\s*[\"']?hidden", tag, re.I):
            attributes: Mapping[str, str] = {
                name.lower(): a or b
                for name, a, b in re.findall(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
            }
            if attributes.get("name"):
                yield f"field {attributes['name']}", attributes.get("value", "")


def _guessable(values: Sequence[str]) -> str:
    """Say how a value can be guessed from those before; empty where it cannot."""
    numbers = [re.findall(r"[0-9]+", value) for value in values]
    bare = [re.sub(r"[0-9]+", "#", value) for value in values]
    if len(set(bare)) == 1 and all(numbers):
        moving = [
            [int(part) for part in column]
            for column in zip(*numbers, strict=True)
            if len(set(column)) > 1
        ]
        if moving and all(_counts(column) for column in moving):
            return f"it counts: {', '.join(values[:3])}"
    length = max(map(len, values))
    kinds = len({c for value in values for c in value})
    bits = length * math.log2(max(kinds, 2))
    return f"{length} characters only: {', '.join(values[:3])}" if bits < BITS else ""


def _counts(numbers: Sequence[int]) -> bool:
    """Tell whether numbers follow one upon the other in small steps."""
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    return all(0 <= step <= STEP for step in steps) or all(-STEP <= step <= 0 for step in steps)


def same_image(audit: PageAudit) -> Finding:
    """Look whether an image comes again, or is the same for everybody."""
    shown = _loaded(audit)
    pictures = [_content(each) for each in shown]
    different = len(set(pictures))
    sent = f"nothing more: {len(pictures)} captchas were looked at"
    if different == len(pictures):
        return Finding("same_image", "passed", sent, "all different")
    pairs = sum(a == b for a, b in itertools.combinations(pictures, 2))
    about = math.comb(len(pictures), 2) / pairs
    seen = f"{different} different ones of {len(pictures)}"
    why = (
        "everybody gets the same captcha: one answer lets all in"
        if different == 1
        else f"captchas come again: there are about {about:,.0f}, and a list of them is soon whole"
    )
    return Finding("same_image", "failed", sent, seen, why)


def _content(shown: Shown) -> bytes:
    image = image_of(shown)
    return image.body if image and image.body else shown.picture


def cached_image(audit: PageAudit) -> Finding:
    """Look whether a browser or a proxy may keep an image and show it for the next captcha."""
    images = [image for each in _loaded(audit) if (image := image_of(each))]
    sent = f"nothing more: {len(images)} images were looked at"
    if not images:
        return Finding("cached_image", "passed", sent, "the image comes with the page itself")
    if len({image.url for image in images}) == len(images):
        return Finding("cached_image", "passed", sent, "each image has an address of its own")
    if all(map(_is_not_stored, images)):
        return Finding("cached_image", "passed", sent, "Cache-Control keeps it from being stored")
    return Finding(
        "cached_image", "failed", sent,
        f"one address, and Cache-Control: {images[0].headers.get('cache-control', '(none)')}",
        "a browser or a proxy may show an old image, or one visitor's to another: send no-store",
    )  # fmt: skip


def _is_not_stored(image: Exchange) -> bool:
    control = image.headers.get("cache-control", "").lower()
    return any(rule in control for rule in ("no-store", "no-cache", "max-age=0", "private"))


def file_tells(audit: PageAudit) -> Finding:
    """Test whether the size of the image's file follows the number that it shows."""
    from scipy.stats import spearmanr

    shown = [each for each in _loaded(audit) if image_of(each)]
    order = {letter: rank for rank, letter in enumerate(sorted(set(audit.audited.alphabet)))}
    base = len(order)
    known = [each for each in shown if each.text and set(each.text) <= set(order)]
    if len({each.text for each in known}) < 2 * FEWEST:
        raise CheckNotRun(f"only {len(known)} image files were read, or few of them differ")
    values = [sum(order[c] * base**i for i, c in enumerate(reversed(each.text))) for each in known]
    sizes = [len(image.body) for each in known if (image := image_of(each))]
    sent = f"nothing more: {len(known)} image files were looked at"
    if len(set(sizes)) == 1:
        return Finding("file_tells", "passed", sent, "all files have one size")
    result = spearmanr(values, sizes)
    seen = f"rank correlation of size and text {result.statistic:.2f}"
    if abs(result.statistic) > LIKENESS and result.pvalue < CHANCE:
        return Finding(
            "file_tells", "failed", sent, seen,
            "the size of the file says what it shows: pad all files to one size",
        )  # fmt: skip
    return Finding("file_tells", "passed", sent, seen)
