"""Asking: one captcha on a page of ours, from its drawing to the answer in the form."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import Flask, Response, abort, request

from harness import pictures
from harness.specs import Variant
from harness.web.challenges import Challenges, Outcome

STATUS = {"passed": 200, "wrong": 403, "expired": 403, "refused": 403, "too many attempts": 429}


@dataclass(frozen=True)
class CaptchaForm:
    """What a page needs to show one captcha: captcha.html.

    Attributes:
        variant: how the page shows it.
        name: of the challenge.
        token: what the form sends back with it.
        source: where its image is.
        width: of the image, pixels.
        height: of the image, pixels.
    """

    variant: Variant
    name: str
    token: str
    source: str
    width: int
    height: int


class CaptchaForms:
    """The captchas of one page: each is drawn for the session of the page's own cookie."""

    def __init__(
        self, app: Flask, page: str, challenges: Challenges, key: bytes | None = None
    ) -> None:
        """Serve the images of open challenges below the page.

        Args:
            app: gets /PAGE/NAME.png and .jpg.
            page: its path, and the start of its cookie's name.
            challenges: what is asked.
            key: signs sessions; by default one that ends with this process.
        """
        self.page, self.challenges = page, challenges
        self._key = key or secrets.token_bytes(32)

        @app.get(f"/{page}/<name>.<kind>", endpoint=f"image of {page}")
        def image(name: str, kind: str) -> Response:
            pixels = challenges.image(name, self.session())
            if pixels is None or kind not in ("png", "jpg"):
                abort(404, "no such challenge; it may have expired")
            data = pictures.png(pixels) if kind == "png" else pictures.jpeg(pixels)
            return Response(data, mimetype=f"image/{'png' if kind == 'png' else 'jpeg'}")

    @property
    def cookie(self) -> str:
        """The cookie's name. Browsers send cookies to all ports: each has a name of its own."""
        return f"{self.page}-{request.environ['SERVER_PORT']}"

    def session(self) -> str:
        """Whose request this is, by its cookie; empty at first, or if it is none of ours."""
        session = request.cookies.get(self.cookie, "")
        signed = self._signed(session.partition(".")[0])
        return session if hmac.compare_digest(session.encode(), signed.encode()) else ""

    def fresh_session(self) -> str:
        """A session that nobody guesses, and that nobody else hands out."""
        return self._signed(secrets.token_urlsafe(16))

    def _signed(self, number: str) -> str:
        digest = hmac.new(self._key, f"{self.page} {number}".encode(), hashlib.sha256).hexdigest()
        return f"{number}.{digest[:32]}"

    def ask(self, session: str, variant: Variant) -> CaptchaForm:
        """Draw a captcha for a session."""
        name = self.challenges.issue(session)
        image = self.challenges.image(name, session)
        height, width = (0, 0) if image is None else image.shape[:2]
        kind = "jpg" if variant == "jpeg" else "png"
        token = self.challenges.token(name, session)
        return CaptchaForm(variant, name, token, f"/{self.page}/{name}.{kind}", width, height)

    def answered(self, address: str = "") -> Outcome:
        """Take the form of this request.

        Args:
            address: whose wrong answers count together; empty: of those without one.
        """
        name, token, text = (request.form.get(field, "") for field in ("name", "token", "answer"))
        return self.challenges.answer(name, self.session(), token, text, address)

    def response(self, html: str, session: str) -> Response:
        """A page that its visitor is known by from now on."""
        response = Response(html)
        response.set_cookie(self.cookie, session, httponly=True, samesite="Strict")
        return response
