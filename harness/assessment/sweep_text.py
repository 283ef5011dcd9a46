"""The sweep of an assessment, as the text of a sweep file."""

import importlib.util
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.assessment.audit_table import AuditWishes, audit_lines, selectors_line
from harness.assessment.sizes import Sizes
from harness.assessment.target import Target
from harness.assessment.wishes import Wishes
from harness.breakers.foundation import LONGEST as LONGEST_TEXT
from harness.breakers.foundation import SHORTEST
from harness.breakers.ready_made_reader import ReadyMadeReader
from harness.css_selectors import Selectors
from harness.errors import SpecError
from harness.registry import find
from harness.sweep.starts import FOUNDATION
from harness.sweep.toml_text import toml

DATA = "site"  # the data set's name in the sweep
READERS = ("ddddocr", "captcha_whisperer", FOUNDATION)
TRAINED, FREE = "trained", "free"
ROUNDS = 2  # of asking the site
VISITS = 100  # of a page, by each reader
LONGEST = 40  # characters of a target in the sweep's name


def sweep_text(target: Target, sizes: Sizes, wishes: Wishes, beside: Path | None = None) -> str:
    """Write the sweep of an assessment.

    Args:
        target: what is assessed.
        sizes: captchas of each split.
        wishes: tries a day.
        beside: folder of the sweep file, from which its paths are written where they lie below it;
            None: all paths are absolute, and hold from anywhere.

    Raises:
        SpecError: a path cannot be written in a file of text.
    """
    lines = [*_head(target, wishes), *_data(target, sizes, beside), *_breakers(target, sizes)]
    lines += _visits(target) if target.selectors else ()
    text = "\n".join(lines) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        raise SpecError(
            f"{target.asked!a}: a name that is no text cannot stand in a sweep file; rename it"
        ) from None
    return text


def slug(target: Target) -> str:
    """Name a target by letters that the name of a sweep can have."""
    name = target.asked.rpartition(":")[0] if target.kind == "function" else target.asked
    if target.kind == "page":
        name = name.partition("://")[2]
    else:
        name = Path(name).expanduser().absolute().name.removesuffix(".csv").removesuffix(".py")
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[:LONGEST].strip("-")
    return plain or target.kind


def readers_of(target: Target) -> list[str]:
    """List the readers that need no training, as far as they take captchas of these lengths."""
    suited = SHORTEST <= target.options.text_length() <= LONGEST_TEXT
    return [name for name in READERS if suited or name != FOUNDATION]


def auditor_of(target: Target) -> str:
    """Choose the reader of an audit: the foundation, where it takes captchas of these lengths."""
    readers = readers_of(target)
    return FOUNDATION if FOUNDATION in readers else readers[0]


def _head(target: Target, wishes: Wishes) -> Iterator[str]:
    """Write what the whole sweep has."""
    yield f"# How long do the captchas of {_printable(target.asked)} stand?"
    yield f"name = {toml(f'assess-{slug(target)}')}"
    yield f"title = {toml(f'How long do the captchas of {_printable(target.asked)} stand?')}"
    yield "seed = 1"
    yield _aside(
        f"tries_per_day = {wishes.tries_per_day}", "answers that your page takes of one attacker"
    )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _data(target: Target, sizes: Sizes, beside: Path | None) -> Iterator[str]:
    yield ""
    yield f"[datasets.{DATA}]"
    yield f"generator = {toml(target.generator)}"
    for key, value in _located(target.table, beside).items():
        yield f"{key} = {toml(value)}"
    if target.kind == "page":
        yield _aside("train = 1", "noise: the page itself is visited")
        yield "test = 1"
        return
    yield _aside(f"train = {sizes.train}", "that breakers can learn from")
    yield _aside(f"test = {sizes.test}", "that no breaker has seen; figures are of these")


def _located(table: Mapping[str, object], beside: Path | None) -> Mapping[str, object]:
    """Write paths from the folder of the sweep file, where they lie below it."""
    if beside is None:
        return table
    located = {}
    for key, value in table.items():
        near = key in ("path", "function", "folder") and isinstance(value, str)
        located[key] = _near(value, beside) if near and isinstance(value, str) else value
    return {key: value for key, value in located.items() if (key, value) != ("folder", ".")}


def _near(path: str, folder: Path) -> str:
    below = os.path.isabs(path) and Path(path).is_relative_to(folder)  # noqa: PTH117 - a text
    return str(Path(path).relative_to(folder)) if below else path


def _breakers(target: Target, sizes: Sizes) -> Iterator[str]:
    """Write the breakers in the order in which they are tried."""
    for name in readers_of(target):
        what = "this project's own: " if name == FOUNDATION else "ready-made: "
        yield ""
        yield _aside(f"[breakers.{name}]", f"{what}without any label of yours")
        yield f"dataset = {toml(DATA)}"
        yield f"architecture = {toml(name)}"
    if target.kind == "page":
        return
    yield ""
    yield _aside(f"[breakers.{TRAINED}]", "by the number of labelled captchas it learns from")
    yield f"dataset = {toml(DATA)}"
    yield 'architecture = "whole_image"'
    yield f"vary.images = {toml([*sizes.few, sizes.labels])}"
    yield from _free(target, sizes)


def _free(target: Target, sizes: Sizes) -> Iterator[str]:
    """Write the breaker whose labels the site gives away; none where nobody begins to answer."""
    first = [name for name in readers_of(target) if name == FOUNDATION or is_installed(name)]
    if not first:
        return
    yield ""
    yield _aside(f"[breakers.{FREE}]", "labels nothing: what the site accepts is a label")
    yield f"dataset = {toml(DATA)}"
    yield 'architecture = "whole_image"'
    yield 'labels = "accepted"'
    yield _aside(f"readers = {toml(first)}", "who answers first")
    yield f"rounds = {ROUNDS}"
    yield _aside(f"tries = {sizes.tries}", "each with another captcha of those to learn from")


def is_installed(reader: str) -> bool:
    """Tell whether the program of a ready-made reader is installed; it is not loaded."""
    row = find("architecture", reader)
    package = row.package if issubclass(row, ReadyMadeReader) else ""
    return importlib.util.find_spec(package) is not None


def _visits(target: Target) -> Iterator[str]:
    """Write the audit of a page, and the visits of each reader to it."""
    yield from audit_lines(target.asked, target.selectors, auditor_of(target), AuditWishes())
    for name in readers_of(target):
        yield ""
        yield f"[visits.{name}]"
        yield f"breaker = {toml(name)}"
        yield f"url = {toml(target.asked)}"
        yield f"visits = {VISITS}"
        yield from selectors_line(target.selectors or Selectors())


def _aside(text: str, comment: str) -> str:
    return f"{text:38} # {comment}"
