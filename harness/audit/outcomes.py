"""What a page said of an answer: passed, wrong, blocked, or neither."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from harness.audit.exchange import TOO_MANY, Exchange, Reply
from harness.css_selectors import Selectors

if TYPE_CHECKING:
    from playwright.sync_api import Page

AnswerOutcome = Literal["passed", "wrong", "blocked", "unclear"]
BLOCKED = re.compile(r"too many|rate.?limit|try again later|locked|blocked|slow down", re.I)
# What changes from one response to the next without a meaning: numbers, and long words of tokens.
VOLATILE = re.compile(r"[0-9]+|[A-Za-z0-9_+/=.-]{16,}")
VOLATILE_IN_JSON = re.compile(r"[0-9]{2,}|[A-Za-z0-9_+/=.-]{16,}")  # 0 and 1 may be the answer
# A page that has not been opened: no script of it runs, and nothing of it is asked for.
PARSED = """([html, passed, answered]) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const there = selector => selector ? !!page.querySelector(selector) : false;
  page.querySelectorAll("script, style, template, noscript").forEach(part => part.remove());
  const text = (page.body ? page.body.textContent : "").replace(/\\s+/g, " ").trim();
  return [there(passed), there(answered), text];
}"""


@dataclass(frozen=True)
class Phrases:
    """Texts by which a page tells a right answer from a wrong one; empty: selectors do."""

    passed: str = ""
    wrong: str = ""


@dataclass
class OutcomeReader:
    """Reads what a page said of an answer.

    In this order: a status or words that mean too many answers; the phrases; the selectors; and
    what responses to answers looked like of which the browser has shown what came of them.

    Attributes:
        blank: a page of a browser that has opened nothing; parses HTML.
        selectors: of the captcha page.
        phrases: of the captcha page.
    """

    blank: "Page"
    selectors: Selectors
    phrases: Phrases
    _learned: dict[str, AnswerOutcome] = field(default_factory=dict)

    def outcome(self, reply: Reply) -> AnswerOutcome:
        """Tell what a page said in response to a submission."""
        if self.knows_redirect(reply.first):
            return self._learned[_redirect(reply.first)]
        return self.of(reply.last)

    def knows_redirect(self, response: Exchange) -> bool:
        """Tell whether it is known what a redirect means."""
        return self._learned.get(_redirect(response), "unclear") != "unclear"

    def at_once(self, response: Exchange) -> AnswerOutcome:
        """Tell what a response says whose redirect was not followed."""
        if self.knows_redirect(response):
            return self._learned[_redirect(response)]
        return self.of(response)

    def of(self, response: Exchange) -> AnswerOutcome:
        """Tell what a response says: the last one, where there were redirects."""
        passed, answered, text = self._parsed(response)
        if response.status in TOO_MANY:
            return "blocked"
        if self.phrases.passed and self.phrases.passed.lower() in text.lower():
            return "passed"
        if self.phrases.wrong and self.phrases.wrong.lower() in text.lower():
            return "wrong"
        if passed:
            return "passed"
        known = self._learned.get(signature(response, text), "unclear")
        if known != "unclear":
            return known
        if BLOCKED.search(text):
            return "blocked"
        return "wrong" if answered else "unclear"

    def learn(self, reply: Reply, outcome: AnswerOutcome) -> None:
        """Remember what a response looks like of which the outcome is known.

        What right and wrong answers have in common tells nothing, and is not used.
        """
        _passed, _answered, text = self._parsed(reply.last)
        for look in filter(None, (signature(reply.last, text), _redirect(reply.first))):
            known = self._learned.setdefault(look, outcome)
            if known != outcome:
                self._learned[look] = "unclear"

    def looks(self, reply: Reply) -> str:
        """Describe a response by what does not change from one to the next."""
        return signature(reply.last, self._parsed(reply.last)[2]) + _redirect(reply.first)

    def _parsed(self, response: Exchange) -> tuple[bool, bool, str]:
        if not response.is_html:
            return False, False, response.text[:100_000]
        wanted = [response.text, self.selectors.passed, self.selectors.answered]
        passed, answered, text = self.blank.evaluate(PARSED, wanted)
        return passed, answered, text


def signature(response: Exchange, text: str) -> str:
    """Describe a response by its status, its path and its text without what always changes."""
    if "json" in response.headers.get("content-type", ""):
        stable = VOLATILE_IN_JSON.sub("#", _outline(text))
    else:
        stable = VOLATILE.sub("#", text)
    return f"{response.status} {urlsplit(response.url).path} {stable}"


def _redirect(first: Exchange) -> str:
    """Describe where a redirect leads; empty where it is none."""
    location = first.headers.get("location", "")
    return f"-> {VOLATILE.sub('#', location)}" if location else ""


def _outline(text: str) -> str:
    """Write JSON with its keys in order."""
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def counted(outcomes: "list[AnswerOutcome]") -> Mapping[AnswerOutcome, int]:
    """Count the outcomes of several answers."""
    return {name: outcomes.count(name) for name in dict.fromkeys(outcomes)}
