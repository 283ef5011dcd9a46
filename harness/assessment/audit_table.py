"""The table of an audit in a sweep file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.css_selectors import Selectors
from harness.sweep.toml_text import toml


@dataclass(frozen=True)
class AuditWishes:
    """What a person may say of an audit.

    Attributes:
        passed_text: a text on the page after a right captcha.
        wrong_text: a text on the page after a wrong one.
        fill: other fields of the form: CSS selector -> text.
        thorough: whether the long checks run.
        expiry: seconds after which a captcha must be void; 0: not tried.
    """

    passed_text: str = ""
    wrong_text: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)
    thorough: bool = False
    expiry: float = 0.0


def audit_lines(
    url: str, selectors: Selectors | None, reader: str, wishes: AuditWishes, asked: str = ""
) -> Iterator[str]:
    """Write the table of an audit.

    Args:
        url: of the page.
        selectors: of its captcha.
        reader: name of the breaker.
        wishes: see AuditWishes.
        asked: makes it another audit than those before.
    """
    yield ""
    yield "[audits.page]"
    yield f"url = {toml(url)}"
    yield f"breaker = {toml(reader)}"
    yield from selectors_line(selectors or Selectors())
    for name in ("passed_text", "wrong_text"):
        if text := getattr(wishes, name):
            yield f"{name} = {toml(text)}"
    if wishes.fill:
        inside = ", ".join(f"{toml(key)} = {toml(text)}" for key, text in wishes.fill.items())
        yield f"fill = {{ {inside} }}"
    if wishes.thorough:
        yield "thorough = true"
    if wishes.expiry:
        yield f"expiry = {wishes.expiry:g}"
    if asked:
        yield f"asked = {toml(asked)}"


def selectors_line(selectors: Selectors) -> Iterator[str]:
    """Write the selectors that are not this project's own; nothing where all are."""
    default = Selectors()
    chosen = {
        name: value for name, value in dict(selectors).items() if value != getattr(default, name)
    }
    if chosen:
        inside = ", ".join(f"{key} = {toml(value)}" for key, value in chosen.items())
        yield f"selectors = {{ {inside} }}"
