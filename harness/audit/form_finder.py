"""The captcha on a page, found by looking: a field to type into, a picture near it, a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.css_selectors import Selectors
from harness.errors import SpecError

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLEAR = 0.8  # points above the next one, from which a candidate needs no question
MOST = 5  # candidates that are named
# Each pair of a field and a picture, with points: words that name a captcha, nearness, and a form
# that they share. A password or an e-mail address is none.
LOOK = """() => {
  const path = element => {
    if (element.id) return "#" + CSS.escape(element.id);
    const tag = element.tagName.toLowerCase();
    const name = element.getAttribute("name");
    if (name) {
      const byName = `${tag}[name="${CSS.escape(name)}"]`;
      if (document.querySelectorAll(byName).length === 1) return byName;
    }
    const parent = element.parentElement;
    if (!parent || element === document.body) return tag;
    const same = [...parent.children].filter(child => child.tagName === element.tagName);
    const place = same.length > 1 ? `:nth-of-type(${same.indexOf(element) + 1})` : "";
    return `${path(parent)} > ${tag}${place}`;
  };
  const words = /captcha|verif|security|code|kaptcha|antispam|human|robot/i;
  const named = element => {
    const label = element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    const said = [element.id, element.name, element.className, element.alt, element.placeholder,
      element.getAttribute("aria-label"), (element.getAttribute("src") || "").slice(0, 200),
      label && label.textContent];
    return said.some(text => typeof text === "string" && words.test(text));
  };
  const seen = element => {
    const {width, height} = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({visibilityProperty: true});
  };
  const typed = ["text", "tel", "number", "search", ""];
  const fields = [...document.querySelectorAll("input")].filter(field =>
    typed.includes(field.getAttribute("type") || "") && seen(field));
  const pictures = [...document.querySelectorAll("img, canvas, svg, [style*=background]")]
    .filter(picture => {
      const {width, height} = picture.getBoundingClientRect();
      return seen(picture) && width >= 30 && height >= 15 && width <= 800 && height <= 400;
    });
  const found = [];
  for (const field of fields) {
    const form = field.closest("form");
    const inside = form || document.body;
    const buttons = [...inside.querySelectorAll("button, input[type=submit], input[type=image]")]
      .filter(button => seen(button) && button.type !== "reset");
    const button = buttons.find(each => each.type === "submit") || buttons[0];
    if (!button) continue;
    for (const picture of pictures) {
      const a = field.getBoundingClientRect(), b = picture.getBoundingClientRect();
      const apart = Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y - b.y);
      let points = 100 / (100 + apart);
      if (form && form.contains(picture)) points += 1;
      if (named(field)) points += 2;
      if (named(picture)) points += 2;
      if (/user|mail|login|name$|search|phone/i.test(field.name + " " + field.id)) points -= 1.5;
      found.push({
        points, image: path(picture), answer: path(field), submit: path(button),
      });
    }
  }
  return found.filter(each => each.points > 0).sort((a, b) => b.points - a.points);
}"""


@dataclass(frozen=True)
class FormCandidate:
    """What may be the captcha of a page.

    Attributes:
        image: selector of its picture.
        answer: selector of the field to type into.
        submit: selector of what is clicked.
        points: the more, the likelier.
    """

    image: str
    answer: str
    submit: str
    points: float

    @property
    def line(self) -> str:
        """Write it as options of the command line."""
        return f"--image '{self.image}' --answer '{self.answer}' --submit '{self.submit}'"


def candidates(page: "Page") -> list[FormCandidate]:
    """List what may be the captcha of a page that is open, the likeliest first."""
    return [FormCandidate(**each) for each in page.evaluate(LOOK)]


def is_clear(listed: Sequence[FormCandidate]) -> bool:
    """Tell whether the likeliest candidate needs no question."""
    return len(listed) == 1 or (len(listed) > 1 and listed[0].points >= listed[1].points + CLEAR)


def with_candidate(selectors: Selectors, chosen: FormCandidate) -> Selectors:
    """Fill in the selectors that nobody has named."""
    default = Selectors()
    named = {
        name: getattr(chosen, name)
        for name in ("image", "answer", "submit")
        if getattr(selectors, name) == getattr(default, name)
    }
    return selectors.model_copy(update=named)


def none_found(url: str) -> SpecError:
    """Say that a page has nothing that looks like a captcha."""
    return SpecError(
        f"{url}: no picture near a field and a button; name them by --image, --answer and --submit"
    )


def unsure(url: str, listed: Sequence[FormCandidate]) -> SpecError:
    """Say that a page has several things that look like a captcha."""
    lines = "; ".join(each.line for each in listed[:MOST])
    return SpecError(f"{url}: several could be the captcha; choose one: {lines}")
