"""Responses to errors: a page for browsers, JSON for programs."""

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from harness.errors import HarnessError, SpecError


def refuse(app: Flask) -> None:
    """Register the handlers of errors: the same line and status as a page or as JSON."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        # With what belongs to the status: of 405, which methods there are.
        response = Response(status=error.code or 500, headers=dict(error.get_headers()))
        line = " ".join(str(error.description or error.name).split())
        if _is_browsing():
            page = render_template("error.html", name=error.name, line=line)
            response.data, response.mimetype = page, "text/html"
        else:
            response.data = jsonify(success=False, debug=line).data
            response.mimetype = "application/json"
        return response

    @app.errorhandler(SpecError)
    def wrong(error: SpecError) -> Response:
        return refused(BadRequest(str(error)))

    @app.errorhandler(HarnessError)
    def lacking(error: HarnessError) -> Response:
        return refused(ServiceUnavailable(str(error)))


def _is_browsing() -> bool:
    """Tell whether a browser wants a page; /predict is for programs, whatever they accept."""
    kinds = ("application/json", "text/html")
    asks_for_page = request.accept_mimetypes.best_match(kinds) == "text/html"
    return asks_for_page and not request.is_json and request.endpoint != "predict"
