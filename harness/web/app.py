"""Flask application of the command `serve`, with all of its pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from flask import Flask, Response, abort, jsonify, render_template, request, url_for

from harness.options import Variant
from harness.web import uploads
from harness.web.captcha_forms import STATUS, CaptchaForms
from harness.web.challenges import Challenges
from harness.web.error_pages import refuse
from harness.web.label_page import LabelingTask, label_pages
from harness.web.load_limit import LoadLimit
from harness.web.recognizer import Recognizer
from harness.web.report_pages import report_pages
from harness.web.request_guard import admit
from harness.web.trial_page import HumanTrial, try_pages

if TYPE_CHECKING:
    from harness.detectors.judge import Judge

VARIANTS: tuple[Variant, ...] = get_args(Variant)
CHALLENGE = "challenge"


@dataclass(frozen=True)
class Site:
    """Content of the application: what is behind its pages.

    Attributes:
        recognizer: reads images sent to /predict; None: no such page, as below.
        challenges: captchas of /challenge.
        judge: name of a detector, and its judge, of /judge.
        trial: captchas for people, of /try.
        runs: folder of the runs whose reports /runs shows.
        headlines: gives run id -> lines on it, newest first.
        labelling: pictures that people label, of /label.
        report_script: the script of reports, as a source of a Content-Security-Policy.
        index: gives the page over all runs.
    """

    recognizer: Recognizer | None
    challenges: Challenges | None
    judge: "tuple[str, Judge] | None" = None
    trial: HumanTrial | None = None
    runs: Path | None = None
    headlines: Callable[[], Mapping[str, Sequence[str]]] = dict
    labelling: LabelingTask | None = None
    report_script: str = "'none'"
    index: Callable[[], str] = str


def create(site: Site) -> Flask:
    """Build the application; it opens no port."""
    app = Flask(__name__, template_folder="pages", static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = uploads.LARGEST
    app.config["MAX_FORM_MEMORY_SIZE"] = uploads.LARGEST
    admit(app)
    refuse(app)
    _common_pages(app)
    if site.recognizer:
        _predict(app, site.recognizer)
    if site.challenges:
        _challenge(app, site.challenges)
    if site.judge:
        from harness.web.detector_page import judge_pages

        name, judge = site.judge
        judge_pages(app, judge, name)
    if site.trial:
        try_pages(app, site.trial)
    if site.labelling:
        label_pages(app, site.labelling)
    if site.runs:
        report_pages(app, site.runs, site.headlines, site.report_script, site.index)
    return app


def _common_pages(app: Flask) -> None:
    @app.route("/ping", methods=["GET", "POST"])
    def ping() -> str:
        return "pong"

    @app.get("/")
    def index() -> str:
        return render_template("index.html")

    @app.context_processor
    def pages() -> dict[str, set[str]]:
        return {"rules": {rule.rule for rule in app.url_map.iter_rules()}}


def _predict(app: Flask, recognizer: Recognizer) -> None:
    @app.post("/predict")
    def predict() -> Response:
        image = uploads.picture(uploads.sent(), recognizer.shape)
        recognized = recognizer.read(image[None])[0]
        return jsonify(
            success=True,
            prediction=recognized.text,
            confidence=recognized.confidence,
            breaker=recognizer.name,
            debug="",
        )


def _challenge(app: Flask, challenges: Challenges) -> None:
    forms = CaptchaForms(app, CHALLENGE, challenges)
    limit = LoadLimit() if challenges.attempts is not None else None

    @app.get("/challenge")
    def challenge() -> Response:
        asked = request.args.get("variant", "plain")
        variant = next((each for each in VARIANTS if each == asked), None)
        if variant is None:
            abort(404, f"no variant {asked!r}; choices: {', '.join(VARIANTS)}")
        if limit and not limit.take(forms.session(), request.remote_addr or ""):
            abort(429, "too many captchas; the next is there in a minute")
        visitor = forms.session() or forms.fresh_session()
        page = render_template("challenge.html", asked=forms.ask(visitor, variant))
        return forms.response(page, visitor)

    @app.post("/challenge")
    def answer() -> tuple[str, int]:
        outcome = forms.answered(request.remote_addr or "")
        again = url_for("challenge", variant=request.form.get("variant", "plain"))
        page = render_template("answered.html", outcome=outcome, again=again)
        return page, STATUS[outcome]
