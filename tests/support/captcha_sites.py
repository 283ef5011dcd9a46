"""Sites with a captcha, right ones and such with a hole, behind two frameworks.

The site itself (`CaptchaSite`) knows no framework: it draws, remembers, checks. `flask_site` and
`bottle_site` put pages before it, in five styles: a form, a form that redirects, a login, a script
that sends JSON, and a picture inside the page.
"""

import base64
import contextlib
import functools
import hashlib
import io
import json
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from harness.fixture_folders import fixture_folder

DIGITS = "0123456789"
CELL, HEIGHT, LENGTH = 30, 44, 4
LIMIT, RELOADS, WINDOW, EXPIRY = 10, 40, 60.0, 120.0
STYLES = ("form", "redirect", "login", "script", "inline")


@functools.cache
def font():
    return ImageFont.truetype(str(fixture_folder("fonts") / "LiberationSans-Bold.ttf"), 34)


def drawn(text, dots=True):
    """Draw digits in cells of one size, with some dots between them."""
    image = Image.new("L", (CELL * len(text), HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    for number, letter in enumerate(text):
        draw.text((CELL * number + 4, 2), letter, 0, font())
    for _ in range(40 if dots else 0):
        spot = secrets.randbelow(image.width), secrets.randbelow(HEIGHT)
        draw.point(spot, 150)
    return image


@functools.cache
def templates():
    return np.stack([np.asarray(drawn(digit, dots=False), float) for digit in DIGITS])


def read(png, wrong_every=0, counter=None):
    """Read such a captcha by comparing its cells with each digit; misread each n-th, if asked."""
    image = Image.open(io.BytesIO(png)).convert("L").resize((CELL * LENGTH, HEIGHT))
    cells = np.asarray(image, float).reshape(HEIGHT, LENGTH, CELL).transpose(1, 0, 2)
    best = [int(((templates() - cell) ** 2).sum((1, 2)).argmin()) for cell in cells]
    text = "".join(DIGITS[digit] for digit in best)
    if wrong_every:
        counter.append(text)
        if len(counter) % wrong_every == 0:
            return text[::-1][:-1] + DIGITS[(best[0] + 3) % 10], 0.95
    return text, 1.0


@dataclass
class Open:
    """A captcha that was shown."""

    text: str
    session: str
    at: float
    token: str


@dataclass
class CaptchaSite:
    """A site with a captcha; right, but for the holes that it is given.

    What it decides: `show` draws a captcha for a session, `check` takes an answer.
    """

    holes: frozenset[str] = frozenset()
    open: dict = field(default_factory=dict)
    solved: set = field(default_factory=set)
    current: dict = field(default_factory=dict)  # session -> id of its captcha
    wrong: dict = field(default_factory=dict)
    loads: dict = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 1000
    requests: int = 0
    at_once_lost: int = 0
    now: float = 0.0  # its clock, which tests move; the answers to --expiry and limits follow it

    def wait(self, seconds):
        self.now += seconds

    def has(self, *holes):
        return bool(self.holes & set(holes))

    def show(self, session, address):
        """Draw a captcha; None where the visitor has loaded too many."""
        if not self.has("no_reload_limit"):
            recent = self._recent(self.loads, ("address", address))
            if len(recent) >= RELOADS:
                return None
            self.loads["address", address] = [*recent, self.now]
        if self.has("same_image"):
            text = "4207"
        elif self.has("few_images"):
            text = f"{secrets.randbelow(5) * 1777 + 1000:04d}"
        else:
            text = f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"
        with self.lock:
            self.number += 1 + secrets.randbelow(3)
            name = str(self.number) if self.has("guessable_ids") else secrets.token_urlsafe(16)
            if not self.has("old_answer"):
                self.open.pop(self.current.get(session), None)
            self.open[name] = Open(text, session, self.now, secrets.token_hex(16))
            self.current[session] = name
        return name

    def png(self, name):
        """Give the picture of a captcha."""
        text = self.open[name].text
        data = io.BytesIO()
        info = PngInfo()
        if self.has("answer_in_metadata"):
            info.add_text("Comment", f"text={text}")
        fixed = self.has("same_image", "few_images")
        drawn(text, dots=not fixed).save(data, "PNG", pnginfo=info)
        body = data.getvalue()
        return body + bytes(20_000 + int(text) - len(body)) if self.has("size_tells") else body

    def check(self, session, address, name, token, answer, headers=None):
        """Take an answer: passed, wrong, or too many attempts."""
        who = [("session", session)]
        if not self.has("limit_by_cookie"):
            if self.has("limit_by_header"):
                address = (headers or {}).get("X-Forwarded-For", address)
            who.append(("address", address))
        with self.lock:
            limited = not self.has("no_attempts_limit")
            if limited and any(len(self._recent(self.wrong, each)) >= LIMIT for each in who):
                return "too many"
        outcome = "passed" if self._right(session, name, token, answer) else "wrong"
        if outcome == "wrong":
            with self.lock:
                for each in who:
                    self.wrong[each] = [*self._recent(self.wrong, each), self.now]
        return outcome

    def _right(self, session, name, token, answer):  # noqa: PLR0912 - a hole, a branch
        if self.has("anything"):
            return True
        if self.has("nothing_is_nothing") and name not in self.open:
            return not answer
        if answer is None:
            return self.has("omitted")
        if self.has("empty") and answer == "":
            return True
        if self.has("blank") and not answer.strip() and answer:
            return True
        key = (name, answer.strip())
        if self.has("replayed_elsewhere") and key in self.solved:
            return True
        if self.has("replayed") and (session, *key) in self.solved:
            return True
        captcha = self.open.get(name)
        if captcha is None:
            return False
        if self.has("old_answer") and any(
            each.text == answer
            for each in self.open.values()
            if each.session == session and each is not captcha
        ):
            return True
        if not self.has("without_token", "guessable_ids") and token != captcha.token:
            return False
        if captcha.session != session and not self.has("guessable_ids"):
            return False
        right = captcha.text == answer.strip()
        if self.has("timing"):
            same = [a == b for a, b in zip(captcha.text, answer, strict=False)]
            time.sleep(0.1 * [*same, False].index(False))
        if self.has("at_once"):
            time.sleep(0.05)
            self.open.pop(name, None)
        elif right or not self.has("second_guess"):
            with self.lock:
                if self.open.pop(name, None) is None:
                    return False
        if not self.has("no_expiry") and self.now - captcha.at > EXPIRY:
            return False
        if right:
            self.solved |= {key, (session, *key)}
        return right

    def _recent(self, counted, who):
        return [at for at in counted.get(who, ()) if at > self.now - WINDOW]


def page(site, style, name):
    """Write the page that shows a captcha."""
    captcha = site.open[name]
    text = captcha.text
    source = f"/image/{name}.png"
    if site.has("answer_in_name"):
        source = f"/image/{name}/{text}.png"
    if site.has("cached_image"):
        source = "/image.png"
    if style == "inline":
        source = "data:image/png;base64," + base64.b64encode(site.png(name)).decode()
    extra = ""
    if site.has("answer_hidden"):
        extra += f'<input type=hidden name=check value="{text}">'
    if site.has("answer_hashed"):
        extra += f'<i data-check="{hashlib.md5(text.encode()).hexdigest()}"></i>'  # noqa: S324
    if site.has("answer_in_comment"):
        extra += f"<!-- captcha: {text} -->"
    if site.has("answer_in_script"):
        extra += f"<script>var expected = {json.dumps(list(text))};</script>"
    if site.has("trap_fields"):
        extra += '<input name=website style="position:absolute;left:-5000px" tabindex=-1>'
    picture = f'<img id=captcha src="{source}" width={CELL * LENGTH} height={HEIGHT}>'
    if site.has("answer_in_svg"):
        letters = "".join(f'<text x="{CELL * i + 4}" y="34">{c}</text>' for i, c in enumerate(text))
        shapes = (
            f"<svg id=captcha width={CELL * LENGTH} height={HEIGHT} font-size=0>{letters}"
            f'<image href="{source}" width="{CELL * LENGTH}" height="{HEIGHT}"/></svg>'
        )
        picture = shapes
    if site.has("sound"):
        picture += '<a href="/sound.wav">listen</a>'
    token = f'<input type=hidden name=token value="{captcha.token}">'
    token = "" if site.has("guessable_ids") else token
    login = "<input id=user name=user><input id=password name=password type=password>"
    fields = login if style == "login" else ""
    script = ""
    if style == "script":
        script = SCRIPT
    if site.has("client_decides"):
        script = CLIENT.replace("SECRET", str(int(text) * 7 + 13))
    return f"""<!doctype html><title>captcha</title><form method=post action="/check">{fields}
<input type=hidden name=id value="{name}">{token}
{extra}{picture}<input id=answer name=answer><button id=submit>go</button></form>
<p id=said></p>{script}"""


SCRIPT = """<script>
document.forms[0].onsubmit = async event => {
  event.preventDefault();
  const sent = Object.fromEntries(new FormData(document.forms[0]));
  const response = await fetch("/check", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(sent),
  });
  const {ok, message} = await response.json();
  said.textContent = message;
  said.dataset.outcome = ok ? "passed" : "wrong";
};
</script>"""
CLIENT = """<script>
document.forms[0].onsubmit = event => {
  event.preventDefault();
  const right = Number(answer.value) * 7 + 13 === SECRET;
  said.dataset.outcome = right ? "passed" : "wrong";
  said.textContent = right ? "welcome" : "wrong code";
};
</script>"""
MESSAGES = {
    "form": {"passed": "Welcome", "wrong": "Wrong code"},
    "redirect": {"passed": "Welcome", "wrong": "Wrong code"},
    "login": {"passed": "Unknown user or wrong password", "wrong": "Wrong code"},
    "script": {"passed": "Welcome", "wrong": "Wrong code"},
    "inline": {"passed": "Welcome", "wrong": "Wrong code"},
}


def answered(style, outcome):
    """Write what the page says to an answer: status, kind, text."""
    if style == "mute":
        return 200, "text/html", "<!doctype html><p>Thank you</p>"
    if outcome == "too many":
        return 429, "text/html", "<!doctype html><p>Too many attempts"
    message = MESSAGES[style][outcome]
    if style == "script":
        said = json.dumps({"ok": outcome == "passed", "message": message, "at": time.time()})
        return 200, "application/json", said
    mark = f" data-outcome={outcome}" if style == "form" else ""
    return 200, "text/html", f"<!doctype html><p{mark}>{message}</p>"


@contextlib.contextmanager
def served(app):
    """Serve an application as its makers' own servers do: headers of proxies are let through."""
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def flask_site(site, style="form"):
    """Put pages before a site, by Flask."""
    from flask import Flask, abort, make_response, redirect, request

    app = Flask("site")

    def session():
        return request.cookies.get("sid", "")

    @app.get("/")
    def shown():
        site.requests += 1
        visitor = session() or secrets.token_urlsafe(16)
        name = site.show(visitor, request.remote_addr)
        if name is None:
            return "<!doctype html><p>Too many images", 429
        response = make_response(page(site, style, name))
        response.set_cookie("sid", visitor, httponly=True, samesite="Lax")
        if site.has("answer_in_cookie"):
            told = json.dumps({"captcha": site.open[name].text}).encode()
            response.set_cookie("state", base64.urlsafe_b64encode(told).decode() + ".c2ln")
        if site.has("answer_in_header"):
            response.headers["X-Captcha-Check"] = site.open[name].text[::-1]
        return response

    @app.get("/image/<name>.png")
    @app.get("/image/<name>/<_text>.png")
    @app.get("/image.png")
    def image(name="", _text=""):
        site.requests += 1
        name = name or site.current.get(session(), "")
        if name not in site.open or site.open[name].session != session():
            abort(404)
        response = make_response(site.png(name))
        response.mimetype = "image/png"
        if not site.has("cached_image"):
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.post("/check")
    def check():
        site.requests += 1
        sent = request.get_json(silent=True) or request.form
        name, token, answer = sent.get("id", ""), sent.get("token", ""), sent.get("answer")
        if site.has("without_token") and not name:
            name = site.current.get(session(), "")
        address = request.remote_addr
        outcome = site.check(session(), address, name, token, answer, request.headers)
        if style == "redirect" and outcome != "too many":
            return redirect("/welcome" if outcome == "passed" else "/?wrong=1")
        status, kind, text = answered(style, outcome)
        return text, status, {"Content-Type": kind}

    @app.get("/welcome")
    def welcome():
        site.requests += 1
        return answered(style, "passed")[2]

    return app


def bottle_site(site, style="form"):
    """Put pages before a site, by Bottle."""
    import bottle

    app = bottle.Bottle()

    def session():
        return bottle.request.get_cookie("sid") or ""

    @app.get("/")
    def shown():
        visitor = session() or secrets.token_urlsafe(16)
        name = site.show(visitor, bottle.request.remote_addr)
        if name is None:
            return bottle.HTTPResponse("<!doctype html><p>Too many images", 429)
        bottle.response.set_cookie("sid", visitor, httponly=True, samesite="lax")
        return page(site, style, name)

    @app.get("/image/<name>.png")
    @app.get("/image.png")
    def image(name=""):
        name = name or site.current.get(session(), "")
        if name not in site.open or site.open[name].session != session():
            bottle.abort(404)
        headers = {} if site.has("cached_image") else {"Cache-Control": "no-store"}
        return bottle.HTTPResponse(site.png(name), headers={"Content-Type": "image/png", **headers})

    @app.post("/check")
    def check():
        sent = bottle.request.json or bottle.request.forms
        address = bottle.request.remote_addr
        outcome = site.check(
            session(), address, sent.get("id", ""), sent.get("token", ""), sent.get("answer"),
            bottle.request.headers,
        )  # fmt: skip
        status, kind, text = answered(style, outcome)
        return bottle.HTTPResponse(text, status, {"Content-Type": kind})

    return app
