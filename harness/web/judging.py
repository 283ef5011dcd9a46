"""/judge: an image is dropped on a page, and the judge says what it thinks of it."""

import threading
from typing import Any

import numpy as np
from flask import Flask, jsonify, render_template, request

from harness.detectors.judge import Judge, Verdict
from harness.errors import SpecError
from harness.images import pictures
from harness.web import uploads

FULL = 255


def judge_pages(app: Flask, judge: Judge, name: str) -> None:
    """Add the page, and the same as JSON for who asks for JSON.

    Args:
        app: the application.
        judge: of a fitted detector.
        name: what the detector is called.
    """
    lock = threading.Lock()

    @app.get("/judge")
    def empty() -> str:
        return render_template("judge.html", name=name, verdict=None, error="")

    @app.post("/judge")
    def judged() -> Any:
        wants_json = request.accept_mimetypes.best == "application/json" or request.is_json
        try:
            image = uploads.picture(uploads.sent(), judge.reader.shape)
        except SpecError as error:
            if wants_json:
                raise
            return render_template("judge.html", name=name, verdict=None, error=str(error)), 400
        with lock:
            verdict = judge.verdict(image)
        if wants_json:
            return jsonify(success=True, detector=name, debug="", **_as_json(verdict))
        shown = [(view.name, view.text, _picture(view.picture)) for view in verdict.views]
        return render_template("judge.html", name=name, verdict=verdict, shown=shown, error="")


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "perturbed": verdict.perturbed,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "texts": {view.name: view.text for view in verdict.views},
        "pictures": {view.name: _picture(view.picture) for view in verdict.views},
    }


def _picture(image: Any) -> str:
    """A PNG in base64, little ones enlarged."""
    return pictures.shown(np.rint(np.clip(image, 0, 1) * FULL).astype(np.uint8))
