"""Forms with a captcha: drawn for the session of a visitor, shown, and answered."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import Flask, Response, abort, request

from harness.images import pictures
from harness.options import Variant
from harness.web.challenges import Challenges, Outcome

STATUS = {"passed": 200, "wrong": 403, "expired": 403, "refused": 403, "too many attempts": 429}


@dataclass(frozen=True)
class CaptchaForm:
    """Data of one captcha form, for the template captcha.html.

    Attributes:
        variant: how the page shows it: plain, canvas, scaled, jpeg.
        name: of the challenge.
        token: what the form sends back with it.
        source: path of its image.
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
    """Captcha forms of one page: each is drawn for the session in the page's cookie."""

    def __init__(
        self, app: Flask, page: str, challenges: Challenges, key: bytes | None = None
    ) -> None:
        """Add the images of open challenges to the application, below the page.

        Args:
            app: gets /PAGE/NAME.png and .jpg.
            page: its path, and the start of its cookie's name.
            challenges: draws captchas, and checks answers.
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
        """Name the page's cookie, with the port: browsers send cookies to all ports of a host."""
        return f"{self.page}-{request.environ['SERVER_PORT']}"

    def session(self) -> str:
        """Give the session in the request's cookie; empty without one or with a wrong signature."""
        session = request.cookies.get(self.cookie, "")
        signed = self._signed(session.partition(".")[0])
        return session if hmac.compare_digest(session.encode(), signed.encode()) else ""

    def fresh_session(self) -> str:
        """Create a signed session that nobody can guess."""
        return self._signed(secrets.token_urlsafe(16))

    def _signed(self, number: str) -> str:
        digest = hmac.new(self._key, f"{self.page} {number}".encode(), hashlib.sha256).hexdigest()
        return f"{number}.{digest[:32]}"

    def ask(self, session: str, variant: Variant) -> CaptchaForm:
        """Draw a captcha for a session, and give its form."""
        name = self.challenges.issue(session)
        image = self.challenges.image(name, session)
        height, width = (0, 0) if image is None else image.shape[:2]
        kind = "jpg" if variant == "jpeg" else "png"
        token = self.challenges.token(name, session)
        return CaptchaForm(variant, name, token, f"/{self.page}/{name}.{kind}", width, height)

    def answered(self, address: str = "") -> Outcome:
        """Check the answer in the form of this request.

        Args:
            address: of the visitor; wrong answers of one address are limited; empty: are not.
        """
        name, token, text = (request.form.get(field, "") for field in ("name", "token", "answer"))
        return self.challenges.answer(name, self.session(), token, text, address)

    def response(self, html: str, session: str) -> Response:
        """Build the response of a page, with the session as its cookie."""
        response = Response(html)
        response.set_cookie(self.cookie, session, httponly=True, samesite="Strict")
        return response
