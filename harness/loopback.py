"""URLs that may be visited: those of this machine, by its loopback addresses, and no others."""

import re

from harness.errors import SpecError

# What the browser's network blocks let through, letter by letter; harness.browser.chromium names
# the same.
# Other spellings of the same addresses, and other addresses of 127.0.0.0/8, no browser here opens.
HOSTS = ("127.0.0.1", "localhost", "[::1]")
ANY_HOST = "|".join(map(re.escape, HOSTS))
# A text that browsers and a parser of URLs could read differently does not come as far as a parser.
PAGE = re.compile(
    rf"https?://(?:{ANY_HOST})(?::([1-9][0-9]{{0,4}}))?(?:[/?#][!-\[\]-~]*)?",
    re.I | re.A,
)
REQUEST = re.compile(rf"(?:data|blob|about):|(?:http|ws)s?://(?:{ANY_HOST})(?::[0-9]+)?(?:[/?#]|$)")
PORTS = 65535
# Source: WHATWG Fetch, 2.10 Port blocking; those of them that Chromium keeps closed.
CLOSED_PORTS = frozenset((
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
    512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
    995, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
    6669, 6697, 10080,
))  # fmt: skip
LONGEST = 200  # characters of a URL that an error repeats


def loopback(url: str) -> str:
    """Check that a URL leads to this machine and that a browser opens it; gives it back.

    Raises:
        SpecError: another host, another scheme, a port that is none or that browsers keep closed,
            or a text that browsers and this check could read differently.
    """
    whole = PAGE.fullmatch(url)
    port = int(whole[1]) if whole and whole[1] else None
    if whole is None or (port or 1) > PORTS:
        raise SpecError(
            f"{_short(url)}: only pages of this machine are visited, as in "
            f"http://127.0.0.1:8000/login; hosts: {', '.join(HOSTS)}, and all in ASCII, "
            "without user, blank or backslash"
        )
    if port in CLOSED_PORTS:
        raise SpecError(
            f"{_short(url)}: browsers do not open port {port}; serve the page on another, as 8000"
        )
    return url


def allowed(url: str) -> bool:
    """Tell whether a page's request may be sent: to this machine, or nowhere (data:, blob:).

    Args:
        url: as Chromium spells it.
    """
    return REQUEST.match(url) is not None


def _short(url: str) -> str:
    return ascii(url if len(url) <= LONGEST else url[: LONGEST - 3] + "...")
