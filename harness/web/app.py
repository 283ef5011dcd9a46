"""The Flask application: every page and every answer of `serve`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from flask import (
    Flask,
    Response,
    abort,
    jsonify,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import HTTPException

from harness.errors import SpecError
from harness.specs import Variant
from harness.web import uploads
from harness.web.asking import STATUS, Asking, fresh_session
from harness.web.challenges import Challenges
from harness.web.labelling import Labelling, label_pages
from harness.web.recognizer import Recognizer
from harness.web.trying import Trial, try_pages

VARIANTS = get_args(Variant)
CHALLENGE = "challenge"
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


@dataclass(frozen=True)
class Site:
    """What is served.

    Attributes:
        recognizer: answers /predict.
        challenges: behind /challenge.
        judge: name of a detector and its harness.detectors.judge.Judge, behind /judge.
        trial: behind /try.
        runs: folder of the runs whose reports are shown; None: no such page.
        headlines: gives run id -> lines on it, newest first.
        labelling: behind /label.
    """

    recognizer: Recognizer | None
    challenges: Challenges | None
    judge: tuple[str, Any] | None = None
    trial: Trial | None = None
    runs: Path | None = None
    headlines: Callable[[], Mapping[str, Sequence[str]]] = dict
    labelling: Labelling | None = None


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
    if site.judge:
        from harness.web.judging import judge_pages

        name, judge = site.judge
        judge_pages(app, judge, name)
    if site.trial:
        try_pages(app, site.trial)
    if site.labelling:
        label_pages(app, site.labelling)
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
        return render_template("index.html")

    @app.context_processor
    def pages() -> dict[str, Any]:
        return {"rules": {rule.rule for rule in app.url_map.iter_rules()}}


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
    asking = Asking(app, CHALLENGE, challenges)

    @app.get("/challenge")
    def challenge() -> Response:
        variant: Any = request.args.get("variant", "plain")
        if variant not in VARIANTS:
            abort(404, f"no variant {variant!r}; choices: {', '.join(VARIANTS)}")
        visitor = asking.session() or fresh_session()
        page = render_template("challenge.html", asked=asking.ask(visitor, variant))
        return asking.response(page, visitor)

    @app.post("/challenge")
    def answer() -> tuple[str, int]:
        outcome = asking.answered(request.remote_addr or "")
        again = url_for("challenge", variant=request.form.get("variant", "plain"))
        page = render_template("answered.html", outcome=outcome, again=again)
        return page, STATUS[outcome]


def _reports(app: Flask, site: Site) -> None:
    @app.get("/runs")
    def runs() -> str:
        return render_template("runs.html", runs=site.headlines())

    @app.get("/runs/<name>/report")
    def report(name: str) -> Response:
        response = send_from_directory(str(site.runs), f"{name}/{REPORT}")
        # The page carries its own style and its own policy.
        response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return response
