"""Page /judge: a detector tells whether an uploaded image is perturbed."""

import threading

import numpy as np
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from harness.array_types import Floats
from harness.detectors.judge import Judge, Verdict
from harness.errors import SpecError
from harness.images import pictures
from harness.web import uploads

FULL = 255


def judge_pages(app: Flask, judge: Judge, name: str) -> None:
    """Add the page to the application; programs get its content as JSON.

    Args:
        app: the application.
        judge: a fitted detector.
        name: of the detector.
    """
    lock = threading.Lock()

    @app.get("/judge")
    def empty() -> str:
        return render_template("judge.html", name=name, verdict=None, error="")

    @app.post("/judge")
    def judged() -> ResponseReturnValue:
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


def _as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "perturbed": verdict.perturbed,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "texts": {view.name: view.text for view in verdict.views},
        "pictures": {view.name: _picture(view.picture) for view in verdict.views},
    }


def _picture(image: Floats) -> str:
    """Encode an image as a PNG in base64, small ones enlarged."""
    return pictures.shown(np.rint(np.clip(image, 0, 1) * FULL).astype(np.uint8))
