"""What may be visited: this machine, by its loopback addresses. Nothing else, whatever it is."""

import ipaddress
from urllib.parse import urlsplit

from harness.errors import SpecError

NAMES = ("localhost",)
SCHEMES = ("http", "https")


def loopback(url: str) -> str:
    """The same URL, if it leads to this machine.

    Raises:
        SpecError: another host, another scheme, or a text that browsers and this check could read
            differently.
    """
    refusal = f"{url!r}: only pages of this machine are visited, as in http://127.0.0.1:8000/login"
    if not url.isascii() or any(ord(sign) <= ord(" ") for sign in url) or "\\" in url:
        raise SpecError(refusal)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise SpecError(refusal) from None
    if parts.scheme not in SCHEMES or parts.username is not None or parts.password is not None:
        raise SpecError(refusal)
    if not host or not (host in NAMES or _local(host)):
        raise SpecError(refusal)
    return url


def allowed(url: str) -> bool:
    """Whether a request of a page may leave: to this machine, or not at all (data:, blob:)."""
    if url.startswith(("data:", "blob:")):
        return True
    try:
        loopback(url)
    except SpecError:
        return False
    return True


def _local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
