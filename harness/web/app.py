"""The Flask application: every page and every answer of `serve`."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory
from werkzeug.exceptions import HTTPException

from harness import pictures
from harness.errors import SpecError
from harness.specs import Variant
from harness.web import uploads
from harness.web.challenges import Challenges
from harness.web.recognizer import Recognizer
from harness.web.trying import SESSION as TRIAL
from harness.web.trying import Trial, try_pages

VARIANTS = get_args(Variant)
SESSION = "session"
HOSTS = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
REPORT = "report.html"
STATUS = {"passed": 200, "wrong": 403, "expired": 403, "refused": 403, "too many attempts": 429}


@dataclass(frozen=True)
class Site:
    """What is served.

    Attributes:
        recognizer: answers /predict.
        challenges: behind /challenge.
        judge: name of a detector and its harness.detectors.judge.Judge, behind /judge.
        trial: behind /try.
        runs: folder of the runs whose reports are shown; None: no such page.
        headlines: run id -> a line on it, newest first.
    """

    recognizer: Recognizer | None
    challenges: Challenges | None
    judge: tuple[str, Any] | None = None
    trial: Trial | None = None
    runs: Path | None = None
    headlines: Mapping[str, Sequence[str]] | None = None


def create(site: Site) -> Flask:
    """The application; it opens no port."""
    app = Flask(__name__, template_folder="pages", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = uploads.LARGEST
    app.config["MAX_FORM_MEMORY_SIZE"] = uploads.LARGEST
    _guard(app)
    if site.recognizer:
        _predict(app, site.recognizer)
    if site.challenges:
        _challenge(app, site.challenges)
        _images(app, "challenge", site.challenges, SESSION)
    if site.judge:
        from harness.web.judging import judge_pages

        name, judge = site.judge
        judge_pages(app, judge, name)
    if site.trial:
        try_pages(app, site.trial)
        _images(app, "try", site.trial.challenges, TRIAL)
    if site.runs:
        _reports(app, site)
    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def own_host() -> None:
        # A name of somebody else's that leads to 127.0.0.1 must not open these pages.
        host = request.host
        if (host if host.endswith("]") else host.rsplit(":", 1)[0]) not in HOSTS:
            abort(403, "this site is open to its own machine alone")

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(HTTPException)
    def said(error: HTTPException) -> tuple[Any, int]:
        return jsonify(success=False, debug=error.description), error.code or 500

    @app.errorhandler(SpecError)
    def wrong(error: SpecError) -> tuple[Any, int]:
        return jsonify(success=False, debug=str(error)), 400

    @app.route("/ping", methods=["GET", "POST"])
    def ping() -> str:
        return "pong"

    @app.get("/")
    def index() -> str:
        return render_template("index.html", rules={rule.rule for rule in app.url_map.iter_rules()})


def _predict(app: Flask, recognizer: Recognizer) -> None:
    @app.post("/predict")
    def predict() -> Any:
        found = recognizer.read(uploads.picture(uploads.sent(), recognizer.shape)[None])[0]
        return jsonify(
            success=True,
            prediction=found.text,
            confidence=found.confidence,
            breaker=recognizer.name,
            debug="",
        )


def _challenge(app: Flask, challenges: Challenges) -> None:
    def session() -> str:
        return str(request.cookies.get(SESSION, ""))

    @app.get("/challenge")
    def challenge() -> Response:
        variant = request.args.get("variant", "plain")
        if variant not in VARIANTS:
            abort(404, f"no variant {variant!r}; choices: {', '.join(VARIANTS)}")
        visitor = session() or secrets.token_urlsafe(16)
        name = challenges.issue(visitor)
        shown = challenges.image(name, visitor)
        height, width = shown.shape[:2] if shown is not None else (0, 0)
        page = render_template(
            "challenge.html",
            variant=variant,
            source=f"/challenge/{name}.{'jpg' if variant == 'jpeg' else 'png'}",
            width=width,
            height=height,
            name=name,
            token=challenges.token(name, visitor),
        )
        response = Response(page)
        response.set_cookie(SESSION, visitor, httponly=True, samesite="Strict")
        return response

    @app.post("/challenge")
    def answer() -> tuple[str, int]:
        fields = [request.form.get(word, "") for word in ("name", "token", "answer")]
        outcome = challenges.answer(
            fields[0], session(), fields[1], fields[2], request.remote_addr or ""
        )
        variant = request.form.get("variant", "plain")
        page = render_template("answered.html", outcome=outcome, variant=variant)
        return page, STATUS[outcome]


def _images(app: Flask, place: str, challenges: Challenges, cookie: str) -> None:
    """The images of open challenges, below a page, for the session of its cookie."""

    @app.get(f"/{place}/<name>.<kind>", endpoint=f"image of {place}")
    def image(name: str, kind: str) -> Response:
        found = challenges.image(name, request.cookies.get(cookie, ""))
        if found is None or kind not in ("png", "jpg"):
            abort(404, "no such challenge; it may have expired")
        data = pictures.png(found) if kind == "png" else pictures.jpeg(found)
        return Response(data, mimetype=f"image/{'png' if kind == 'png' else 'jpeg'}")


def _reports(app: Flask, site: Site) -> None:
    @app.get("/runs")
    def runs() -> str:
        return render_template("runs.html", runs=site.headlines or {})

    @app.get("/runs/<name>/report")
    def report(name: str) -> Response:
        response = send_from_directory(str(site.runs), f"{name}/{REPORT}")
        # The page carries its own style and its own policy.
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return response
