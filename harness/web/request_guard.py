"""Guard of all requests: refuses other hosts and sites, and sets security headers."""

from flask import Flask, Response, abort, request

HOSTS = ("127.0.0.1", "localhost", "[::1]")
READING = ("GET", "HEAD", "OPTIONS")
FOREIGN = ("cross-site", "same-site")  # another port of this machine is the same site
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # No Cross-Origin-Opener-Policy: for its sake Chromium starts a process at each visit, 50 ms.
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Forms of a page without a referrer would send "Origin: null", as strangers can.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def admit(app: Flask) -> None:
    """Refuse requests from other hosts and other sites; add security headers to all responses."""

    @app.before_request
    def refuse_other_hosts() -> None:
        # Another site's name that resolves to 127.0.0.1 must not open these pages.
        host = request.host
        if (host if host.endswith("]") else host.rsplit(":", 1)[0]) not in HOSTS:
            abort(403, "this site is open to its own machine alone")

    @app.before_request
    def refuse_other_sites() -> None:
        # What other pages in the same browser send; programs that are no browsers say neither.
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if request.method not in READING:
            foreign = site in FOREIGN or origin not in (None, request.host_url.rstrip("/"))
        else:  # a link from elsewhere may lead here, but nothing from here is shown there
            foreign = site in FOREIGN and request.headers.get("Sec-Fetch-Mode") != "navigate"
        if foreign:
            abort(403, "another site's page sent this: only the pages of this site may")

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
