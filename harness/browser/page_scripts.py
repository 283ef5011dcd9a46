"""Scripts that run in a page, and give what is there or what is lacking.

Playwright's locators load a script of theirs into each document first, which takes as long as all
the rest of a visit.
"""

from typing import TYPE_CHECKING

from harness.browser.awaited_page import Argument, AwaitedPage, Json, complete
from harness.browser.patience import Patience, until_ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

# `find` looks into the shadow roots that are open and into frames of the same origin as well.
_FIND = """
  const roots = function* (root) {
    yield root;
    for (const it of root.querySelectorAll("*")) {
      if (it.shadowRoot) yield* roots(it.shadowRoot);
      if (it.tagName === "IFRAME" || it.tagName === "FRAME") {
        let inside = null;
        try { inside = it.contentDocument; } catch { continue; }
        if (inside) yield* roots(inside);
      }
    }
  };
  const find = selector => {
    const here = document.querySelector(selector);
    if (here) return here;
    for (const root of roots(document)) {
      const there = root.querySelector(selector);
      if (there) return there;
    }
    return null;
  };"""

# Each gives what it looks for, or {lacks: what is not there yet}; with `doubt` only the page's
# scripts can still help.
THERE = f"""selector => {{{_FIND}
  return find(selector) ? {{}} : {{lacks: `nothing is ${{selector}}`}};
}}"""
FOCUS = f"""selector => {{{_FIND}
  const field = find(selector);
  if (!field) return {{lacks: `nothing is ${{selector}}`}};
  field.focus();
  if (field.select) field.select();
  return {{}};
}}"""
# A page that takes no more answers says so, or answers 429: which, as it came, tells `early`.
_BLOCKED = """
  const refused = kind => performance.getEntriesByType(kind).some(it => it.responseStatus === 429);
  const turned = selector => Boolean(selector && find(selector)) || refused("navigation");"""
BLOCKED = f"""selector => {{{_FIND}{_BLOCKED}
  const early = Boolean(selector && find(selector));
  return {{early, late: turned(selector) || refused("resource")}};
}}"""
VERDICT = f"""([passed, answered, blocked]) => {{{_FIND}{_BLOCKED}
  if (find(passed)) return {{passed: true, blocked: false}};
  if (find(answered)) return {{passed: false, blocked: turned(blocked)}};
  return {{lacks: `nothing is ${{passed}} or ${{answered}}`}};
}}"""
_STILL = (
    _FIND
    + """
  const box = find(selector);
  if (!box) return {lacks: `nothing is ${selector}`};
  if (box.disabled) return {lacks: `${selector} is disabled`};
  const ends = it => it.effect.getComputedTiming().endTime !== Infinity;
  for (const root of new Set([document, box.ownerDocument, box.getRootNode()]))
    if (root.getAnimations().some(it => it.playState === "running" && ends(it)))
      return {lacks: "something on the page moves"};
  box.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
  let {x, y, width, height} = box.getBoundingClientRect();
  if (!width || !height) return {lacks: `${selector} has no size`};
  const view = box.ownerDocument.defaultView;
  // A box in a frame is measured from the corner of the frame's content, and by its own pixels.
  for (let inner = view; inner !== window; inner = inner.parent) {
    const frame = inner.frameElement, outer = frame.getBoundingClientRect();
    const style = getComputedStyle(frame);
    const scale = frame.offsetWidth ? outer.width / frame.offsetWidth : 1;
    const begins = side => [style[`border${side}Width`], style[`padding${side}`]]
      .reduce((sum, length) => sum + parseFloat(length), 0);
    x = outer.x + scale * (begins("Left") + x);
    y = outer.y + scale * (begins("Top") + y);
    width *= scale;
    height *= scale;
  }"""
)
BOX = f"selector => {{{_STILL}\n  return {{x, y, width, height}};\n}}"
# The same of a picture: its images must be loaded and decoded. A box has a size without them.
PICTURE = (
    f"async selector => {{{_STILL}"
    + """
  const image = `the image of ${selector}`;
  const broken = url => ({lacks: `${image} cannot be loaded: ${url.slice(0, 200)}`, doubt: true});
  const loading = {lacks: `${image} is still loading`};
  const local = url => ["127.0.0.1", "localhost", "[::1]", ""].includes(new URL(url).hostname);
  const parts = [box];
  for (const root of box.shadowRoot ? [box, box.shadowRoot] : [box])
    for (const inside of roots(root)) parts.push(...inside.querySelectorAll("*"));
  const whole = [], lost = [];
  for (const img of parts) {
    if (img.tagName !== "IMG" || !img.getClientRects().length) continue;
    const url = img.currentSrc || img.src;
    if (!url) return {lacks: `${image} has no src`};
    if (!img.complete) return loading;
    const decoded = img.naturalWidth && await img.decode().then(() => true, () => false);
    (decoded ? whole : lost).push(url);
  }
  // Of several images in a box, one of another host, which is never loaded, may be an ornament.
  if (lost.some(url => !whole.length || local(url))) return broken(lost[0]);
  // Of other images the browser's list of what it has loaded tells, until it is full.
  if (box.type === "image" && !box.src) return {lacks: `${image} has no src`};
  const loads = view.performance, full = loads.getEntriesByType("resource").length >= 250;
  const backgrounds = part => [...view.getComputedStyle(part).backgroundImage
    .matchAll(/url\\("([^"]+)"\\)/g)].map(match => match[1]);
  const drawn = part => part.tagName === "image" && part.href ? [part.href.baseVal] : [];
  const shown = part => part.getClientRects().length ? [...drawn(part), ...backgrounds(part)] : [];
  const urls = parts.slice(0, 300).flatMap(shown);
  for (const named of box.type === "image" ? [box.src, ...urls] : urls) {
    const url = new URL(named, box.baseURI).href;
    const entry = loads.getEntriesByName(url.split("#")[0]).at(-1);
    if (entry?.responseStatus >= 400) return broken(url);
    if (!entry && !full && /^http/.test(url) && local(url)) return loading;
  }
  // What a border and round corners take of the box; corners to where a square in them begins.
  const style = view.getComputedStyle(box);
  const sides = ["Top", "Right", "Bottom", "Left"].map(edge => style[`border${edge}Width`]);
  const corners = ["TopLeft", "TopRight", "BottomRight", "BottomLeft"]
    .map(corner => style[`border${corner}Radius`].split(" ")[0]);
  const side = Math.max(width, height);
  const pixels = text => parseFloat(text) * (text.endsWith("%") ? side / 100 : 1);
  const frame = Math.max(...sides.map(pixels), ...corners.map(round => 0.3 * pixels(round)));
  const loaded = box.tagName === "IMG";
  return {x, y, width, height, ratio: devicePixelRatio, frame: frame || 0, loaded};
}"""
)


def evaluate_until_ready(page: "Page", script: str, argument: Argument) -> Json:
    """Evaluate a script until nothing is lacking, in a page of playwright's synchronous interface.

    See harness.browser.patience.until_ready.
    """
    return complete(page, until_ready(AwaitedPage(page), script, argument, Patience())) or {}
